"""Data streams, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import KINESIS_STREAM


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = item["StreamARN"], item["StreamName"]
    mode = (item.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    monitored = item.get("EnhancedMonitoring") or [{}]
    data = {
        "encryption_type": item.get("EncryptionType", "NONE"),
        "kms_key_id": item.get("KeyId"),
        "name": name,
        "retention_period": item["RetentionPeriodHours"],
        "shard_level_metrics": list(monitored[0].get("ShardLevelMetrics") or ()),
        "stream_mode_details": {"stream_mode": mode},
        "tags": scope.tags_of(arn),
    }
    if mode == "PROVISIONED":  # otherwise AWS decides
        data["shard_count"] = item["OpenShardCount"]
    yield shown(scope, KINESIS_STREAM, arn, data, arn=arn, name=name)


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Streams are known by their ARNs (tags, outputs, what may use them).
    for arn in scope.named(rf"arn:[^:]+:kinesis:{scope.region}:{scope.account}:stream/[^/]+"):
        yield {"StreamName": arn.rpartition("/")[2]}


READERS = (
    Reader(
        types=(KINESIS_STREAM,),
        listing=Ask("kinesis", "DescribeStreamSummary", "StreamDescriptionSummary"),
        targets=_targets,
        get_parameters=lambda id_, state: {"StreamName": id_.rpartition("/")[2]},
        key=lambda item, scope: Key(
            item["StreamARN"], item["StreamARN"], names=(item["StreamName"],)
        ),
        build=_build,
        dying=in_state("StreamStatus", "DELETING"),
        arn_service="kinesis",
        referenced=True,
    ),
)
