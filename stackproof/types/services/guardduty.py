"""GuardDuty: what a detector watches besides the basics."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import GUARDDUTY_DETECTOR, GUARDDUTY_FEATURE

FEATURE = Type(
    token=GUARDDUTY_FEATURE,
    service="guardduty",
    listing=Listing(
        operation="GetDetector",
        result="Features",
        parent=GUARDDUTY_DETECTOR,
        by="DetectorId",
        one={"DetectorId": "{detector_id}"},
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

TYPES = (FEATURE,)
