"""What AWS makes by itself, and a program may take under a type of its own.

Source: the pages of ec2.DefaultNetworkAcl, DefaultRouteTable, DefaultSecurityGroup, DefaultSubnet
and DefaultVpc of the AWS provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.types import tokens as t

# By the type of what AWS made, that of all others of its kind.
ADOPTED: Final[Mapping[str, str]] = {
    t.DEFAULT_NETWORK_ACL: t.NETWORK_ACL,
    t.DEFAULT_ROUTE_TABLE: t.ROUTE_TABLE,
    t.DEFAULT_SECURITY_GROUP: t.SECURITY_GROUP,
    t.EC2_DEFAULT_SUBNET: t.SUBNET,
    t.EC2_DEFAULT_VPC: t.VPC,
}
