"""EC2: what is created, tagged and deleted alike: keys, interfaces, peerings and such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
)
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.table import has
from stackproof.types.tokens import NETWORK_INTERFACE


class Thing(Creator):
    """Created by one operation, tagged by CreateTags, deleted by its id.

    `kind` is the one that tags and ARNs call it by; `result` the member of the answer that holds
    it, where the answer is not it; `member` the one that is its id.
    """

    making: ClassVar[str]
    deleting: ClassVar[str]
    kind: ClassVar[str]
    member: ClassVar[str]
    result: ClassVar[str | None] = None
    rename: ClassVar[Mapping[str, str]] = {}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create it."""
        request = parameters(aws, "ec2", self.making, inputs, rename=self.rename, omit=["tags"])
        tagged = tag_specifications(self.kind, inputs)
        answer = getattr(aws.client("ec2"), self.making)(**request, **tagged)
        made = answer[self.result] if self.result else answer
        id_ = str(made[self.member])
        named = {"arn": aws.arn("ec2", f"{self.kind}/{id_}")} if has(self.type, "arn") else {}
        return Created(id_, named | self.outputs(aws, made, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change its tags."""
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete it."""
        with already_gone():
            getattr(aws.client("ec2"), self.deleting)(**{self.member: id_})

    def outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> dict[str, Any]:
        """Give what AWS filled in."""
        return {}


@creator
class KeyPair(Creator):
    """The public half of a key that the program has."""

    type = "aws:ec2/keyPair:KeyPair"
    replace_on = frozenset({"key_name", "key_name_prefix", "public_key"})
    auto_name = "key_name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Import the key."""
        name = physical_name(inputs, "key_name")
        aws.client("ec2").import_key_pair(
            KeyName=name,
            PublicKeyMaterial=str(inputs["public_key"]).encode(),
            **tag_specifications("key-pair", inputs),
        )
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change its tags."""
        retag(aws, old["key_pair_id"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the key."""
        with already_gone():
            aws.client("ec2").delete_key_pair(KeyName=id_)


@creator
class NetworkInterface(Thing):
    """A network interface on its own."""

    type = NETWORK_INTERFACE
    joined_later = frozenset({"attachments"})
    replace_on = frozenset({"interface_type", "private_ip_lists", "private_ips", "subnet_id"})
    making, deleting = "create_network_interface", "delete_network_interface"
    kind, member, result = "network-interface", "NetworkInterfaceId", "NetworkInterface"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the interface, with the addresses that it is to have."""
        addresses = [
            {"private_ip_address": address, "primary": index == 0}
            for index, address in enumerate(inputs.get("private_ips") or ())
        ]
        named = {"groups": inputs.get("security_groups"), "private_ip_addresses": addresses or None}
        return super().create(aws, {**inputs, **named})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change groups and tags in place."""
        if changed(old, new, "security_groups"):
            aws.client("ec2").modify_network_interface_attribute(
                NetworkInterfaceId=id_, Groups=list(new["security_groups"])
            )
        super().update(aws, id_, old, new)

    def outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> dict[str, Any]:
        """Give its name in the network."""
        return {"private_dns_name": made.get("PrivateDnsName")}


@creator
class VpcDhcpOptions(Thing):
    """What instances of a VPC are told when they ask for an address."""

    type = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
    making, deleting = "create_dhcp_options", "delete_dhcp_options"
    kind, member, result = "dhcp-options", "DhcpOptionsId", "DhcpOptions"
    _settings = (
        "domain_name",
        "domain_name_servers",
        "netbios_name_servers",
        "netbios_node_type",
        "ntp_servers",
    )
    replace_on = frozenset(_settings)

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the options."""
        configurations = [
            {"key": name.replace("_", "-"), "values": _listed(inputs[name])}
            for name in self._settings
            if inputs.get(name)
        ]
        return super().create(aws, {**inputs, "dhcp_configurations": configurations})


def _listed(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, (list, tuple)) else [value])]


@creator
class VpcPeeringConnection(Thing):
    """The connection of two VPCs, accepted at once where one account owns both."""

    type = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
    replace_on = frozenset({"peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"})
    making, deleting = "create_vpc_peering_connection", "delete_vpc_peering_connection"
    kind, member = "vpc-peering-connection", "VpcPeeringConnectionId"
    result = "VpcPeeringConnection"

    def outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> dict[str, Any]:
        """Accept the connection if the program says so."""
        if inputs.get("auto_accept"):
            id_ = made[self.member]
            aws.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
        return {}


@creator
class EgressOnlyInternetGateway(Thing):
    """The way out of a VPC for IPv6."""

    type = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
    replace_on = frozenset({"vpc_id"})
    making = "create_egress_only_internet_gateway"
    deleting = "delete_egress_only_internet_gateway"
    kind, member = "egress-only-internet-gateway", "EgressOnlyInternetGatewayId"
    result = "EgressOnlyInternetGateway"


table(
    Plain(
        type="aws:ec2/eipAssociation:EipAssociation",
        service="ec2",
        create=Call("associate_address"),
        id="{answer[AssociationId]}",
        delete=Call("disassociate_address", {"id": "association_id"}),
        replace_on=frozenset(
            {
                "allocation_id",
                "allow_reassociation",
                "instance_id",
                "network_interface_id",
                "private_ip_address",
                "public_ip",
            }
        ),
    ),
    Plain(
        type="aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        service="ec2",
        put=Call("associate_dhcp_options"),
        id="{dhcp_options_id}-{vpc_id}",
        delete=Call("associate_dhcp_options", fixed={"DhcpOptionsId": "default"}),
        replace_on=frozenset({"dhcp_options_id", "vpc_id"}),
    ),
)
