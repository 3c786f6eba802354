"""Web application firewalls: that they filter and limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, some
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
_GROUP: Final = "rules.1.statement.managed_rule_group_statement"
# Rules that stop what is right in one application are a few; the core rule set has some 20.
_MOST_OVERRIDDEN: Final = 5
_ONE_PATH: Final = {
    "byte_match_statement": {"search_string": "/never", "positional_constraint": "EXACTLY"}
}
_ALL_BUT_SOME: Final[dict[str, Any]] = {"not_statement": {}}
AS_JSON = (Remove("rules"), Change("rule_json", "[]"))


def _overriding(action: str, rules: int) -> list[dict[str, Any]]:
    return [{"name": f"Rule{rule}", "action_to_use": {action: {}}} for rule in range(rules)]


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
            Change(f"{_GROUP}.rule_action_overrides", _overriding("count", 24)),
            Change(f"{_GROUP}.rule_action_overrides", _overriding("allow", 6)),
            Change(f"{_GROUP}.scope_down_statement", _ONE_PATH),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.1"),
            Hide("rules.1.override_action"),
            (Change(f"{_GROUP}.scope_down_statement", {}), Hide(f"{_GROUP}.scope_down_statement")),
            AS_JSON,
        ),
        absent=((Remove("rules"), group_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),),
        also_passing=(
            Remove("rules.1.override_action"),
            (Remove("rules"), group_apart(Ref("subject", "arn"))),
            Change(f"{_GROUP}.rule_action_overrides", _overriding("count", 3)),
            Change(f"{_GROUP}.rule_action_overrides", _overriding("challenge", 24)),
            Change(f"{_GROUP}.scope_down_statement", _ALL_BUT_SOME),
            (
                Change(f"{_GROUP}.scope_down_statement", _ONE_PATH),
                group_apart(Ref("subject", "arn")),
            ),
        ),
    ),
)
def managed_rules(acl: Resource, stack: Stack) -> Outcome:
    """A group that only counts lets everything through, whatever another one blocks.

    So does one of which nearly all rules count, and one that looks at some requests only: there
    must be another for the rest. Source: AWS WAF Developer Guide, "Overriding rule group actions in
    AWS WAF", "Scope-down statements in AWS WAF".
    """
    fix = "Add a managed_rule_group_statement of vendor AWS with override_action none."
    missing = Fail("rules", "a managed rule group of AWS that blocks", "none", fix)
    judged = each(rules(acl, stack), _managed)
    return missing if isinstance(judged, NotApplicable) else judged


def _managed(rule: Block) -> Outcome:
    path = "statement.managed_rule_group_statement.vendor_name"
    if rule.get(path) != "AWS":
        return NotApplicable("not a rule group of AWS")
    if rule.get("override_action.count") is not None:
        fix = "Set override_action to none; count single rules of it by rule_action_overrides."
        return Fail(rule.at("override_action"), "a group that blocks", "count", fix)
    group = "statement.managed_rule_group_statement"
    let_through = [*_overridden(rule, group), *(rule.get(f"{group}.excluded_rules") or ())]
    if len(let_through) > _MOST_OVERRIDDEN:
        fix = "Let single rules count that stop what is right, and the others block."
        path = rule.at(f"{group}.rule_action_overrides")
        expected = f"at most {_MOST_OVERRIDDEN} rules that don't block"
        return Fail(path, expected, len(let_through), fix)
    if _looks_at_some(rule, group):
        return NotApplicable("it looks at some requests only")
    return Pass()


def _overridden(rule: Block, group: str) -> Iterator[Any]:
    for override in rule.get(f"{group}.rule_action_overrides") or ():
        action = override.get("action_to_use") if isinstance(override, Mapping) else None
        if isinstance(action, Mapping) and action.keys() & {"count", "allow"}:
            yield override


def _looks_at_some(rule: Block, statement: str) -> bool:
    """Tell whether a scope-down leaves more than what it names aside."""
    down = rule.get(f"{statement}.scope_down_statement")
    return bool(down) and rule.get(f"{statement}.scope_down_statement.not_statement") is None


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
            Change("rules.0.statement.rate_based_statement.scope_down_statement", _ONE_PATH),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.0.action"),
            Hide("rules.0.statement.rate_based_statement.limit"),
            AS_JSON,
        ),
        absent=((Remove("rules"), group_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),),
        also_passing=(
            Change("rules.0.action", {"challenge": {}}),
            Change("rules.0.statement.rate_based_statement.scope_down_statement", _ALL_BUT_SOME),
        ),
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
    One for a part of the requests is no limit of the others.
    """
    fix = f"Add a rule with a rate_based_statement of at most {most} and the action block."
    missing = Fail("rules", f"a rate-based rule of at most {most} that blocks", "none", fix)
    return some(rules(acl, stack), lambda rule: Pass() if _limits(rule, most) else missing, missing)


def _limits(rule: Block, most: int) -> bool:
    if rule.get("statement.rate_based_statement") is None:
        return False
    if (rule.number("statement.rate_based_statement.limit") or 0) > most:
        return False
    if _looks_at_some(rule, "statement.rate_based_statement"):
        return False
    return any(rule.get(f"action.{name}") is not None for name in ("block", "captcha", "challenge"))
