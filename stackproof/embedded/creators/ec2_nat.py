"""Elastic IP addresses and NAT gateways."""

from __future__ import annotations

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
)


@creator
class Eip(Creator):
    """An Elastic IP address, associated with an instance or interface when it names one."""

    type = "aws:ec2/eip:Eip"
    joined_later = frozenset({"association_id", "instance", "network_interface", "private_ip"})
    replace_on = frozenset(
        {
            "address",
            "customer_owned_ipv4_pool",
            "domain",
            "ipam_pool_id",
            "network_border_group",
            "public_ipv4_pool",
        }
    )

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Allocate the address and associate it."""
        request = {"Domain": "vpc", **parameters(aws, "ec2", "allocate_address", inputs)}
        tags = tag_specifications("elastic-ip", inputs)
        made = aws.client("ec2").allocate_address(**request, **tags)
        id_, address = made["AllocationId"], made["PublicIp"]
        host = "compute-1" if aws.region == "us-east-1" else f"{aws.region}.compute"
        return Created(
            id_,
            {
                "public_dns": f"ec2-{address.replace('.', '-')}.{host}.amazonaws.com",
                "public_ipv4_pool": made.get("PublicIpv4Pool") or "amazon",
                "network_border_group": made.get("NetworkBorderGroup") or aws.region,
                **self._associate(aws, id_, inputs),
            },
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Associate the address elsewhere, change its tags."""
        retag(aws, id_, old, new)
        if not changed(old, new, "instance", "network_interface", "associate_with_private_ip"):
            return {}
        if old.get("association_id"):
            aws.client("ec2").disassociate_address(AssociationId=old["association_id"])
        return self._associate(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Release the address."""
        with already_gone():
            aws.client("ec2").release_address(AllocationId=id_)

    def _associate(self, aws: Cloud, id_: str, inputs: Properties) -> dict[str, Any]:
        if not (inputs.get("instance") or inputs.get("network_interface")):
            return {}
        request = parameters(
            aws,
            "ec2",
            "associate_address",
            inputs,
            rename={
                "instance": "InstanceId",
                "network_interface": "NetworkInterfaceId",
                "associate_with_private_ip": "PrivateIpAddress",
            },
            omit=["public_ip"],
        )
        made = aws.client("ec2").associate_address(AllocationId=id_, **request)
        return {"association_id": made["AssociationId"]}


@creator
class NatGateway(Creator):
    """A NAT gateway."""

    type = "aws:ec2/natGateway:NatGateway"
    replace_on = frozenset(
        {
            "allocation_id",
            "availability_mode",
            "connectivity_type",
            "private_ip",
            "subnet_id",
            "vpc_id",
        }
    )
    defaults: ClassVar[Properties] = {"connectivity_type": "public"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the gateway."""
        ec2 = aws.client("ec2")
        request = parameters(
            aws, "ec2", "create_nat_gateway", inputs, rename={"private_ip": "PrivateIpAddress"}
        )
        made = ec2.create_nat_gateway(**request, **tag_specifications("natgateway", inputs))
        id_ = made["NatGateway"]["NatGatewayId"]
        ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[id_])
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags in place."""
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the gateway."""
        with already_gone():
            aws.client("ec2").delete_nat_gateway(NatGatewayId=id_)
