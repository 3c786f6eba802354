"""Web application firewalls: what is written down of the requests that they judge."""

from __future__ import annotations

from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect_set, some
from stackproof.controls.waf import ACL
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import WAF_ACL, WAF_ACL_LOGGING


def _filter(otherwise: str, behavior: str, action: str) -> dict[str, Any]:
    conditions = [{"action_condition": {"action": action}}]
    filter_ = {"behavior": behavior, "requirement": "MEETS_ANY", "conditions": conditions}
    return {"default_behavior": otherwise, "filters": [filter_]}


@control(
    "waf-acl-logging",
    title="Web ACLs log the requests that they judge",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=WAF_ACL,
    needs=(WAF_ACL_LOGGING,),
    frameworks={
        Framework.SECURITY_HUB: ("WAF.11",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            WAF_ACL,
            ACL.properties,
            (
                Neighbour(
                    "logs",
                    WAF_ACL_LOGGING,
                    {
                        "resource_arn": Ref("subject", "arn"),
                        "log_destination_configs": ["arn:aws:logs:us-east-1:1:log-group:waf"],
                    },
                ),
            ),
        ),
        failing=(
            Change("log_destination_configs", [], of="logs"),
            Change("resource_arn", "arn:aws:wafv2:us-east-1:1:other", of="logs"),
            Change("logging_filter", {"default_behavior": "DROP"}, of="logs"),
            Change("logging_filter", _filter("KEEP", "DROP", "BLOCK"), of="logs"),
        ),
        unknown=(
            Hide("resource_arn", of="logs"),
            Hide("log_destination_configs", of="logs"),
        ),
        absent=(Without("logs"),),
        also_passing=(
            Hide("log_destination_configs.0", of="logs"),
            Change("logging_filter", _filter("DROP", "KEEP", "BLOCK"), of="logs"),
            Change("logging_filter", _filter("KEEP", "DROP", "ALLOW"), of="logs"),
        ),
    ),
)
def logging(acl: Resource, stack: Stack) -> Outcome:
    """Without the log nobody can tell an attack from a customer who was turned away."""
    fix = "Add an aws.wafv2.WebAclLoggingConfiguration with the ACL's ARN and a destination."
    missing = Fail("arn", "a logging configuration with a destination", "none", fix)
    return some(
        referrers_or_unknown(acl, stack, WAF_ACL_LOGGING, "resource_arn"),
        lambda logs: worst(
            expect_set(logs, "log_destination_configs", expected="a destination", fix=fix),
            attempt(_keeps_blocked, logs),
        ),
        missing,
    )


def _keeps_blocked(logs: Resource) -> Outcome:
    """Judge whether a filter drops the requests that were blocked.

    Source: AWS WAF API Reference, LoggingFilter.
    """
    for filter_ in logs.blocks("logging_filter"):
        told = [f["behavior"] for f in filter_.blocks("filters") if _meets_blocked(f)]
        if (told or [filter_["default_behavior"]])[0] == "DROP":
            fix = "Keep requests whose action is BLOCK in logging_filter."
            return Fail("logging_filter", "blocked requests are kept", "DROP", fix)
    return Pass()


def _meets_blocked(filter_: Block) -> bool:
    actions = [c.get("action_condition.action") for c in filter_.blocks("conditions")]
    every = all if filter_["requirement"] == "MEETS_ALL" else any
    return bool(actions) and every(action == "BLOCK" for action in actions)
