"""Load balancers: one that answers everything by itself serves nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.controls.support.example_service import judged
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.target_groups import LEAD_NEIGHBOURS, actions, sends
from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_RULE

_OWN_HOST: Final = "#{host}"
_ANSWER: Final = {"type": "fixed-response", "fixed_response": {"status_code": "503"}}
_ANSWERS: Final = Change("default_actions", [_ANSWER], of="listener")


def _rule(action: object) -> With:
    facts = {"listener_arn": Ref("listener", "arn"), "priority": 1, "actions": [action]}
    return With(Neighbour("rule", LB_LISTENER_RULE, facts))


def _redirect(**to: str) -> Change:
    return Change("default_actions", [{"type": "redirect", "redirect": to}], of="listener")


@control(
    "load-balancer-leads-somewhere",
    title="Load balancers lead to a target group, or send clients on to another host",
    severity=Severity.HIGH,
    category=Category.HA,
    types=LB,
    needs=LEAD_NEIGHBOURS,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=replace(judged("balancer"), sight=Sight.LIVE),
        failing=(
            _ANSWERS,
            Without("listener"),
            _redirect(protocol="HTTPS", port="443"),
            _redirect(host=_OWN_HOST, port="443"),
            (_ANSWERS, _rule({"type": "redirect", "redirect": {"path": "/health"}})),
        ),
        unknown=(
            Hide("default_actions", of="listener"),
            (_ANSWERS, _rule(Unknown(Cause.ACCESS_DENIED))),
            Hide("load_balancer_arn", of="listener"),
        ),
        absent=(Without("listener"),),
        also_passing=(
            _redirect(host="www.example.com"),
            (_ANSWERS, _rule({"type": "forward", "target_group_arn": Ref("group", "arn")})),
        ),
    ),
)
def leads_somewhere(balancer: Resource, stack: Stack) -> Outcome:
    """A listener that answers by itself is for what no rule knows, or for a time of repair.

    Before deployment another program may have the rules that lead on.
    """
    fix = "Forward to a target group in default_actions or in a rule of one of its listeners."
    missing = Fail("arn", "a listener or a rule that forwards requests", None, fix)
    told = some(
        _holders(balancer, stack), lambda holder: Pass() if _leads(holder) else missing, missing
    )
    if isinstance(told, Fail) and stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail="rules that forward requests"))
    return told


def _holders(balancer: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for listener in referrers_or_unknown(balancer, stack, LB_LISTENER, "load_balancer_arn"):
        yield listener
        if isinstance(listener, Resource):
            yield from referrers_or_unknown(listener, stack, LB_LISTENER_RULE, "listener_arn")


def _leads(holder: Resource) -> bool:
    return sends(holder) or any(_sends_on(action) for action in actions(holder))


def _sends_on(action: Block) -> bool:
    host = action.get("redirect.host") if action["type"] == "redirect" else None
    return host not in (None, _OWN_HOST)
