"""CIDR arithmetic: how a VPC's addresses are shared out over tiers and availability zones."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice

__all__ = ["ANYWHERE", "MAX_ZONES", "SubnetPlan", "plan_subnets"]

ANYWHERE = "0.0.0.0/0"
MAX_ZONES = 6
# A sixteenth of the VPC is the unit: a private subnet takes one, the public subnets share the
# first and the database subnets share the second.
_UNIT_BITS = 4
_SMALL_BITS = 8


@dataclass(frozen=True, slots=True)
class SubnetPlan:
    """The address ranges of each tier, one per availability zone; a VPC may have no databases."""

    vpc: IPv4Network
    public: tuple[IPv4Network, ...]
    private: tuple[IPv4Network, ...]
    database: tuple[IPv4Network, ...] = ()


def plan_subnets(vpc: IPv4Network, zones: int) -> SubnetPlan:
    """Share a VPC of /16 to /20 out over its tiers.

    In a /16 the public and database subnets are /24 (load balancers and databases need few
    addresses) and the private ones /20 (each Fargate task takes an address). The ranges do not
    depend on the number of zones, so adding a zone moves nothing.
    """
    if not 1 <= zones <= MAX_ZONES:
        raise ValueError(f"{zones} availability zones asked for; 1 to {MAX_ZONES} fit the plan")
    if not 16 <= vpc.prefixlen <= 20:
        raise ValueError(f"{vpc} can't be shared out: its size must be /16 to /20")
    units = list(islice(vpc.subnets(prefixlen_diff=_UNIT_BITS), 2 + MAX_ZONES))
    small = _SMALL_BITS - _UNIT_BITS
    return SubnetPlan(
        vpc=vpc,
        public=tuple(islice(units[0].subnets(prefixlen_diff=small), zones)),
        private=tuple(units[2 : 2 + zones]),
        database=tuple(islice(units[1].subnets(prefixlen_diff=small), zones)),
    )
