"""Ways out of a VPC: gateways are attached, peerings routed from both sides, endpoints used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.doors import lets_somebody_in
from stackproof.controls.support.example_service import rule
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import stated, whole
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.reasoning.security_groups import INGRESS_NEIGHBOURS
from stackproof.types.companions import neighbours
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    INTERNET_GATEWAY,
    INTERNET_GATEWAY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    VPC,
    VPC_ENDPOINT,
    VPC_ENDPOINT_ROUTE_TABLE,
    VPC_PEERING_ACCEPTER,
    VPC_PEERING_CONNECTION,
)

_HIDDEN: Final = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def _with(name: str, type_: str, /, **facts: Any) -> With:
    return With(Neighbour(name, type_, facts))


@control(
    "internet-gateway-attached",
    title="Internet gateways are attached to a VPC",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=INTERNET_GATEWAY,
    needs=(INTERNET_GATEWAY_ATTACHMENT,),
    frameworks={Framework.NIST: ("CM-8", "CP-10")},
    cases=Cases(
        passing=Given(INTERNET_GATEWAY, {"vpc_id": "vpc-1"}),
        failing=(Remove("vpc_id"), Change("vpc_id", "")),
        unknown=(Hide("vpc_id"),),
        absent=(
            (
                Remove("vpc_id"),
                _with(
                    "joined",
                    INTERNET_GATEWAY_ATTACHMENT,
                    internet_gateway_id=Unknown(Cause.UNREADABLE),
                ),
            ),
        ),
        also_passing=(
            (
                Remove("vpc_id"),
                _with(
                    "joined",
                    INTERNET_GATEWAY_ATTACHMENT,
                    internet_gateway_id=Ref("subject"),
                    vpc_id="vpc-1",
                ),
            ),
        ),
    ),
)
def gateway_attached(gateway: Resource, stack: Stack) -> Outcome:
    """Routes to one that was detached lead nowhere."""
    gateway = stated(gateway)
    if gateway.references.get("vpc_id") or gateway["vpc_id"]:
        return Pass()
    # Live, AWS shows it in the gateway, and lists nothing else.
    apart = stack.sight is not Sight.LIVE or INTERNET_GATEWAY_ATTACHMENT not in stack.gaps
    if apart and referrers(gateway, stack, INTERNET_GATEWAY_ATTACHMENT, "internet_gateway_id"):
        return Pass()
    return Fail("vpc_id", "a VPC", None, "Attach it to a VPC, or remove it.")


_PEERED: Final = Given(
    VPC_PEERING_CONNECTION,
    {"vpc_id": Ref("near"), "peer_vpc_id": Ref("far"), "accept_status": "active"},
    (
        Neighbour("near", VPC, {"cidr_block": "10.0.0.0/16"}),
        Neighbour("far", VPC, {"cidr_block": "10.1.0.0/16"}),
        Neighbour("near-table", ROUTE_TABLE, {"vpc_id": Ref("near")}),
        Neighbour(
            "far-table",
            ROUTE_TABLE,
            {
                "vpc_id": Ref("far"),
                "routes": [
                    {"cidr_block": "10.0.0.0/16", "vpc_peering_connection_id": Ref("subject")}
                ],
            },
        ),
        Neighbour(
            "near-out",
            ROUTE,
            {
                "route_table_id": Ref("near-table"),
                "destination_cidr_block": "10.1.0.0/16",
                "vpc_peering_connection_id": Ref("subject"),
            },
        ),
    ),
)


@control(
    "vpc-peering-accepted",
    title="VPC peering connections are active",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=(VPC_PEERING_CONNECTION, VPC_PEERING_ACCEPTER),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(VPC_PEERING_CONNECTION, {"accept_status": "active"}),
        failing=(Change("accept_status", "pending-acceptance"),),
        unknown=(Hide("accept_status"),),
        not_applicable=(Remove("accept_status"),),
    ),
)
def peering_accepted(peering: Resource) -> Outcome:
    """Until the other side accepts it nothing gets through, and after a week it is gone."""
    status = peering["accept_status"]
    if status is None:
        return NotApplicable("known only where it is deployed")
    if status == "active":
        return Pass()
    return Fail("accept_status", "active", status, "Accept the connection in the other account.")


@control(
    "vpc-peering-routed",
    title="VPC peering connections are routed from both sides",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=VPC_PEERING_CONNECTION,
    needs=(VPC, ROUTE, ROUTE_TABLE, DEFAULT_ROUTE_TABLE),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=_PEERED,
        failing=(
            Without("near-out"),
            Change("routes", [], of="far-table"),
            Change("route_table_id", Ref("far-table"), of="near-out"),
        ),
        unknown=(
            Hide("vpc_peering_connection_id", of="near-out"),
            Hide("vpc_id"),
            Hide("vpc_id", of="near-table"),
        ),
        absent=(Without("near-table"),),
        also_passing=((Without("far"), Without("far-table")),),
        not_applicable=((Without("far"), Without("near")),),
    ),
)
def peering_routed(peering: Resource, stack: Stack) -> Outcome:
    """Requests need a route there, answers one back; of another stack's VPC it is unknown."""
    sides = [*_sides(peering, stack)]
    if not sides:
        return NotApplicable("neither of its VPCs is this stack's")
    routed = [*_routed(peering, stack)]
    hidden = next((route for route in routed if isinstance(route, Unknown)), None)
    missing = [side.name for side in sides if not any(side is route for route in routed)]
    if not missing:
        return Pass()
    if hidden is not None:
        raise UnresolvedError(hidden)
    if len(missing) == len(sides) and stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail="routes to the other VPC"))
    fix = "Add an aws.ec2.Route through the connection to a route table of each VPC."
    return Fail("peer_vpc_id", f"a route from {' and '.join(missing)}", None, fix)


def _sides(peering: Resource, stack: Stack) -> Iterator[Resource]:
    for path in ("vpc_id", "peer_vpc_id"):
        route = peering.raw(path)
        keys = [route] if isinstance(route, str) else [*peering.references.get(path, ())]
        if isinstance(route, Unknown) and not keys:
            raise UnresolvedError(route.at(path))
        for key in keys:
            found = stack.find(key, VPC)
            if found is not None and not any(found is other for other in stack.foreign):
                yield found


def _routed(peering: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the VPCs from which a route leads into a connection, an Unknown for what is hidden."""
    name = "vpc_peering_connection_id"
    tables: list[Resource | Unknown] = []
    for type_ in (ROUTE_TABLE, DEFAULT_ROUTE_TABLE):
        tables += referrers_or_unknown(peering, stack, type_, f"routes.{name}")
    for route in referrers_or_unknown(peering, stack, ROUTE, name):
        tables += [route] if isinstance(route, Unknown) else _table(route, stack)
    for table in tables:
        try:
            found = table if isinstance(table, Unknown) else stack.follow_one(table, "vpc_id", VPC)
        except UnresolvedError as error:
            found = error.unknown
        if found is not None:
            yield found


def _table(route: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for type_ in (ROUTE_TABLE, DEFAULT_ROUTE_TABLE):
        try:
            yield from stack.follow(route, "route_table_id", type_)
            return
        except UnresolvedError as error:
            lost = error.unknown
    yield lost


@control(
    "vpc-endpoint-routed",
    title="Gateway endpoints are in a route table",
    severity=Severity.LOW,
    category=Category.NETWORK,
    types=VPC_ENDPOINT,
    needs=neighbours(VPC_ENDPOINT, "route_table_ids"),
    frameworks={Framework.NIST: ("CM-8", "CP-10")},
    cases=Cases(
        passing=Given(VPC_ENDPOINT, {"vpc_endpoint_type": "Gateway", "route_table_ids": ["rtb-1"]}),
        failing=(Remove("route_table_ids"), Change("route_table_ids", [])),
        unknown=(Hide("route_table_ids"), Hide("vpc_endpoint_type")),
        absent=(
            (
                Remove("route_table_ids"),
                _with(
                    "joined", VPC_ENDPOINT_ROUTE_TABLE, vpc_endpoint_id=Unknown(Cause.UNREADABLE)
                ),
            ),
        ),
        also_passing=(
            Remove("vpc_endpoint_type"),
            (
                Remove("route_table_ids"),
                _with(
                    "joined",
                    VPC_ENDPOINT_ROUTE_TABLE,
                    vpc_endpoint_id=Ref("subject"),
                    route_table_id="rtb-1",
                ),
            ),
        ),
        not_applicable=(Change("vpc_endpoint_type", "Interface"),),
    ),
)
def endpoint_routed(endpoint: Resource, stack: Stack) -> Outcome:
    """Nothing goes by one that no route table has."""
    if (endpoint["vpc_endpoint_type"] or "Gateway") != "Gateway":
        return NotApplicable("not a gateway endpoint")
    told = whole(endpoint, stack, "route_table_ids")
    named = told.raw("route_table_ids")
    tables = [*named] if isinstance(named, (list, tuple)) else [named] if named else []
    hidden = next((table for table in tables if isinstance(table, Unknown)), None)
    if told.references.get("route_table_ids") or any(table is not hidden for table in tables):
        return Pass()
    if hidden is not None:
        raise UnresolvedError(hidden.at("route_table_ids"))
    fix = "Name the route tables of the subnets that are to use it in route_table_ids."
    return Fail("route_table_ids", "a route table", None, fix)


_OF_AWS: Final = "com.amazonaws."
_MAIL: Final = "email-smtp"


@control(
    "vpc-endpoint-lets-clients-in",
    title="Security groups of interface endpoints let somebody in on 443",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=VPC_ENDPOINT,
    needs=(SECURITY_GROUP, *neighbours(VPC_ENDPOINT, "security_group_ids"), *INGRESS_NEIGHBOURS),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            VPC_ENDPOINT,
            {
                "vpc_endpoint_type": "Interface",
                "service_name": "com.amazonaws.us-east-1.secretsmanager",
                "security_group_ids": [Ref("wall")],
            },
            (
                Neighbour("wall", SECURITY_GROUP, {"vpc_id": "vpc-1"}),
                rule("in", Ref("wall"), "in", 443, cidr_ipv4="10.0.0.0/16"),
            ),
        ),
        failing=(
            Without("in"),
            Change("from_port", 444, of="in"),
            (Remove("cidr_ipv4", of="in"), Change("cidr_ipv6", "2001:db8::/56", of="in")),
        ),
        unknown=(
            Hide("security_group_ids"),
            Hide("service_name"),
            Hide("security_group_id", of="in"),
            Remove("security_group_ids"),
        ),
        absent=(Without("wall"),),
        not_applicable=(
            Change("vpc_endpoint_type", "Gateway"),
            Change("service_name", "com.amazonaws.us-east-1.email-smtp"),
            Change("service_name", "com.amazonaws.vpce.us-east-1.vpce-svc-1"),
        ),
    ),
)
def endpoint_lets_clients_in(endpoint: Resource, stack: Stack) -> Outcome:
    """With private DNS everybody in the VPC is led to it, and times out."""
    if endpoint["vpc_endpoint_type"] != "Interface":
        return NotApplicable("not an interface endpoint")
    service = endpoint.text("service_name") or ""
    if not service.startswith(_OF_AWS) or service.endswith(_MAIL) or ".vpce." in service:
        return NotApplicable("a service with ports of its own")
    return lets_somebody_in(whole(endpoint, stack, "security_group_ids"), 443, stack)
