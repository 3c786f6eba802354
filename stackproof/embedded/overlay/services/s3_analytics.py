"""S3: the analyses of how a bucket's objects are used, and where their results are written."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles
from stackproof.embedded.overlay.services.s3 import bucket_of


@handles("s3", "PutBucketAnalyticsConfiguration")
def put(call: Call) -> dict[str, Any]:
    """Keep a configuration by its id.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html
    """
    _kept(call)[call.params["Id"]] = call.params["AnalyticsConfiguration"]
    return {}


@handles("s3", "ListBucketAnalyticsConfigurations")
def list_all(call: Call) -> dict[str, Any]:
    """Give all configurations of a bucket.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html
    """
    return {"IsTruncated": False, "AnalyticsConfigurationList": [*_kept(call).values()]}


@handles("s3", "DeleteBucketAnalyticsConfiguration")
def delete(call: Call) -> dict[str, Any]:
    """Forget a configuration.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketAnalyticsConfiguration.html
    """
    _kept(call).pop(call.params["Id"], None)
    return {}


def _kept(call: Call) -> dict[str, Any]:
    bucket: Any = bucket_of(call)
    if bucket is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    if not hasattr(bucket, "stackproof_analytics"):
        bucket.stackproof_analytics = {}
    kept: dict[str, Any] = bucket.stackproof_analytics
    return kept
