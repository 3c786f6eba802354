"""Trails, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Batch, Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import CLOUDTRAIL_TRAIL

_SELECTORS = {
    "ends_with": "ends_withs",
    "not_ends_with": "not_ends_withs",
    "not_starts_with": "not_starts_withs",
    "starts_with": "starts_withs",
}
# A trail of several regions is listed in each of them, and belongs to its home region.
_OWN = {"includeShadowTrails": False}


def _listings(scope: Scope) -> Iterable[dict[str, Any]]:
    """List the account's own trails, and those of its organization that the stack names.

    In a member account an organization's trail is a shadow of the management account's, which
    keeps its ARN. AWS CloudTrail API Reference, `DescribeTrails`.
    """
    yield _OWN
    prefix = f"arn:{scope.partition}:cloudtrail:{scope.region}:"
    named = sorted(key for key in scope.keys if key.startswith(prefix) and scope.abroad(key))
    if named:
        yield {"includeShadowTrails": True, "trailNameList": named}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = item["TrailARN"], item["Name"]
    data = {
        **_selectors(details["selectors"]),
        "cloud_watch_logs_group_arn": item.get("CloudWatchLogsLogGroupArn") or None,
        "cloud_watch_logs_role_arn": item.get("CloudWatchLogsRoleArn") or None,
        "enable_log_file_validation": item.get("LogFileValidationEnabled", False),
        "enable_logging": details["logging"],
        "home_region": item.get("HomeRegion"),
        "include_global_service_events": item.get("IncludeGlobalServiceEvents", False),
        "is_multi_region_trail": item.get("IsMultiRegionTrail", False),
        "is_organization_trail": item.get("IsOrganizationTrail", False),
        "kms_key_id": item.get("KmsKeyId") or None,
        "name": name,
        "s3_bucket_name": item["S3BucketName"],
        "s3_key_prefix": item.get("S3KeyPrefix") or None,
        "sns_topic_arn": item.get("SnsTopicARN"),
        "sns_topic_name": item.get("SnsTopicName") or None,
        "tags": _tags(details["tags"]),
    }
    yield shown(scope, CLOUDTRAIL_TRAIL, arn, data, arn=arn, name=name)


def _selectors(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Unknown):
        return {"advanced_event_selectors": answer, "event_selectors": answer}
    given = answer or {}
    return {
        "advanced_event_selectors": snake(given.get("AdvancedEventSelectors") or [], _SELECTORS),
        "event_selectors": snake(given.get("EventSelectors") or []),
    }


def _tags(lists: Any) -> Any:
    if isinstance(lists, Unknown):
        return lists
    return {
        tag["Key"]: tag.get("Value", "") for tagged in lists or () for tag in tagged["TagsList"]
    }


READERS = (
    Reader(
        types=(CLOUDTRAIL_TRAIL,),
        listing=Ask("cloudtrail", "DescribeTrails", "trailList"),
        targets=_listings,
        get_parameters=lambda id_, state: {**_OWN, "trailNameList": [id_]},
        key=lambda item, scope: Key(item["TrailARN"], item["TrailARN"], names=(item["Name"],)),
        details={
            "logging": Detail(
                Ask("cloudtrail", "GetTrailStatus", "IsLogging"),
                lambda item: {"Name": item["TrailARN"]},
            ),
            "selectors": Detail(
                Ask("cloudtrail", "GetEventSelectors"),
                lambda item: {"TrailName": item["TrailARN"]},
            ),
            # Twenty at once: AWS CloudTrail API Reference, ListTags. One that may not be asked
            # about lets all be refused: those of one account and region are asked about together.
            "tags": Batch(
                Ask("cloudtrail", "ListTags", "ResourceTagList"),
                id=lambda item: str(item["TrailARN"]),
                parameters=lambda arns: {"ResourceIdList": list(arns)},
                about=lambda tagged: str(tagged["ResourceId"]),
                size=20,
                together=lambda arn: arn.rpartition(":")[0],
            ),
        },
        build=_build,
        arn_service="cloudtrail",
    ),
)
