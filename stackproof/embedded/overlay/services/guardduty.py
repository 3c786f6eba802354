"""GuardDuty: one detector per account and region, filters, and the tags of both."""

from __future__ import annotations

from typing import Any, NoReturn

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates


@validates("guardduty", "CreateDetector")
def one_detector(call: Call) -> None:
    """Refuse a second detector.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
    """
    if call.backend("guardduty").detectors:
        raise AwsError(
            "BadRequestException",
            "The request is rejected because a detector already exists for the current account.",
            400,
        )


@handles("guardduty", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """List the tags of a detector or a filter.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListTagsForResource.html
    """
    return {"Tags": _tags(call)}


@handles("guardduty", "TagResource")
def tag(call: Call) -> None:
    """Add tags to a detector or a filter.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_TagResource.html
    """
    _tags(call).update(call.params["Tags"])


@handles("guardduty", "UntagResource")
def untag(call: Call) -> None:
    """Take tags from a detector or a filter.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UntagResource.html
    """
    tags = _tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)


@handles("guardduty", "ListFilters")
def list_filters(call: Call) -> dict[str, Any]:
    """List the names of a detector's filters.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFilters.html
    """
    return {"FilterNames": list(_detector(call, call.params["DetectorId"]).filters)}


@postprocesses("guardduty", "CreateFilter")
def keep_tags(call: Call, answer: dict[str, Any]) -> None:
    """Keep a filter's tags.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateFilter.html
    """
    made = _detector(call, call.params["DetectorId"]).filters[call.params["Name"]]
    made.tags = dict(call.params.get("Tags") or {})


@postprocesses("guardduty", "GetFilter")
def show_tags(call: Call, answer: dict[str, Any]) -> None:
    """Show a filter's tags.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFilter.html
    """
    found = _detector(call, call.params["DetectorId"]).filters[call.params["FilterName"]]
    answer["Tags"] = found.tags


def _tags(call: Call) -> dict[str, str]:
    _, _, detector_id, *rest = call.params["ResourceArn"].replace(":detector/", "//").split("/")
    found = _detector(call, detector_id)
    if rest:
        found = found.filters.get(rest[1]) or _refused("The request is rejected for its filter.")
    tags: dict[str, str] = found.tags
    return tags


def _detector(call: Call, detector_id: str) -> Any:
    return call.backend("guardduty").detectors.get(detector_id) or _refused(
        "The request is rejected because the input detectorId is not owned by the current account."
    )


def _refused(why: str) -> NoReturn:
    raise AwsError("BadRequestException", why, 400)
