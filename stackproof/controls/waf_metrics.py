"""Web application firewalls: that they measure what they do."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect
from stackproof.controls.waf import ACL, AS_JSON, RULES_APART, group_apart, rules
from stackproof.model import (
    Block,
    Category,
    Cause,
    Framework,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Hide
from stackproof.types.tokens import WAF_ACL


@control(
    "waf-acl-metrics",
    title="Web ACLs and their rules publish metrics",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=WAF_ACL,
    needs=RULES_APART,
    frameworks={Framework.FSBP: ("WAF.12",), Framework.NIST: ("AU-12", "SI-4(17)")},
    cases=Cases(
        passing=ACL,
        failing=(
            Change("visibility_config.cloudwatch_metrics_enabled", False),
            Change("rules.1.visibility_config.cloudwatch_metrics_enabled", False),
            (Hide("rules.0"), Change("visibility_config.cloudwatch_metrics_enabled", False)),
        ),
        absent=(group_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW)),),
        unknown=(Hide("rules"), Hide("visibility_config"), AS_JSON),
        also_passing=(Change("rules", []),),
    ),
)
def metrics(acl: Resource, stack: Stack) -> Outcome:
    """What is blocked is the first sign of an attack."""
    return worst(each([acl], _measured), each(rules(acl, stack), _measured))


def _measured(block: Block) -> Outcome:
    fix = "Set visibility_config.cloudwatch_metrics_enabled to true."
    return expect(block, "visibility_config.cloudwatch_metrics_enabled", True, fix=fix)
