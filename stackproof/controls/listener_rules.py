"""Listener rules: requests come to each of them."""

from __future__ import annotations

from typing import Any

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
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.reasoning.listener_rules import conditions, taken_by
from stackproof.types.tokens import LB_LISTENER, LB_LISTENER_RULE


def _path(*values: str) -> dict[str, Any]:
    return {"path_pattern": {"values": list(values)}}


_HOST = {"host_header": {"values": ["shop.example.com"]}}
_EARLIER = "conditions.0.path_pattern.values"


@control(
    "listener-rule-can-be-met",
    title="No earlier rule takes all requests of a listener rule",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB_LISTENER_RULE,
    needs=(LB_LISTENER,),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            LB_LISTENER_RULE,
            {
                "listener_arn": Ref("listener", "arn"),
                "priority": 20,
                "conditions": [_path("/orders/*")],
            },
            (
                Neighbour("listener", LB_LISTENER, {"port": 443}),
                Neighbour(
                    "earlier",
                    LB_LISTENER_RULE,
                    {
                        "listener_arn": Ref("listener", "arn"),
                        "priority": 10,
                        "conditions": [_path("/payments/*")],
                    },
                ),
            ),
        ),
        failing=(
            Change(_EARLIER, ["/*"], of="earlier"),
            Change(_EARLIER, ["/orders/*"], of="earlier"),
            Change(_EARLIER, ["/payments/*", "/o*"], of="earlier"),
            Change("conditions", [_path("/payments/1"), _HOST]),
            (Change(_EARLIER, ["/*"], of="earlier"), Change("conditions", [_HOST])),
        ),
        unknown=(
            Hide("conditions"),
            Hide("conditions", of="earlier"),
            (Change(_EARLIER, ["/*"], of="earlier"), Hide("priority")),
            Hide("listener_arn", of="earlier"),
            Hide("listener_arn"),
        ),
        absent=(Without("listener"),),
        also_passing=(
            (Change(_EARLIER, ["/*"], of="earlier"), Change("priority", 5)),
            Change("conditions", [_path("/*")]),
            Change("conditions", [_path("/payments/*", "/refunds/*")]),
            Change("conditions", [_path("/orders/*"), _HOST], of="earlier"),
            (Without("earlier"), Hide("priority")),
        ),
    ),
)
def can_be_met(rule: Resource, stack: Stack) -> Outcome:
    """Rules are tried by their priorities, and the first one that matches answers.

    Several earlier rules that take all of its requests together are not found out.
    """
    listener = stack.follow_one(rule, "listener_arn", LB_LISTENER)
    if listener is None or not conditions(rule):
        return NotApplicable("a rule without conditions")
    earlier = taken_by(rule, listener, stack)
    if earlier is None:
        return Pass()
    return Fail(
        "priority",
        f"requests that {earlier.name} (priority {earlier['priority']}) doesn't take",
        rule["priority"],
        "Try this rule before that one, or give either other conditions.",
    )
