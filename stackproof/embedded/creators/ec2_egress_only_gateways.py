"""EC2: gateways through which IPv6 leaves a VPC and nothing enters."""

from __future__ import annotations

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import creator


@creator
class EgressOnlyInternetGateway(CreatedById):
    """The way out of a VPC for IPv6."""

    type = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
    replace_on = frozenset({"vpc_id"})
    making = "create_egress_only_internet_gateway"
    deleting = "delete_egress_only_internet_gateway"
    kind, member = "egress-only-internet-gateway", "EgressOnlyInternetGatewayId"
    result = "EgressOnlyInternetGateway"
