"""AWS Config: recorders, whether they record, and where they deliver, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import CONFIG_DELIVERY_CHANNEL, CONFIG_RECORDER, CONFIG_RECORDER_STATUS


def recorder_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeConfigurationRecorders says of one recorder."""
    group: Mapping[str, Any] = item.get("recordingGroup") or {}
    mode: Mapping[str, Any] = item.get("recordingMode") or {}
    return {
        "name": item["name"],
        "role_arn": item.get("roleARN"),
        "recording_group": {
            "all_supported": group.get("allSupported", False),
            "include_global_resource_types": group.get("includeGlobalResourceTypes", False),
            "resource_types": list(group.get("resourceTypes") or ()),
        },
        "recording_mode": {"recording_frequency": mode.get("recordingFrequency", "CONTINUOUS")},
    }


def channel_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeDeliveryChannels says of one channel."""
    delivery = item.get("configSnapshotDeliveryProperties") or {}
    return {
        "name": item["name"],
        "s3_bucket_name": item.get("s3BucketName"),
        "s3_key_prefix": item.get("s3KeyPrefix"),
        "s3_kms_key_arn": item.get("s3KmsKeyArn"),
        "sns_topic_arn": item.get("snsTopicARN"),
        "snapshot_delivery_properties": {"delivery_frequency": delivery["deliveryFrequency"]}
        if delivery
        else None,
    }


def _resource(
    type_: str, data: Mapping[str, Any], scope: Scope, arn: str | None = None
) -> Resource:
    return Resource(
        data=data,
        type=type_,
        name=data["name"],
        id=data["name"],
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


def _build_recorder(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield _resource(CONFIG_RECORDER, recorder_properties(item), scope, item.get("arn"))
    status = details["status"]
    if isinstance(status, Unknown):
        yield _resource(CONFIG_RECORDER_STATUS, {"name": item["name"], "is_enabled": status}, scope)
    for recorder in status if isinstance(status, list) else ():
        yield _resource(
            CONFIG_RECORDER_STATUS,
            {"name": recorder["name"], "is_enabled": recorder.get("recording", False)},
            scope,
        )


def _build_channel(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield _resource(CONFIG_DELIVERY_CHANNEL, channel_properties(item), scope)


READERS = (
    Reader(
        types=(CONFIG_RECORDER, CONFIG_RECORDER_STATUS),
        listing=Ask("config", "DescribeConfigurationRecorders", "ConfigurationRecorders"),
        get_parameters=lambda id_, state: {"ConfigurationRecorderNames": [id_]},
        key=lambda item, scope: Key(item["name"], item.get("arn"), parent_ids=(item["roleARN"],)),
        details={
            "status": Detail(
                Ask(
                    "config",
                    "DescribeConfigurationRecorderStatus",
                    "ConfigurationRecordersStatus",
                ),
                lambda item: {"ConfigurationRecorderNames": [item["name"]]},
                provides=(CONFIG_RECORDER_STATUS,),
            )
        },
        build=_build_recorder,
        arn_service="",
    ),
    Reader(
        types=(CONFIG_DELIVERY_CHANNEL,),
        listing=Ask("config", "DescribeDeliveryChannels", "DeliveryChannels"),
        get_parameters=lambda id_, state: {"DeliveryChannelNames": [id_]},
        key=lambda item, scope: Key(item["name"]),
        build=_build_channel,
        arn_service="config",
        parents=(CONFIG_RECORDER,),
    ),
)
