"""EC2 network interfaces, and the addresses that are put on them."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import Cloud, Created, Properties, changed, creator
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.tokens import NETWORK_INTERFACE


@creator
class NetworkInterface(CreatedById):
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
)
