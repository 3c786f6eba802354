"""GuardDuty: detectors, and what they archive by themselves."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.names import to_camel

_NUMBERS = frozenset({"greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"})


def _criteria(value: Any) -> dict[str, Any]:
    def on_wire(how: str, given: Any) -> tuple[str, Any]:
        wire = to_camel(how)
        return wire[:1].upper() + wire[1:], int(given) if how in _NUMBERS else given

    return {
        "Criterion": {
            criterion["field"]: dict(
                on_wire(how, given) for how, given in criterion.items() if how != "field"
            )
            for criterion in value["criterions"]
        }
    }


table(
    Plain(
        type="aws:guardduty/detector:Detector",
        service="guardduty",
        create=Call("create_detector"),
        update=Call("update_detector", {"id": "detector_id"}),
        id="{answer[DetectorId]}",
        delete=Call("delete_detector", {"id": "detector_id"}),
        gone=("BadRequestException",),
        tagged="arn",
        defaults={"enable": True},
    ),
    Plain(
        type="aws:guardduty/filter:Filter",
        service="guardduty",
        create=Call("create_filter"),
        update=Call("update_filter", {"name": "filter_name"}),
        id="{detector_id}:{name}",
        delete=Call("delete_filter", {"name": "filter_name"}),
        gone=("BadRequestException",),
        shapes={"finding_criteria": _criteria},
        composed={
            "arn": "arn:{partition}:guardduty:{region}:{account}"
            ":detector/{detector_id}/filter/{name}"
        },
        tagged="arn",
        replace_on=frozenset({"detector_id", "name"}),
    ),
)
