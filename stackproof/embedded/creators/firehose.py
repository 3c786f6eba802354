"""Firehose: delivery streams."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.errors import EmbeddedError
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
    tag_list,
    untaken,
)

_BUFFER = {"buffering_interval": "interval_in_seconds", "buffering_size": "size_in_mbs"}
# Destinations of a delivery stream: the provider's name of each, and AWS's.
_DESTINATIONS = {
    "elasticsearch_configuration": "elasticsearch_destination_configuration",
    "extended_s3_configuration": "extended_s3_destination_configuration",
    "http_endpoint_configuration": "http_endpoint_destination_configuration",
    "opensearch_configuration": "amazonopensearchservice_destination_configuration",
    "redshift_configuration": "redshift_destination_configuration",
    "snowflake_configuration": "snowflake_destination_configuration",
    "splunk_configuration": "splunk_destination_configuration",
}


@creator
class FirehoseDeliveryStream(Creator):
    """A delivery stream."""

    type = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
    replace_on = frozenset({"destination", "kinesis_source_configuration", "name", *_DESTINATIONS})
    auto_name = "name"
    auto_name_limit = 64

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the delivery stream."""
        name = inputs["name"]
        request = self._request(aws, inputs)
        arn = aws.client("firehose").create_delivery_stream(**request)["DeliveryStreamARN"]
        encryption = inputs.get("server_side_encryption") or {}
        if encryption.get("enabled"):
            given = {key: value for key, value in encryption.items() if key != "enabled"}
            aws.client("firehose").start_delivery_stream_encryption(
                **parameters(
                    aws,
                    "firehose",
                    "start_delivery_stream_encryption",
                    {
                        "delivery_stream_encryption_configuration_input": given,
                        "delivery_stream_name": name,
                    },
                )
            )
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags; the destinations' settings make a new delivery stream here."""
        if changed(old, new, "server_side_encryption"):
            self.refuse(old, new)
        added, removed = tag_changes(old, new)
        client, stream = aws.client("firehose"), {"DeliveryStreamName": new["name"]}
        if removed:
            client.untag_delivery_stream(**stream, TagKeys=removed)
        if added:
            client.tag_delivery_stream(**stream, Tags=tag_list(added))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the delivery stream."""
        with already_gone():
            aws.client("firehose").delete_delivery_stream(DeliveryStreamName=state["name"])

    def _request(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        apart = ("destination", "name", "region", "server_side_encryption")
        source = inputs.get("kinesis_source_configuration")
        given = {
            **{_named(key): value for key, value in inputs.items() if key not in apart},
            "delivery_stream_name": inputs["name"],
            "delivery_stream_type": "KinesisStreamAsSource" if source else "DirectPut",
        }
        given = {key: _arranged(value) for key, value in given.items()}
        ours = {theirs: name for name, theirs in _DESTINATIONS.items()}
        for path in untaken(aws, "firehose", "create_delivery_stream", given):
            first, dot, rest = path.partition(".")
            name = f"{ours.get(first, first)}{dot}{rest}"
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        return parameters(aws, "firehose", "create_delivery_stream", given)


def _named(key: str) -> str:
    if key == "kinesis_source_configuration":
        return "kinesis_stream_source_configuration"
    return _DESTINATIONS.get(key, key)


def _arranged(value: Any) -> Any:
    """Arrange how a destination is written to as AWS has it, at any depth."""
    if not isinstance(value, dict):
        return value
    out = {key: _arranged(item) for key, item in value.items() if item is not None}
    hints = {name: out.pop(key) for key, name in _BUFFER.items() if key in out}
    if hints:
        out["buffering_hints"] = hints
    if "kms_key_arn" in out:
        key = {"kms_encryption_config": {"aws_kms_key_arn": out.pop("kms_key_arn")}}
        out["encryption_configuration"] = key
    return out
