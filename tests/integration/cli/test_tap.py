"""`tap-production` through the real CLI: two regions, two providers."""

from __future__ import annotations

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle


class TestTap(Lifecycle):
    stack = "tap-production"
    regions = ("us-east-1", "us-west-2")
    resources = 70

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        backup, vpc = exported["s3_bucket_names"]["backup"], exported["vpc_id"]
        suspended = {"Status": "Suspended"}
        client("s3", "us-west-2").put_bucket_versioning(
            Bucket=backup, VersioningConfiguration=suspended
        )
        client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Intruder", "Value": "was here"}])
        return {(backup, "versioningConfiguration"), (vpc, "tags")}

    @classmethod
    def unlock(cls, client: Clients, exported: Outputs) -> None:
        cls.empty_logs(client("s3"), exported["s3_bucket_names"]["logs"])
