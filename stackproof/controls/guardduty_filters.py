"""What GuardDuty finds and archives by itself, so that nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stackproof.controls.registry import control
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import GUARDDUTY_FILTER

_CRITERIONS: Final = "finding_criteria.criterions"
# What every finding of an account has in common, or tells how bad it is.
_OF_ALL: Final = frozenset(
    {"accountId", "region", "severity", "confidence", "updatedAt", "service.archived"}
)
_LOW_ENDS: Final = 4.0


def _criteria(*criterions: dict[str, object]) -> Change:
    return Change(_CRITERIONS, list(criterions))


@control(
    "guardduty-filter-archives-named-findings",
    title="GuardDuty archives by itself only findings that a filter names",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=GUARDDUTY_FILTER,
    frameworks={Framework.PCI: ("11.5.1",), Framework.NIST: ("SI-4",)},
    cases=Cases(
        passing=Given(
            GUARDDUTY_FILTER,
            {
                "action": "ARCHIVE",
                "finding_criteria": {
                    "criterions": [{"field": "type", "equals": ["Recon:EC2/Portscan"]}]
                },
            },
        ),
        failing=(
            Remove("finding_criteria"),
            _criteria(),
            _criteria({"field": "severity", "greater_than_or_equal": "1"}),
            _criteria({"field": "severity", "less_than": "8"}),
            _criteria({"field": "region", "equals": ["us-east-1"]}),
            _criteria({"field": "type", "not_equals": ["Recon:EC2/Portscan"]}),
            _criteria({"field": "type", "matches": ["*"]}),
        ),
        unknown=(
            Hide("action"),
            Hide("finding_criteria"),
            Hide(f"{_CRITERIONS}.0.field"),
            Hide(f"{_CRITERIONS}.0.equals"),
        ),
        also_passing=(
            _criteria({"field": "severity", "less_than": "4"}),
            _criteria({"field": "severity", "less_than_or_equal": "3"}),
            _criteria(
                {"field": "severity", "greater_than": "1"},
                {"field": "resource.instanceDetails.instanceId", "equals": ["i-1"]},
            ),
            _criteria({"field": "type", "matches": ["Recon:*"]}),
        ),
        not_applicable=((Change("action", "NOOP"), Remove("finding_criteria")),),
    ),
)
def archives_named_findings(kept: Resource) -> Outcome:
    """A filter that is wider than the noise it was made for hides what comes after an intruder.

    What is archived goes to no rule of EventBridge and to no Security Hub. Findings below 4 are
    low. Sources: Amazon GuardDuty User Guide, "Suppression rules in GuardDuty", "Severity levels
    of GuardDuty findings".
    """
    if kept["action"] != "ARCHIVE":
        return NotApplicable("it archives nothing")
    if _narrows(
        criterion
        for held in kept.blocks("finding_criteria")
        for criterion in held.elements("criterions")
    ):
        return Pass()
    return Fail(
        "finding_criteria",
        "a type of finding, a resource or a source that it names, or a severity below 4",
        "findings of all kinds",
        "Name in it what is known to be harmless.",
    )


def _narrows(criterions: Iterable[Block | Unknown]) -> bool:
    unknown: Unknown | None = None
    for criterion in criterions:
        if isinstance(criterion, Unknown):
            unknown = criterion
            continue
        try:
            if _names(criterion):
                return True
        except UnresolvedError as error:
            unknown = error.unknown
    if unknown is not None:
        raise UnresolvedError(unknown)
    return False


def _names(criterion: Block) -> bool:
    if criterion["field"] == "severity":
        below, to = criterion.number("less_than"), criterion.number("less_than_or_equal")
        return (below is not None and below <= _LOW_ENDS) or (to is not None and to < _LOW_ENDS)
    if str(criterion["field"]) in _OF_ALL:
        return False
    named = (*criterion.values("equals"), *criterion.values("matches"))
    return bool(named) and not any(set(str(name)) <= set("*?") for name in named)
