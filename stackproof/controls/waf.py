"""Web application firewalls: that they filter, limit, measure and log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect, some
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import whole
from stackproof.types.companions import neighbours
from stackproof.types.tokens import WAF_ACL, WAF_ACL_RULE_GROUP

VISIBLE = {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
ACL = Given(
    WAF_ACL,
    {
        "scope": "REGIONAL",
        "visibility_config": VISIBLE,
        "rules": [
            {
                "name": "limit",
                "priority": 0,
                "action": {"block": {}},
                "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
                "visibility_config": VISIBLE,
            },
            {
                "name": "common",
                "priority": 1,
                "override_action": {"none": {}},
                "statement": {
                    "managed_rule_group_statement": {
                        "vendor_name": "AWS",
                        "name": "AWSManagedRulesCommonRuleSet",
                    }
                },
                "visibility_config": VISIBLE,
            },
        ],
    },
)
AS_JSON = (Remove("rules"), Change("rule_json", "[]"))


def group_apart(acl: Any, **more: Any) -> With:
    """Give a managed rule group that stands apart."""
    group = {"vendor_name": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
    facts = {"web_acl_arn": acl, "rule_name": "common", "priority": 9, "managed_rule_group": group}
    return With(
        Neighbour("group", WAF_ACL_RULE_GROUP, {**facts, "visibility_config": VISIBLE, **more})
    )


RULES_APART = neighbours(WAF_ACL, "rules")


def rules(acl: Resource, stack: Stack) -> Iterator[Block | Unknown]:
    """Give the rules of a web ACL, those apart included.

    Those given as JSON text have other words and stay unread.
    """
    if acl.raw("rule_json") is not None:
        yield Unknown(Cause.UNREADABLE, "rule_json", "rules in JSON are not read")
    yield from whole(acl, stack, "rules").elements("rules")


@control(
    "waf-acl-managed-rules",
    title="Web ACLs block what AWS's managed rule groups recognise",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=WAF_ACL,
    needs=RULES_APART,
    frameworks={Framework.FSBP: ("WAF.10",), Framework.PCI: ("6.4.1", "6.4.2")},
    cases=Cases(
        passing=ACL,
        failing=(
            Change("rules", []),
            Remove("rules"),
            Change("rules.1.override_action", {"count": {}}),
            (group_apart(Ref("subject", "arn"), override_action="count"), Hide("rules.0")),
            (Remove("rules"), group_apart(Ref("subject", "arn"), override_action="count")),
            Change("rules.1.statement", {"geo_match_statement": {"country_codes": ["AQ"]}}),
            Change("rules.1.statement.managed_rule_group_statement.vendor_name", "Somebody"),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.1"),
            Hide("rules.1.override_action"),
            AS_JSON,
        ),
        absent=((Remove("rules"), group_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),),
        also_passing=(
            Remove("rules.1.override_action"),
            (Remove("rules"), group_apart(Ref("subject", "arn"))),
        ),
    ),
)
def managed_rules(acl: Resource, stack: Stack) -> Outcome:
    """A group that only counts lets everything through, whatever another one blocks."""
    fix = "Add a managed_rule_group_statement of vendor AWS with override_action none."
    missing = Fail("rules", "a managed rule group of AWS that blocks", "none", fix)
    judged = each(rules(acl, stack), _managed)
    return missing if isinstance(judged, NotApplicable) else judged


def _managed(rule: Block) -> Outcome:
    path = "statement.managed_rule_group_statement.vendor_name"
    if rule.get(path) != "AWS":
        return NotApplicable("not a rule group of AWS")
    if rule.get("override_action.count") is None:
        return Pass()
    fix = "Set override_action to none; count single rules of it by rule_action_overrides."
    return Fail(rule.at("override_action"), "a group that blocks", "count", fix)


@control(
    "waf-acl-rate-limit",
    title="Web ACLs limit the requests of one address",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=WAF_ACL,
    needs=RULES_APART,
    frameworks={Framework.PCI: ("6.4.2",), Framework.NIST: ("SC-5", "SC-5(2)")},
    cases=Cases(
        passing=ACL,
        failing=(
            Change("rules", []),
            Change("rules.0.action", {"count": {}}),
            Change("rules.0.statement.rate_based_statement.limit", 2_000_000_000),
            Remove("rules.0.statement"),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.0.action"),
            Hide("rules.0.statement.rate_based_statement.limit"),
            AS_JSON,
        ),
        absent=((Remove("rules"), group_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),),
        also_passing=(Change("rules.0.action", {"challenge": {}}),),
    ),
)
def rate_limit(
    acl: Resource,
    stack: Stack,
    *,
    most: Annotated[int, Range(10, 2_000_000_000, "requests")] = 100_000,
) -> Outcome:
    """Guessing passwords and card numbers takes many requests.

    A limit above `most` is met by nobody; it counts for the rule's window, of 5 minutes by default.
    """
    fix = f"Add a rule with a rate_based_statement of at most {most} and the action block."
    missing = Fail("rules", f"a rate-based rule of at most {most} that blocks", "none", fix)
    return some(rules(acl, stack), lambda rule: Pass() if _limits(rule, most) else missing, missing)


def _limits(rule: Block, most: int) -> bool:
    if rule.get("statement.rate_based_statement") is None:
        return False
    if (rule.number("statement.rate_based_statement.limit") or 0) > most:
        return False
    return any(rule.get(f"action.{name}") is not None for name in ("block", "captcha", "challenge"))


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
