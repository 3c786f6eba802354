"""Buckets: where S3 writes lists of their objects, and how these are used."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Item, Listing, Type
from stackproof.types.tokens import S3_ANALYTICS, S3_BUCKET, S3_INVENTORY


def _tags(filter_: Item) -> dict[str, str]:
    # One tag, or several beside a prefix: S3 API Reference, AnalyticsFilter.
    inner = filter_.get("And") or {}
    tags = [*inner.get("Tags", ()), *([filter_["Tag"]] if filter_.get("Tag") else [])]
    return {tag["Key"]: tag["Value"] for tag in tags}


def _of_filter(filter_: Item | None) -> dict[str, Any] | None:
    if not filter_:
        return None
    prefix = filter_.get("Prefix") or (filter_.get("And") or {}).get("Prefix")
    return {"prefix": prefix, "tags": _tags(filter_) or None}


INVENTORY = Type(
    token=S3_INVENTORY,
    service="s3",
    listing=Listing(
        operation="ListBucketInventoryConfigurations",
        result="InventoryConfigurationList",
        parent=S3_BUCKET,
        by="Bucket",
        single={"Bucket": "{bucket}"},
        absent=("NoSuchBucket",),
        iam="s3:GetInventoryConfiguration",
    ),
    id="{Bucket}:{Id}",
    name="{Id}",
    names={
        "bucket": "listed:Bucket",
        "destination.bucket": "S3BucketDestination",
        "destination.bucket.bucket_arn": "Bucket",
        "enabled": "IsEnabled",
        "name": "Id",
    },
    parent_ids=("Bucket",),
    arn_service="s3",
)
ANALYTICS = Type(
    token=S3_ANALYTICS,
    service="s3",
    listing=Listing(
        operation="ListBucketAnalyticsConfigurations",
        result="AnalyticsConfigurationList",
        parent=S3_BUCKET,
        by="Bucket",
        single={"Bucket": "{bucket}"},
        absent=("NoSuchBucket",),
        iam="s3:GetAnalyticsConfiguration",
    ),
    id="{Bucket}:{Id}",
    name="{Id}",
    names={
        "bucket": "listed:Bucket",
        "name": "Id",
        "storage_class_analysis.data_export.destination.s3_bucket_destination.bucket_arn": "Bucket",
    },
    extra=lambda item, answers: {"filter": _of_filter(item.get("Filter"))},
    provides=frozenset({"filter"}),
    parent_ids=("Bucket",),
    arn_service="s3",
)

TYPES = (INVENTORY, ANALYTICS)
