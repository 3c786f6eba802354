"""Kinesis: data streams and who reads them."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_ON_DEMAND = "ON_DEMAND"


@creator
class Stream(Creator):
    """A data stream."""

    type = "aws:kinesis/stream:Stream"
    replace_on = frozenset({"name"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {
        "encryption_type": "NONE",
        "enforce_consumer_deletion": False,
        "retention_period": 24,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the stream, then what AWS sets apart."""
        name, given = inputs["name"], {**inputs, "stream_name": inputs["name"]}
        request = parameters(aws, "kinesis", "create_stream", given, omit=("tags",))
        if _mode(inputs) == _ON_DEMAND:
            request.pop("ShardCount", None)
        aws.client("kinesis").create_stream(**request)
        fresh = {**self.defaults, "shard_count": inputs.get("shard_count")}
        self._set_apart(aws, name, fresh, inputs)
        return Created(aws.arn("kinesis", f"stream/{name}"))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change mode, shards, retention, encryption, metrics and tags."""
        if _mode(old) != _mode(new):
            aws.client("kinesis").update_stream_mode(
                StreamARN=id_, StreamModeDetails={"StreamMode": _mode(new)}
            )
        self._set_apart(aws, new["name"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the stream, with its consumers only when it was told to."""
        with already_gone():
            aws.client("kinesis").delete_stream(
                StreamName=state["name"],
                EnforceConsumerDeletion=bool(state.get("enforce_consumer_deletion")),
            )

    def _set_apart(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        client, stream = aws.client("kinesis"), {"StreamName": name}
        if changed(old, new, "shard_count") and _mode(new) != _ON_DEMAND:
            client.update_shard_count(
                **stream, TargetShardCount=int(new["shard_count"]), ScalingType="UNIFORM_SCALING"
            )
        before, now = int(old["retention_period"]), int(new["retention_period"])
        if before < now:
            client.increase_stream_retention_period(**stream, RetentionPeriodHours=now)
        elif before > now:
            client.decrease_stream_retention_period(**stream, RetentionPeriodHours=now)
        if changed(old, new, "encryption_type", "kms_key_id"):
            self._encrypt(client, stream, old, new)
        metrics = [set(side.get("shard_level_metrics") or ()) for side in (old, new)]
        for added, call in (
            (metrics[1] - metrics[0], client.enable_enhanced_monitoring),
            (metrics[0] - metrics[1], client.disable_enhanced_monitoring),
        ):
            if added:
                call(**stream, ShardLevelMetrics=sorted(added))
        tags, gone = tag_changes(old, new)
        if gone:
            client.remove_tags_from_stream(**stream, TagKeys=gone)
        if tags:
            client.add_tags_to_stream(**stream, Tags=tags)

    def _encrypt(
        self, client: Any, stream: dict[str, str], old: Properties, new: Properties
    ) -> None:
        key = {"EncryptionType": "KMS", "KeyId": new.get("kms_key_id")}
        if new["encryption_type"] == "KMS":
            client.start_stream_encryption(**stream, **key)
        elif old.get("encryption_type") == "KMS":
            client.stop_stream_encryption(**stream, **{**key, "KeyId": old["kms_key_id"]})


def _mode(properties: Properties) -> str:
    return str((properties.get("stream_mode_details") or {}).get("stream_mode", "PROVISIONED"))


table(
    Plain(
        type="aws:kinesis/streamConsumer:StreamConsumer",
        service="kinesis",
        create=Call("register_stream_consumer", {"name": "consumer_name"}),
        outputs={
            "arn": "Consumer.ConsumerARN",
            "creation_timestamp": "Consumer.ConsumerCreationTimestamp",
        },
        id="{arn}",
        delete=Call("deregister_stream_consumer", {"id": "consumer_arn"}),
        tagged="arn",
        replace_on=frozenset({"name", "stream_arn"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:kinesis/resourcePolicy:ResourcePolicy",
        service="kinesis",
        put=Call("put_resource_policy"),
        id="{resource_arn}",
        delete=Call("delete_resource_policy"),
        replace_on=frozenset({"resource_arn"}),
    ),
)
