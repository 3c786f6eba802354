"""Which buckets hold what others write down: logs, not data."""

from __future__ import annotations

from typing import Final

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    CLOUDTRAIL_TRAIL,
    CONFIG_DELIVERY_CHANNEL,
    FLOW_LOG,
    LB,
    S3_BUCKET_LOGGING,
)

# Who writes logs to buckets, and the property that names the bucket.
_WRITERS: Final = (
    (S3_BUCKET_LOGGING, "target_bucket"),
    (LB, "access_logs.bucket"),
    (LB, "connection_logs.bucket"),
    (CLOUDTRAIL_TRAIL, "s3_bucket_name"),
    (CONFIG_DELIVERY_CHANNEL, "s3_bucket_name"),
    (FLOW_LOG, "log_destination"),
)
# The neighbours that a control needs to tell a bucket of logs.
LOG_WRITERS: Final = tuple(dict.fromkeys(type_ for type_, _ in _WRITERS))


def holds_logs(bucket: Resource, stack: Stack) -> bool:
    """Tell whether something of the stack writes its logs to a bucket.

    Raises UnresolvedError when nothing is seen to, but something hidden may.
    """
    hidden: Unknown | None = None
    for type_, path in _WRITERS:
        for writer in referrers_or_unknown(bucket, stack, type_, path):
            if isinstance(writer, Resource):
                return True
            hidden = hidden or writer
    if hidden is not None:
        raise UnresolvedError(hidden)
    return False
