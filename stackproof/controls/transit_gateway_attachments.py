"""Networks at transit gateways: what comes from them is routed, and something leads to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stackproof.controls.registry import control
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
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.relations import all_referrers, referrers
from stackproof.types.tokens import (
    TRANSIT_GATEWAY,
    TRANSIT_GATEWAY_ASSOCIATION,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_PROPAGATION,
    TRANSIT_GATEWAY_ROUTE,
    VPC,
)

_ATTACHMENT: Final = "transit_gateway_attachment_id"
_TABLE: Final = "transit_gateway_route_table_id"
_HUB: Final = {
    "default_route_table_association": "disable",
    "default_route_table_propagation": "disable",
    "owner_id": "123456789012",
}
_OF_ANOTHER: Final = Change("owner_id", "999999999999", of="hub")


def _is_default(attachment: Resource, stack: Stack, what: str) -> bool:
    """Tell whether the gateway does something for a network by itself.

    At AWS what it did is there to be seen, so that it is no excuse for what isn't. Raises
    UnresolvedError where the gateway's tables are another account's.
    """
    hub = stack.follow_one(attachment, "transit_gateway_id", TRANSIT_GATEWAY)
    if hub is None or hub["owner_id"] not in (None, attachment.account):
        raise UnresolvedError(
            Unknown(Cause.NOT_IN_STACK, "transit_gateway_id", "the tables of another's gateway")
        )
    if attachment[f"transit_gateway_default_route_table_{what}"] is False:
        return False
    return hub[f"default_route_table_{what}"] != "disable" and stack.sight is not Sight.LIVE


@control(
    "transit-gateway-attachment-has-table",
    title="Networks at a transit gateway have a route table there",
    severity=Severity.HIGH,
    category=Category.HA,
    types=TRANSIT_GATEWAY_ATTACHMENT,
    needs=(TRANSIT_GATEWAY, TRANSIT_GATEWAY_ASSOCIATION),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            TRANSIT_GATEWAY_ATTACHMENT,
            {"vpc_id": "vpc-1", "transit_gateway_id": Ref("hub")},
            (
                Neighbour("hub", TRANSIT_GATEWAY, _HUB),
                Neighbour(
                    "table",
                    TRANSIT_GATEWAY_ASSOCIATION,
                    {_ATTACHMENT: Ref("subject"), _TABLE: "tgw-rtb-1"},
                ),
            ),
        ),
        failing=(
            Without("table"),
            Change(_ATTACHMENT, "tgw-attach-2", of="table"),
            (Without("table"), Change("transit_gateway_default_route_table_association", False)),
        ),
        unknown=(
            Hide(_ATTACHMENT, of="table"),
            (Without("table"), Hide("default_route_table_association", of="hub")),
            (Without("table"), _OF_ANOTHER),
        ),
        absent=((Without("table"), Without("hub")),),
        also_passing=(Remove("default_route_table_association", of="hub"),),
    ),
)
def attachment_has_table(attachment: Resource, stack: Stack) -> Outcome:
    """What comes from a network without one is dropped, and all looks attached.

    A program need not say it where the gateway associates by itself. Source: Amazon VPC Transit
    Gateways, "How transit gateways work", route table association.
    """
    if referrers(attachment, stack, TRANSIT_GATEWAY_ASSOCIATION, _ATTACHMENT):
        return Pass()
    if _is_default(attachment, stack, "association"):
        return NotApplicable("the gateway associates it with its default table")
    fix = "Add an aws.ec2transitgateway.RouteTableAssociation for it."
    return Fail(_TABLE, "a route table of the gateway", None, fix)


def _static(**facts: object) -> With:
    route = {_TABLE: "tgw-rtb-1", "destination_cidr_block": "10.1.0.0/16", **facts}
    return With(Neighbour("static", TRANSIT_GATEWAY_ROUTE, route))


@control(
    "transit-gateway-attachment-reached",
    title="Something leads to every network at a transit gateway",
    severity=Severity.HIGH,
    category=Category.HA,
    types=TRANSIT_GATEWAY_ATTACHMENT,
    needs=(TRANSIT_GATEWAY, TRANSIT_GATEWAY_PROPAGATION, TRANSIT_GATEWAY_ROUTE, VPC),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            TRANSIT_GATEWAY_ATTACHMENT,
            {"vpc_id": Ref("network"), "transit_gateway_id": Ref("hub")},
            (
                Neighbour("network", VPC, {"cidr_block": "10.1.0.0/16"}),
                Neighbour("hub", TRANSIT_GATEWAY, _HUB),
                Neighbour(
                    "learnt",
                    TRANSIT_GATEWAY_PROPAGATION,
                    {_ATTACHMENT: Ref("subject"), _TABLE: "tgw-rtb-1"},
                ),
            ),
        ),
        failing=(
            Without("learnt"),
            _static(blackhole=True),
            (Without("learnt"), _static(blackhole=True, **{_ATTACHMENT: Ref("subject")})),
        ),
        unknown=(
            Hide(_ATTACHMENT, of="learnt"),
            (_static(blackhole=True), Hide("cidr_block", of="network")),
            (Without("learnt"), _OF_ANOTHER),
        ),
        absent=((Without("learnt"), Without("hub")), (_static(blackhole=True), Without("network"))),
        also_passing=(
            (Without("learnt"), _static(**{_ATTACHMENT: Ref("subject")})),
            _static(blackhole=True, destination_cidr_block="10.0.0.0/8"),
            _static(blackhole=True, **{_TABLE: "tgw-rtb-2"}),
        ),
    ),
)
def attachment_reached(attachment: Resource, stack: Stack) -> Outcome:
    """Neither questions nor answers get to a network that no table knows a way to.

    A static route wins over the one that was learnt for the same addresses, and one that drops
    them wins as well. Source: Amazon VPC Transit Gateways, "Route evaluation order".
    """
    routes = all_referrers(attachment, stack, TRANSIT_GATEWAY_ROUTE, _ATTACHMENT)
    if any(not route["blackhole"] for route in routes):
        return Pass()
    learnt = all_referrers(attachment, stack, TRANSIT_GATEWAY_PROPAGATION, _ATTACHMENT)
    dropped = [
        (str(route[_TABLE]), route)
        for route in stack.around(TRANSIT_GATEWAY_ROUTE)
        if route["blackhole"]
    ]
    if any(_wins(attachment, stack, dropped, str(route[_TABLE])) for route in learnt):
        return Pass()
    if _is_default(attachment, stack, "propagation") and not learnt:
        return NotApplicable("the gateway learns its addresses by itself")
    fix = "Let it propagate to a table, or add an aws.ec2transitgateway.Route to it."
    return Fail(_ATTACHMENT, "a route that leads to it", None, fix)


def _wins(
    attachment: Resource, stack: Stack, dropped: Iterable[tuple[str, Resource]], table: str
) -> bool:
    blocks = [str(route["destination_cidr_block"]) for at, route in dropped if at == table]
    if not blocks:
        return True
    network = stack.follow_one(attachment, "vpc_id", VPC)
    if network is None:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "vpc_id", "addresses of the network"))
    return network["cidr_block"] not in blocks
