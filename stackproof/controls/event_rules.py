"""EventBridge rules: they lead somewhere, and what they send arrives."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import judged, needed
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.reasoning.permissions.table.launches import RUNS
from stackproof.reasoning.permissions.table.notices import EVENT_TARGETS
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import EVENT_RULE, EVENT_TARGET


@control(
    "event-rule-has-target",
    title="EventBridge rules have a target",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=EVENT_RULE,
    needs=(EVENT_TARGET,),
    frameworks={Framework.NIST: ("SI-4(5)",)},
    cases=Cases(
        passing=Given(
            EVENT_RULE,
            {"name": "failures"},
            (Neighbour("mail", EVENT_TARGET, {"rule": Ref("subject")}),),
        ),
        failing=(Without("mail"), Change("rule", "another", of="mail")),
        unknown=(Hide("rule", of="mail"),),
        absent=(Without("mail"),),
        also_passing=(Change("rule", "failures", of="mail"),),
    ),
)
def rule_has_target(rule: Resource, stack: Stack) -> Outcome:
    """A rule without one matches its events and forgets them."""
    if referrers(rule, stack, EVENT_TARGET, "rule"):
        return Pass()
    return Fail("targets", "an EventTarget of the rule", None, "Add a cloudwatch.EventTarget.")


_DELIVERIES = tuple(pair for pair in (*EVENT_TARGETS, *RUNS) if pair.who == EVENT_TARGET)


@control(
    "event-target-may-publish",
    title="EventBridge may deliver to the targets of its rules",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=EVENT_TARGET,
    needs=needed(_DELIVERIES),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("AU-5", "SI-4")},
    cases=cases(EVENT_TARGETS[0]),
)
def target_may_publish(target: Resource, stack: Stack) -> dict[str, Outcome]:
    """Otherwise the event is dropped without a trace: no default policy lets EventBridge in.

    Conditions of a topic's policy can't be used for EventBridge.
    Source: Amazon EventBridge User Guide, "Using resource-based policies", Amazon SNS permissions.
    """
    return judged(_DELIVERIES, target, stack)
