"""`scalepayments-dev` through the real CLI."""

from __future__ import annotations

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle


class TestScalePayments(Lifecycle):
    stack = "scalepayments-dev"
    regions = ("us-east-1",)
    resources = 150

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        key, group, vpc = (
            exported["database_kms_key_id"],
            exported["flow_log_group_name"],
            exported["vpc_id"],
        )
        client("kms").disable_key_rotation(KeyId=key)
        client("logs").put_retention_policy(logGroupName=group, retentionInDays=1)
        client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Intruder", "Value": "was here"}])
        return {(key, "enableKeyRotation"), (group, "retentionInDays"), (vpc, "tags")}
