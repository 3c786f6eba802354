"""APIs: what they reach through a VPC link is there."""

from __future__ import annotations

import re
from typing import Final

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.types.tokens import (
    API_INTEGRATION,
    API_VPC_LINK,
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_VPC_LINK,
    LB,
    LB_LISTENER,
)

_LB: Final = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/orders/1"
_LISTENER: Final = re.compile(r"(arn:.+):listener/((?:app|net)/[^/]+/[^/]+)/[^/]+")
_FIX: Final = "Make it again, or lead the integration to one that exists."


@control(
    "api-vpc-link-leads-somewhere",
    title="What APIs reach through a VPC link is there",
    severity=Severity.HIGH,
    category=Category.HA,
    types=(API_INTEGRATION, APIGATEWAY_INTEGRATION),
    needs=(API_VPC_LINK, APIGATEWAY_VPC_LINK, LB, LB_LISTENER),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            API_INTEGRATION,
            {
                "integration_type": "HTTP_PROXY",
                "connection_type": "VPC_LINK",
                "connection_id": Ref("link"),
                "integration_uri": Ref("listener", "arn"),
            },
            (
                Neighbour("link", API_VPC_LINK, {"name": "orders"}),
                Neighbour("listener", LB_LISTENER, {"port": 443}),
                Neighbour("balancer", LB, {"name": "orders", "arn": _LB}),
            ),
            sight=Sight.LIVE,
        ),
        failing=(Without("link"),),
        unknown=(
            Hide("connection_type"),
            Hide("connection_id"),
            Hide("integration_uri"),
            Change("integration_uri", _LB.replace("loadbalancer/app/orders", "listener/app/x/1")),
        ),
        absent=(Without("link"), Without("listener")),
        not_applicable=(
            Change("connection_type", "INTERNET"),
            Change("integration_uri", "arn:aws:servicediscovery:us-east-1:1:service/srv-1"),
        ),
    ),
)
def leads_somewhere(integration: Resource, stack: Stack) -> Outcome:
    """Deleting the load balancer, or its listener, leaves the API, which answers 503 from then on.

    Source: API Gateway Developer Guide, "Create private integrations for HTTP APIs".
    """
    if integration["connection_type"] != "VPC_LINK":
        return NotApplicable("not through a VPC link")
    rest = integration.type == APIGATEWAY_INTEGRATION
    link = _led(integration, "connection_id", APIGATEWAY_VPC_LINK if rest else API_VPC_LINK, stack)
    if link is None:
        return _missing(integration, "connection_id", "a VPC link that is there")
    holder, path, type_ = (
        (link, "target_arn", LB) if rest else (integration, "integration_uri", LB_LISTENER)
    )
    if ":servicediscovery:" in str(holder.raw(path)):
        return NotApplicable("Cloud Map answers with what is registered at the moment")
    if _led(holder, path, type_, stack) is None:
        return _missing(holder, path, "a load balancer's listener that is there")
    return Pass()


def _led(holder: Resource, path: str, type_: str, stack: Stack) -> Resource | None:
    """Give what a property leads to, None where it is gone.

    Raises UnresolvedError when that can't be told.
    """
    try:
        return stack.follow_one(holder, path, type_)
    except UnresolvedError:
        target = holder.raw(path)
        if stack.sight is not Sight.LIVE or not isinstance(target, str):
            raise
        if stack.look_up(target, type_) is None and _is_gone(target, type_, stack):
            return None
        raise


def _is_gone(target: str, type_: str, stack: Stack) -> bool:
    """Tell whether it would have been seen: another account's or stack's load balancer isn't."""
    if type_ in (API_VPC_LINK, APIGATEWAY_VPC_LINK):
        return "$" not in target  # a stage's variable names it
    found = _LISTENER.fullmatch(target)
    balancer = f"{found[1]}:loadbalancer/{found[2]}" if found else target
    if stack.find(balancer, LB) is not None:
        return True
    # In one account and region there is one of a name: this is the one that came after it.
    return any(_same_name(balancer, other.arn or "") for other in stack.around(LB))


def _same_name(balancer: str, other: str) -> bool:
    return balancer.rpartition("/")[0] == other.rpartition("/")[0]


def _missing(holder: Resource, path: str, expected: str) -> Fail:
    return Fail(path, expected, holder.raw(path), _FIX)
