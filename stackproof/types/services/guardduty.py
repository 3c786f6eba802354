"""GuardDuty: what a detector watches besides the basics, and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.types.described import Listing, Question, Type
from stackproof.types.names import to_snake
from stackproof.types.tokens import GUARDDUTY_DETECTOR, GUARDDUTY_FEATURE, GUARDDUTY_FILTER

FEATURE = Type(
    token=GUARDDUTY_FEATURE,
    service="guardduty",
    listing=Listing(
        operation="GetDetector",
        result="Features",
        parent=GUARDDUTY_DETECTOR,
        by="DetectorId",
        single={"DetectorId": "{detector_id}"},
        absent=("BadRequestException",),
    ),
    id="{DetectorId}/{Name}",
    name="{Name}",
    names={
        "detector_id": "listed:DetectorId",
        "additional_configurations": "AdditionalConfiguration",
    },
    parent_ids=("DetectorId",),
)


# How AWS called the same once.
_ONCE = {
    "eq": "equals",
    "neq": "not_equals",
    "gt": "greater_than",
    "gte": "greater_than_or_equal",
    "lt": "less_than",
    "lte": "less_than_or_equal",
}


def _criterions(by_field: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    # Pulumi lists what AWS has by field.
    return [
        {"field": name} | dict(_criterion(how, value) for how, value in condition.items())
        for name, condition in by_field.items()
    ]


def _criterion(how: str, value: Any) -> tuple[str, Any]:
    # Pulumi writes numbers as text.
    text = [str(item) for item in value] if isinstance(value, list) else str(value)
    return _ONCE.get(to_snake(how), to_snake(how)), text


FILTER = Type(
    token=GUARDDUTY_FILTER,
    service="guardduty",
    listing=Listing(
        operation="ListFilters",
        result="FilterNames",
        parent=GUARDDUTY_DETECTOR,
        by="DetectorId",
        single={"DetectorId": "{detector_id}"},
        absent=("BadRequestException",),
    ),
    id="{DetectorId}:{Value}",
    arn="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}/filter/{Value}",
    name="{Value}",
    questions={
        "filter": Question(
            operation="GetFilter",
            parameters={"DetectorId": "{DetectorId}", "FilterName": "{Value}"},
            absent=("BadRequestException",),
            whole=True,
        )
    },
    names={
        "detector_id": "listed:DetectorId",
        "finding_criteria.criterions": ("Criterion", _criterions),
    },
    tags="filter:Tags",
    parent_ids=("DetectorId",),
)

TYPES = (FEATURE, FILTER)
