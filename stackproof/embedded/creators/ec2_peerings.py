"""EC2: connections of two VPCs."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import Cloud, Properties, creator


@creator
class VpcPeeringConnection(CreatedById):
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
