"""GuardDuty detectors, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import GUARDDUTY_DETECTOR

# Features by which AWS now says what a program may say as data sources. Amazon GuardDuty API
# Reference, "Feature object transformations", "Comparing data sources with features".
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "S3_DATA_EVENTS": ("s3_logs",),
    "EKS_AUDIT_LOGS": ("kubernetes", "audit_logs"),
    "EBS_MALWARE_PROTECTION": (
        "malware_protection",
        "scan_ec2_instance_with_findings",
        "ebs_volumes",
    ),
}


def detector_properties(answer: Item) -> dict[str, Any]:
    """Translate GetDetector's answer, its tags left out."""
    values = {
        "enable": answer["Status"] == "ENABLED",
        "finding_publishing_frequency": answer.get("FindingPublishingFrequency"),
    }
    if sources := _sources(answer.get("Features") or ()):
        values["datasources"] = sources
    return values


def _sources(features: Iterable[Item]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for feature in features:
        if path := _SOURCES.get(feature.get("Name", "")):
            value: dict[str, Any] = {"enable": feature.get("Status") == "ENABLED"}
            for name in reversed(path[1:]):
                value = {name: value}
            found[path[0]] = value
    return found


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["Value"]
    arn = scope.arn("guardduty", f"detector/{id_}")
    answer = details["detector"]
    data: dict[str, Any]
    if isinstance(answer, Unknown):
        names = ("datasources", "enable", "finding_publishing_frequency", "tags")
        data = dict.fromkeys(names, answer)
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
        arn_service="guardduty",
    ),
)
