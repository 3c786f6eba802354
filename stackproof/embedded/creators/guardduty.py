"""GuardDuty: detectors."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    tag_changes,
)


@creator
class Detector(Creator):
    """The detector of a region."""

    type = "aws:guardduty/detector:Detector"
    defaults: ClassVar[Properties] = {"enable": True}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the detector."""
        request = parameters(aws, "guardduty", "create_detector", inputs)
        id_ = aws.client("guardduty").create_detector(**request)["DetectorId"]
        return Created(
            id_, {"arn": aws.arn("guardduty", f"detector/{id_}"), "account_id": aws.account}
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change what the detector does, and its tags."""
        guardduty = aws.client("guardduty")
        request = parameters(aws, "guardduty", "update_detector", new)
        guardduty.update_detector(**request | {"DetectorId": id_})
        arn = aws.arn("guardduty", f"detector/{id_}")
        added, gone = tag_changes(old, new)
        if added:
            guardduty.tag_resource(ResourceArn=arn, Tags=added)
        if gone:
            guardduty.untag_resource(ResourceArn=arn, TagKeys=gone)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the detector."""
        with already_gone("BadRequestException"):
            aws.client("guardduty").delete_detector(DetectorId=id_)
