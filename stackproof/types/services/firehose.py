"""Data Firehose: delivery streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.types.described import Answers, Item, Listing, Type
from stackproof.types.tokens import KINESIS_FIREHOSE_DELIVERY_STREAM

# What the program calls a destination, and how AWS shows it. The second of two that are shown for
# one and the same is not looked at: S3 is shown beside each other destination's own backup.
_DESTINATIONS = {
    "extended_s3": "ExtendedS3DestinationDescription",
    "redshift": "RedshiftDestinationDescription",
    "elasticsearch": "ElasticsearchDestinationDescription",
    "opensearch": "AmazonopensearchserviceDestinationDescription",
    "opensearchserverless": "AmazonOpenSearchServerlessDestinationDescription",
    "splunk": "SplunkDestinationDescription",
    "http_endpoint": "HttpEndpointDestinationDescription",
    "snowflake": "SnowflakeDestinationDescription",
    "iceberg": "IcebergDestinationDescription",
}
_OTHERS = tuple(f"{name}_configuration" for name in _DESTINATIONS if name != "extended_s3")


def _arranged(item: Item, answers: Answers) -> dict[str, Any]:
    first: Mapping[str, Any] = next(iter(item["Destinations"]), {})
    kind = next((name for name, member in _DESTINATIONS.items() if first.get(member)), None)
    encryption = item.get("DeliveryStreamEncryptionConfiguration") or {}
    properties: dict[str, Any] = {
        "destination": kind,
        "destination_id": first.get("DestinationId"),
        "server_side_encryption": {
            "enabled": encryption.get("Status") in ("ENABLED", "ENABLING"),
            "key_arn": encryption.get("KeyARN"),
            "key_type": encryption.get("KeyType"),
        },
    }
    if kind == "extended_s3":
        properties["extended_s3_configuration"] = _bucket(first[_DESTINATIONS[kind]])
    return properties


def _bucket(shown: Mapping[str, Any]) -> dict[str, Any]:
    hints = shown.get("BufferingHints") or {}
    key = (shown.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig") or {}
    logging = shown.get("CloudWatchLoggingOptions") or {}
    return {
        "bucket_arn": shown["BucketARN"],
        "buffering_interval": hints.get("IntervalInSeconds"),
        "buffering_size": hints.get("SizeInMBs"),
        "cloudwatch_logging_options": {
            "enabled": logging.get("Enabled", False),
            "log_group_name": logging.get("LogGroupName"),
            "log_stream_name": logging.get("LogStreamName"),
        },
        "compression_format": shown.get("CompressionFormat", "UNCOMPRESSED"),
        "error_output_prefix": shown.get("ErrorOutputPrefix"),
        "kms_key_arn": key.get("AWSKMSKeyARN"),
        "prefix": shown.get("Prefix"),
        "role_arn": shown["RoleARN"],
        "s3_backup_mode": shown.get("S3BackupMode", "Disabled"),
    }


DELIVERY_STREAM = Type(
    token=KINESIS_FIREHOSE_DELIVERY_STREAM,
    service="firehose",
    listing=Listing(
        operation="DescribeDeliveryStream",
        result="DeliveryStreamDescription",
        named="firehose:deliverystream/(.+)",
        by="DeliveryStreamName",
        single={"DeliveryStreamName": lambda state: state["id"].rpartition("/")[2]},
        absent=("ResourceNotFoundException",),
    ),
    id="{DeliveryStreamARN}",
    arn="{DeliveryStreamARN}",
    name="{DeliveryStreamName}",
    names={
        "kinesis_source_configuration": "Source.KinesisStreamSourceDescription",
        "name": "DeliveryStreamName",
        "msk_source_configuration": "Source.MSKSourceDescription",
    },
    unread=frozenset(_OTHERS),
    dying=lambda item: item.get("DeliveryStreamStatus") == "DELETING",
    extra=_arranged,
    provides=frozenset(
        {"destination", "destination_id", "extended_s3_configuration", "server_side_encryption"}
    ),
    referenced=True,
    arn_service="firehose",
)

TYPES = (DELIVERY_STREAM,)
