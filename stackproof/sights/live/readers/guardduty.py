"""GuardDuty detectors, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import GUARDDUTY_DETECTOR


def detector_properties(answer: Item) -> dict[str, Any]:
    """Translate GetDetector's answer, its tags left out."""
    return {
        "enable": answer["Status"] == "ENABLED",
        "finding_publishing_frequency": answer.get("FindingPublishingFrequency"),
    }


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["Value"]
    arn = scope.arn("guardduty", f"detector/{id_}")
    answer = details["detector"]
    data: dict[str, Any]
    if isinstance(answer, Unknown):
        data = dict.fromkeys(("enable", "finding_publishing_frequency", "tags"), answer)
    elif answer is None:
        return
    else:
        data = detector_properties(answer) | {"tags": answer.get("Tags", {})}
    yield Resource(
        data=data | {"arn": arn, "account_id": scope.account},
        type=GUARDDUTY_DETECTOR,
        name=id_,
        id=id_,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(GUARDDUTY_DETECTOR,),
        listing=Ask("guardduty", "ListDetectors", "DetectorIds"),
        key=lambda item, scope: Key(
            item["Value"], scope.arn("guardduty", f"detector/{item['Value']}")
        ),
        details={
            "detector": Detail(
                # GuardDuty says "not owned by this account" where others say "not found".
                Ask("guardduty", "GetDetector", absent=("BadRequestException",)),
                lambda item: {"DetectorId": item["Value"]},
            )
        },
        build=_build,
        trigger="guardduty",
    ),
)
