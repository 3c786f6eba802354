"""GuardDuty: detectors."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

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
    )
)
