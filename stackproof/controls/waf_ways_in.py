"""Web application firewalls: somebody gets in, and nobody gets in past the rules."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, some
from stackproof.controls.waf import ACL, AS_JSON, RULES_APART, group_apart, rules
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
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Hide, Remove
from stackproof.types.tokens import WAF_ACL

_HIDDEN: Final = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
_BLOCK: Final = Change("default_action", {"block": {}})
_ALLOW: Final = Change("rules.0.action", {"allow": {}})
_COUNTRY: Final = {"geo_match_statement": {"country_codes": ["US"]}}
_EVERYBODY: Final = {"size_constraint_statement": {"comparison_operator": "GE", "size": 0}}
_FRIENDS: Final = {"ip_set_reference_statement": {"arn": "arn:aws:wafv2:us-east-1:1:ipset/x"}}


@control(
    "waf-acl-lets-somebody-in",
    title="Web ACLs let requests through",
    severity=Severity.HIGH,
    category=Category.HA,
    types=WAF_ACL,
    needs=RULES_APART,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=ACL,
        failing=(_BLOCK,),
        unknown=(
            Hide("default_action"),
            (_BLOCK, Hide("rules")),
            (_BLOCK, *AS_JSON),
        ),
        absent=((_BLOCK, Remove("rules"), group_apart(_HIDDEN)),),
        also_passing=(
            (_BLOCK, _ALLOW),
            (_BLOCK, Change("rules.0.statement", {"rule_group_reference_statement": {"arn": "x"}})),
        ),
    ),
)
def lets_somebody_in(acl: Resource, stack: Stack) -> Outcome:
    """Who blocks by default has to say whom to let in; else the site is off, and looks well.

    Source: AWS WAF Developer Guide, "Setting the web ACL default action".
    """
    if acl.get("default_action.block") is None:
        return Pass()
    fix = "Set default_action to allow, or add a rule that allows whom it is for."
    missing = Fail("default_action", "allow, or a rule that allows", "block", fix)
    return some(rules(acl, stack), lambda rule: Pass() if _may_allow(rule) else missing, missing)


def _may_allow(rule: Block) -> bool:
    named = rule.get("statement.rule_group_reference_statement") is not None
    return named or rule.get("action.allow") is not None


@control(
    "waf-acl-nobody-past-rules",
    title="Web ACLs let no whole country, and not everybody, past their rules",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=WAF_ACL,
    needs=RULES_APART,
    frameworks={Framework.PCI: ("6.4.2",), Framework.NIST: ("SC-7",)},
    cases=Cases(
        passing=ACL,
        failing=(
            (_ALLOW, Change("rules.0.statement", _COUNTRY)),
            (_ALLOW, Change("rules.0.statement", _EVERYBODY)),
            (_ALLOW, Change("rules.0.statement", {"not_statement": {}})),
        ),
        unknown=(
            Hide("rules"),
            (_ALLOW, Hide("rules.0.statement")),
            (_ALLOW, Change("rules.0.statement", _COUNTRY), Hide("rules.1.priority")),
            AS_JSON,
        ),
        also_passing=(
            (_ALLOW, Change("rules.0.statement", _FRIENDS)),
            (
                _ALLOW,
                Change("rules.0.statement", _COUNTRY),
                Change("rules.0.priority", 9),
            ),
        ),
        absent=((Remove("rules"), group_apart(_HIDDEN)),),
        not_applicable=(Change("rules", []),),
    ),
)
def nobody_past_rules(acl: Resource, stack: Stack) -> Outcome:
    """A rule that allows ends the evaluation: what comes after it sees none of what it matched.

    Source: AWS WAF Developer Guide, "Setting rule priority".
    """
    found = [*rules(acl, stack)]

    def judge(rule: Block) -> Outcome:
        if rule.get("action.allow") is None or not _is_wide(rule):
            return Pass()
        if not any(_stands_after(other, rule) for other in found):
            return Pass()
        fix = (
            "Let the rule count or label, or narrow it by an IP set; or give it the last priority."
        )
        return Fail(rule.at("action"), "no allow before other rules", "allow", fix)

    return each(found, judge) if found else NotApplicable("no rules")


def _is_wide(rule: Block) -> bool:
    statement = "statement"
    size = f"{statement}.size_constraint_statement"
    return (
        rule.get(f"{statement}.geo_match_statement") is not None
        or rule.get(f"{statement}.not_statement") is not None
        or (rule.get(f"{size}.comparison_operator") == "GE" and rule.get(f"{size}.size") == 0)
    )


def _stands_after(other: Block | Unknown, rule: Block) -> bool:
    if isinstance(other, Unknown):
        raise UnresolvedError(other)
    return (other.number("priority") or 0) > (rule.number("priority") or 0)
