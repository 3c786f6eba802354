"""Transit gateways: who may join them, and whether their routes lead anywhere."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import (
    TRANSIT_GATEWAY,
    TRANSIT_GATEWAY_ASSOCIATION,
    TRANSIT_GATEWAY_PROPAGATION,
    TRANSIT_GATEWAY_ROUTE,
    TRANSIT_GATEWAY_ROUTE_TABLE,
)

_ATTACHMENT: Final = "transit_gateway_attachment_id"
_TABLE: Final = "transit_gateway_route_table_id"


@control(
    "transit-gateway-no-auto-accept",
    title="Transit gateways accept no attachment by themselves",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=TRANSIT_GATEWAY,
    frameworks={
        Framework.FSBP: ("EC2.23",),
        Framework.PCI: ("1.3.1", "1.4.2"),
        Framework.NIST: ("AC-4(21)", "CM-2"),
    },
    cases=Cases(
        passing=Given(TRANSIT_GATEWAY, {"auto_accept_shared_attachments": "disable"}),
        failing=(Change("auto_accept_shared_attachments", "enable"),),
        unknown=(Hide("auto_accept_shared_attachments"),),
        also_passing=(Remove("auto_accept_shared_attachments"),),
    ),
)
def no_auto_accept(gateway: Resource) -> Outcome:
    """Whoever the gateway is shared with joins a network of theirs to it, and nobody looks.

    Off by default. Source: Amazon EC2 API Reference, TransitGatewayRequestOptions.
    """
    path = "auto_accept_shared_attachments"
    return expect_that(
        gateway,
        path,
        lambda value: value != "enable",
        expected="disable",
        fix=f"Set {path} to disable, and accept attachments one by one.",
    )


@control(
    "transit-gateway-route-leads-somewhere",
    title="Routes of transit gateways lead to an attachment that exists",
    severity=Severity.HIGH,
    category=Category.HA,
    types=TRANSIT_GATEWAY_ROUTE,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            TRANSIT_GATEWAY_ROUTE,
            {
                "destination_cidr_block": "10.1.0.0/16",
                _ATTACHMENT: "tgw-attach-1",
                "blackhole": False,
            },
        ),
        failing=(Change("blackhole", True),),
        unknown=(Hide("blackhole"), (Change("blackhole", True), Hide(_ATTACHMENT))),
        also_passing=(Remove("blackhole"),),
        not_applicable=((Change("blackhole", True), Remove(_ATTACHMENT)),),
    ),
)
def route_leads_somewhere(route: Resource) -> Outcome:
    """A network that was detached leaves its routes, which drop what they are given.

    Source: Amazon VPC Transit Gateways, "Transit gateway route tables", route states.
    """
    if not route["blackhole"]:
        return Pass()
    if not route[_ATTACHMENT]:
        return NotApplicable(
            "drops what it is given; whether networks are reached is asked of them"
        )
    fix = "Attach the network again, or take the route away."
    return Fail("blackhole", "an attachment that is there", True, fix)


@control(
    "transit-gateway-table-routes",
    title="Route tables of transit gateways know a way",
    severity=Severity.HIGH,
    category=Category.HA,
    types=TRANSIT_GATEWAY_ROUTE_TABLE,
    needs=(
        TRANSIT_GATEWAY_ASSOCIATION,
        TRANSIT_GATEWAY_PROPAGATION,
        TRANSIT_GATEWAY_ROUTE,
    ),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            TRANSIT_GATEWAY_ROUTE_TABLE,
            {"transit_gateway_id": "tgw-1"},
            (
                Neighbour("used", TRANSIT_GATEWAY_ASSOCIATION, {_TABLE: Ref("subject")}),
                Neighbour("learnt", TRANSIT_GATEWAY_PROPAGATION, {_TABLE: Ref("subject")}),
            ),
            sight=Sight.LIVE,
        ),
        failing=(Without("learnt"), Change(_TABLE, "tgw-rtb-2", of="learnt")),
        unknown=(Hide(_TABLE, of="used"), Hide(_TABLE, of="learnt")),
        absent=(Without("learnt"),),
        not_applicable=(Without("used"),),
    ),
)
def table_routes(table: Resource, stack: Stack) -> Outcome:
    """A network that is associated with an empty table reaches nobody.

    Before deployment another program may have its routes.
    """
    if not referrers(table, stack, TRANSIT_GATEWAY_ASSOCIATION, _TABLE):
        return NotApplicable("no network is associated with it")
    for type_ in (TRANSIT_GATEWAY_ROUTE, TRANSIT_GATEWAY_PROPAGATION):
        if referrers(table, stack, type_, _TABLE):
            return Pass()
    if stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail="routes of the table"))
    fix = "Add an aws.ec2transitgateway.Route, or let networks propagate theirs to it."
    return Fail("routes", "a route or a propagation", None, fix)
