"""CIDR arithmetic: how a VPC's addresses are shared out over tiers and availability zones."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice

__all__ = ["ANYWHERE", "MAX_ZONES", "SubnetPlan", "plan_blocks", "plan_subnets"]

ANYWHERE = "0.0.0.0/0"
MAX_ZONES = 6
# A sixteenth of the VPC is the unit: a private subnet takes one, the public subnets share the
# first and the database subnets share the second.
_UNIT_BITS = 4
_SMALL_BITS = 8
# The first blocks of each tier in the plan by numbered blocks.
_FIRST_PUBLIC = 1
_FIRST_PRIVATE = 10


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
    _refuse_what_does_not_fit(vpc, zones)
    units = list(islice(vpc.subnets(prefixlen_diff=_UNIT_BITS), 2 + MAX_ZONES))
    small = _SMALL_BITS - _UNIT_BITS
    return SubnetPlan(
        vpc=vpc,
        public=tuple(islice(units[0].subnets(prefixlen_diff=small), zones)),
        private=tuple(units[2 : 2 + zones]),
        database=tuple(islice(units[1].subnets(prefixlen_diff=small), zones)),
    )


def plan_blocks(vpc: IPv4Network, zones: int) -> SubnetPlan:
    """Give zone i (from 0) two /24 blocks of a VPC of /16 to /20: public i + 1, private i + 10.

    In 10.0.0.0/16 these are 10.0.1.0/24, 10.0.2.0/24 … and 10.0.10.0/24, 10.0.11.0/24 …; a /20
    has 16 blocks, just enough for six zones. Adding a zone moves nothing.
    """
    _refuse_what_does_not_fit(vpc, zones)
    blocks = list(islice(vpc.subnets(new_prefix=24), _FIRST_PRIVATE + zones))
    return SubnetPlan(
        vpc=vpc,
        public=tuple(blocks[_FIRST_PUBLIC : _FIRST_PUBLIC + zones]),
        private=tuple(blocks[_FIRST_PRIVATE:]),
    )


def _refuse_what_does_not_fit(vpc: IPv4Network, zones: int) -> None:
    if not 1 <= zones <= MAX_ZONES:
        raise ValueError(f"{zones} availability zones asked for; 1 to {MAX_ZONES} fit the plan")
    if not 16 <= vpc.prefixlen <= 20:
        raise ValueError(f"{vpc} can't be shared out: its size must be /16 to /20")
