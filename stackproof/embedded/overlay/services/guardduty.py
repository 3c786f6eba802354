"""GuardDuty: one detector per account and region, and its tags."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, validates


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
    """List a detector's tags.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListTagsForResource.html
    """
    return {"Tags": _tags(call)}


@handles("guardduty", "TagResource")
def tag(call: Call) -> None:
    """Add tags to a detector.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_TagResource.html
    """
    _tags(call).update(call.params["Tags"])


@handles("guardduty", "UntagResource")
def untag(call: Call) -> None:
    """Take tags from a detector.

    AWS: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UntagResource.html
    """
    tags = _tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)


def _tags(call: Call) -> dict[str, str]:
    detector_id = call.params["ResourceArn"].rpartition("/")[2]
    detector = call.backend("guardduty").detectors.get(detector_id)
    if detector is None:
        raise AwsError(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current "
            "account.",
            400,
        )
    tags: dict[str, str] = detector.tags
    return tags
