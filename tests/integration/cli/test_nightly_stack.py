"""`nightly-prod` through the real CLI: what runs stackproof each night in an account."""

from __future__ import annotations

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle


class TestNightly(Lifecycle):
    stack = "nightly-prod"
    regions = ("us-east-1",)
    resources = 65

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        bucket, group = exported["history_bucket_name"], exported["task_log_group_name"]
        client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        )
        client("logs").put_retention_policy(logGroupName=group, retentionInDays=1)
        return {(bucket, "versioningConfiguration"), (group, "retentionInDays")}

    @classmethod
    def unlock(cls, client: Clients, exported: Outputs) -> None:
        cls.empty_logs(client("s3"), exported["access_log_bucket_name"])
