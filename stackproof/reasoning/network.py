"""Routes: which table a subnet follows, where it leads, and the tiers that make a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import is_internet
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    INTERNET_GATEWAY,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
)

# The neighbours that a control needs to see where a subnet's routes lead.
ROUTE_NEIGHBOURS = (
    SUBNET,
    VPC,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    DEFAULT_ROUTE_TABLE,
    INTERNET_GATEWAY,
)


class Exit(StrEnum):
    """How a route leaves the VPC for the internet."""

    INTERNET_GATEWAY = "internet gateway"
    NAT = "NAT gateway"
    OTHER = "other target"


class Tier(StrEnum):
    """What a subnet is, judged by its routes and not by its name."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"


@dataclass(frozen=True, slots=True)
class Route:
    """One route of a route table, declared inside the table or apart from it."""

    facts: Block
    holder: Resource
    inside: str

    @property
    def place(self) -> str:
        """Give the path that a finding names."""
        return f"{self.holder.name}.{self.facts.path}" if self.inside else self.holder.name

    def exit(self, stack: Stack) -> Exit | None:
        """Give how the route leads to the internet, `None` when it stays in private networks."""
        if self._through_internet_gateway(stack):
            return Exit.INTERNET_GATEWAY
        if self.facts.raw("nat_gateway_id"):
            return Exit.NAT
        if self.facts.raw("egress_only_gateway_id"):
            return Exit.OTHER
        return Exit.OTHER if self._everywhere() else None

    def is_for(self, version: int) -> bool:
        """Tell whether packets of a version of IP may follow it: a list may hold both."""
        prefix = "" if self.inside else "destination_"
        other = f"{prefix}cidr_block" if version == 6 else f"{prefix}ipv6_cidr_block"
        target = self.facts.raw(other)
        return isinstance(target, Unknown) or not target

    @property
    def lost(self) -> bool:
        """Tell whether AWS says that what the route leads to is gone."""
        return bool(self.facts.raw("state") == "blackhole")

    def nat_gateways(self, stack: Stack) -> tuple[Resource, ...]:
        """Give the NAT gateway that the route uses; UnresolvedError when not in the stack."""
        if not self.facts.raw("nat_gateway_id"):
            return ()
        path = f"{self.inside}.nat_gateway_id" if self.inside else "nat_gateway_id"
        return stack.follow(self.holder, path, NAT_GATEWAY)

    def _through_internet_gateway(self, stack: Stack) -> bool:
        target = self.facts.raw("gateway_id")
        if isinstance(target, Unknown):
            urns = self.holder.references.get(self.inside or "gateway_id", ())
            if not urns:
                raise UnresolvedError(target.at(self.facts.at("gateway_id")))
            return any(stack.find(urn, INTERNET_GATEWAY) for urn in urns)
        if not target:
            return False
        if not isinstance(target, str):
            odd = Unknown(Cause.UNREADABLE, self.facts.at("gateway_id"), "no text")
            raise UnresolvedError(odd)
        return target.startswith("igw-") or stack.find(target, INTERNET_GATEWAY) is not None

    def _everywhere(self) -> bool:
        prefix = "" if self.inside else "destination_"
        cidrs = (self.facts[f"{prefix}cidr_block"], self.facts[f"{prefix}ipv6_cidr_block"])
        return any(is_internet(cidr) for cidr in cidrs if cidr)


def route_table(subnet: Resource, stack: Stack) -> Resource:
    """Give the route table that a subnet follows: its own, else the main one of its VPC.

    Raises UnresolvedError when that table is not in the stack.
    """
    own = referrers(subnet, stack, ROUTE_TABLE_ASSOCIATION, "subnet_id")
    table = stack.follow_one(own[0], "route_table_id", ROUTE_TABLE) if own else None
    table = table or _main_table(subnet, stack)
    if table is None:
        raise UnresolvedError(
            Unknown(Cause.NOT_IN_STACK, detail=f"the route table of subnet {subnet.name}")
        )
    return table


def routes(table: Resource, stack: Stack) -> Iterator[Route | Unknown]:
    """Give the routes of a table, an Unknown for what can't be seen."""
    for element in table.elements("routes"):
        yield element if isinstance(element, Unknown) else Route(element, table, "routes")
    for route in referrers_or_unknown(table, stack, ROUTE, "route_table_id"):
        if isinstance(route, Unknown):
            yield route
        else:
            yield Route(Block(route.data, route.name), route, "")


def exits(subnet: Resource, stack: Stack, version: int | None = None) -> Mapping[Exit, Route]:
    """Give the routes in which a subnet's packets leave for the internet, by a version of IP.

    Without a version, those by either count. Raises UnresolvedError when none is seen but one may
    be hidden.
    """
    found, hidden = _look(subnet, stack, version)
    if hidden is not None and not found:
        raise UnresolvedError(hidden)
    return found


def lost_routes(subnet: Resource, stack: Stack) -> tuple[Route, ...]:
    """Give the routes of a subnet to the internet that lead to what is gone."""
    seen = (
        route for route in routes(route_table(subnet, stack), stack) if isinstance(route, Route)
    )
    return tuple(route for route in seen if route.lost and route.exit(stack) is not None)


def tier(subnet: Resource, stack: Stack) -> Tier:
    """Give a subnet's tier: public with a route to an internet gateway, isolated with no route out.

    A route to a gateway that is gone counts: the subnet was meant to have it, and may again.
    """
    found, hidden = _look(subnet, stack)
    if Exit.INTERNET_GATEWAY in found:
        return Tier.PUBLIC
    if hidden is not None:
        raise UnresolvedError(hidden)
    return Tier.PRIVATE if found else Tier.ISOLATED


def tiers(vpc: Resource, stack: Stack) -> Mapping[Tier, tuple[Resource, ...]]:
    """Give the subnets of a VPC by tier; UnresolvedError when not all of them can be seen."""
    hidden_referrer = stack.hidden_referrer(SUBNET, "vpc_id")
    if hidden_referrer is not None:
        raise UnresolvedError(hidden_referrer)
    found: dict[Tier, list[Resource]] = defaultdict(list)
    for subnet in stack.seen_referrers(vpc, SUBNET, "vpc_id"):
        found[tier(subnet, stack)].append(subnet)
    return {key: tuple(subnets) for key, subnets in found.items()}


def nat_gateways(subnet: Resource, stack: Stack) -> tuple[Resource, ...]:
    """Give the NAT gateways that a subnet's routes use."""
    found: Iterable[tuple[Resource, ...]] = (
        route.nat_gateways(stack)
        for route in routes(route_table(subnet, stack), stack)
        if isinstance(route, Route)
    )
    return tuple({id(nat): nat for nat in chain.from_iterable(found)}.values())


def _look(
    subnet: Resource, stack: Stack, version: int | None = None
) -> tuple[Mapping[Exit, Route], Unknown | None]:
    found: dict[Exit, Route] = {}
    hidden: Unknown | None = None
    for route in routes(route_table(subnet, stack), stack):
        if isinstance(route, Unknown):
            hidden = route
            continue
        if version is not None and not route.is_for(version):
            continue
        try:
            leads = route.exit(stack)
        except UnresolvedError as error:
            hidden = error.unknown
            continue
        if leads is not None:
            found.setdefault(leads, route)
    return found, hidden


def _main_table(subnet: Resource, stack: Stack) -> Resource | None:
    vpc = stack.follow_one(subnet, "vpc_id", VPC)
    if vpc is None:
        return None
    chosen = referrers(vpc, stack, MAIN_ROUTE_TABLE_ASSOCIATION, "vpc_id")
    if chosen:
        return stack.follow_one(chosen[0], "route_table_id", ROUTE_TABLE)
    main = vpc.raw("main_route_table_id")
    found = stack.find(main, ROUTE_TABLE) if isinstance(main, str) else None
    # A program adopts the table that came with the VPC by an output of the VPC.
    adopted = chain.from_iterable(
        stack.seen_referrers(vpc, DEFAULT_ROUTE_TABLE, name)
        for name in ("vpc_id", "default_route_table_id")
    )
    return found or next(adopted, None)
