"""What a repository's lifecycle policy may expire: not the image that runs, nor the one before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each
from stackproof.model import (
    Category,
    Cause,
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
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import ECR_LIFECYCLE

_SELECTION: Final = "policy.rules.0.selection"
_FEWEST: Final = 2


def _selecting(**selection: Any) -> Change:
    return Change(_SELECTION, {"tagStatus": "any", **selection})


@control(
    "ecr-lifecycle-keeps-images",
    title="Lifecycle policies of repositories keep the images that run",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ECR_LIFECYCLE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "CP-10")},
    cases=Cases(
        passing=Given(
            ECR_LIFECYCLE,
            {
                "policy": Json(
                    {
                        "rules": [
                            {
                                "rulePriority": 1,
                                "selection": {
                                    "tagStatus": "any",
                                    "countType": "imageCountMoreThan",
                                    "countNumber": 30,
                                },
                                "action": {"type": "expire"},
                            }
                        ]
                    }
                )
            },
        ),
        failing=(
            _selecting(countType="sinceImagePushed", countUnit="days", countNumber=1),
            _selecting(countType="imageCountMoreThan", countNumber=1),
            Change(
                _SELECTION,
                {
                    "tagStatus": "tagged",
                    "tagPatternList": ["*"],
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 7,
                },
            ),
        ),
        unknown=(Hide("policy"), Change("policy", "{"), Hide(f"{_SELECTION}.countNumber")),
        also_passing=(
            _selecting(countType="sinceImagePushed", countUnit="days", countNumber=365),
            Change(
                _SELECTION,
                {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
            ),
            Change(
                _SELECTION,
                {
                    "tagStatus": "tagged",
                    "tagPrefixList": ["pr-"],
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
            ),
        ),
        not_applicable=(Change("policy", Json({"rules": []})), Remove("policy")),
    ),
)
def keeps_images(
    lifecycle: Resource, *, minimum_days: Annotated[int, Range(2, 3650, "days")] = 30
) -> Outcome:
    """ECR asks nobody whether an image runs; a task that is started anew then doesn't start.

    Rules of tags that are named are for what is temporary. Source: Amazon ECR User Guide,
    "Lifecycle policy properties".
    """
    if not lifecycle["policy"]:
        return NotApplicable("it has no rules")
    rules = lifecycle.record("policy").get("rules") or []
    if not isinstance(rules, list):
        return Unknown(Cause.UNREADABLE, "policy", "no list of rules")
    return each(rules, partial(_keeps, minimum_days))


def _keeps(minimum_days: int, rule: Any) -> Outcome:
    selection = rule.get("selection") if isinstance(rule, Mapping) else None
    if not isinstance(selection, Mapping):
        return Unknown(Cause.UNREADABLE, "policy", "a rule without a selection")
    if not _of_all(selection):
        return Pass()
    by_age = selection.get("countType") != "imageCountMoreThan"
    least = minimum_days if by_age else _FEWEST
    number = selection.get("countNumber")
    if isinstance(number, Unknown):
        raise UnresolvedError(number.at("policy"))
    if isinstance(number, int) and number >= least:
        return Pass()
    return Fail(
        "policy",
        f"images of {least} days" if by_age else f"the last {least} images",
        f"rule {rule.get('rulePriority')} keeps {number}",
        "Keep a number of images that goes back further than you would.",
    )


def _of_all(selection: Mapping[str, Any]) -> bool:
    tags = (*_listed(selection, "tagPrefixList"), *_listed(selection, "tagPatternList"))
    return selection.get("tagStatus") == "any" or (
        selection.get("tagStatus") == "tagged" and any(not str(tag).strip("*") for tag in tags)
    )


def _listed(selection: Mapping[str, Any], name: str) -> list[Any]:
    value = selection.get(name)
    return value if isinstance(value, list) else []
