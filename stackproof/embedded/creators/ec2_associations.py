"""EC2: what only ties things together that are made elsewhere."""

from __future__ import annotations

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties, creator
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.tokens import NETWORK_INTERFACE, VPC_PEERING_ACCEPTER

_ENDPOINT = "modify_vpc_endpoint"

table(
    *(
        Plain(
            type=f"aws:ec2/{name}:{name[0].upper()}{name[1:]}",
            service="ec2",
            create=Call(_ENDPOINT, {held: f"add_{held}s"}),
            apart=apart,
            id="{vpc_endpoint_id}/{" + held + "}",
            delete=Call(_ENDPOINT, {held: f"remove_{held}s"}),
            replace_on=frozenset({held, "vpc_endpoint_id", *apart}),
        )
        for name, held, apart in (
            ("vpcEndpointRouteTableAssociation", "route_table_id", frozenset[str]()),
            ("vpcEndpointSubnetAssociation", "subnet_id", frozenset[str]()),
            (
                "securityGroupAssociation",
                "security_group_id",
                frozenset({"replace_default_association"}),
            ),
        )
    ),
    Plain(
        type="aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        service="ec2",
        create=Call("associate_vpc_cidr_block"),
        id="{answer[CidrBlockAssociation][AssociationId]}",
        delete=Call("disassociate_vpc_cidr_block", {"id": "association_id"}),
        replace_on=frozenset({"cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length", "vpc_id"}),
    ),
    Plain(
        type="aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
        service="ec2",
        create=Call("attach_internet_gateway"),
        id="{internet_gateway_id}:{vpc_id}",
        delete=Call("detach_internet_gateway"),
        gone=("Gateway.NotAttached",),
        replace_on=frozenset({"internet_gateway_id", "vpc_id"}),
    ),
    Plain(
        type="aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        service="ec2",
        create=Call("attach_network_interface"),
        outputs={"attachment_id": "AttachmentId"},
        id="{attachment_id}",
        delete=Call("detach_network_interface"),
        gone=("InvalidAttachmentID.NotFound",),
        replace_on=frozenset(
            {"device_index", "instance_id", "network_card_index", "network_interface_id"}
        ),
    ),
)


@creator
class NetworkInterfaceSecurityGroupAttachment(Creator):
    """One security group of a network interface that is made elsewhere."""

    type = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
    replace_on = frozenset({"network_interface_id", "security_group_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the group."""
        group, interface = inputs["security_group_id"], inputs["network_interface_id"]
        self._set(aws, interface, {*self._groups(aws, interface), group})
        return Created(f"{group}_{interface}")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the group away, and leave the others."""
        interface = state["network_interface_id"]
        left = {*self._groups(aws, interface)} - {state["security_group_id"]}
        self._set(aws, interface, left)

    def _groups(self, aws: Cloud, interface: str) -> list[str]:
        wanted = [{"Name": "network-interface-id", "Values": [interface]}]
        found = listed(aws, NETWORK_INTERFACE, {"Filters": wanted})
        return [group["GroupId"] for _, page in found for group in page["Groups"]]

    def _set(self, aws: Cloud, interface: str, groups: set[str]) -> None:
        if groups:
            aws.client("ec2").modify_network_interface_attribute(
                NetworkInterfaceId=interface, Groups=sorted(groups)
            )


@creator
class VpcPeeringConnectionAccepter(Creator):
    """The side of a peering that says yes; the connection stays when a program is done with it."""

    type = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
    replace_on = frozenset({"vpc_peering_connection_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Accept the connection where the program says so."""
        id_ = inputs["vpc_peering_connection_id"]
        self.update(aws, id_, {}, inputs)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Accept the connection if it waits for that."""
        named = {"VpcPeeringConnectionIds": [id_]}
        ((_, found),) = listed(aws, VPC_PEERING_ACCEPTER, named)
        if new.get("auto_accept") and found["Status"]["Code"] == "pending-acceptance":
            aws.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave the connection to the side that asked for it."""
