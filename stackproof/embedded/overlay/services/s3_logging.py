"""S3: who may deliver access logs to a bucket."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from stackproof.embedded.overlay.registry import patches


@patches("s3")
def read_whole_policies() -> None:
    """Understand lists and patterns in the policy of the bucket that logs go to; moto doesn't.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    from moto.s3 import models

    bucket_class: Any = models.FakeBucket
    bucket_class._log_permissions_enabled_policy = staticmethod(_lets_logs_in)


def _lets_logs_in(target_bucket: Any, target_prefix: str | None) -> bool:
    if not target_bucket.policy:
        return False
    arn = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}"
    log = f"{arn}/{target_prefix or ''}2030-01-01-00-00-00-0123456789ABCDEF"
    return any(
        statement.get("Effect") == "Allow"
        and "logging.s3.amazonaws.com" in _services(statement.get("Principal"))
        and {"s3:PutObject", "s3:*"} & set(_list(statement.get("Action")))
        and any(fnmatchcase(log, str(pattern)) for pattern in _list(statement.get("Resource")))
        for statement in _list(json.loads(target_bucket.policy)["Statement"])
    )


def _services(principal: Any) -> list[Any]:
    return _list(principal.get("Service")) if isinstance(principal, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
