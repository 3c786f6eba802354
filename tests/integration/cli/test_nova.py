"""`nova-prod` through the real CLI."""

from __future__ import annotations

from typing import ClassVar

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle

HOME = "us-west-2"


class TestNova(Lifecycle):
    stack = "nova-prod"
    regions = (HOME, "us-east-1")
    resources = 190
    kept: ClassVar = {
        f"{HOME} rds.describe_db_snapshots": [
            "nova-prod-database-final",
            "rds:nova-prod-database-*",
        ]
    }

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        group, replica = exported["web_autoscaling_group_name"], exported["replica_kms_key_id"]
        client("autoscaling", HOME).update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=3)
        client("kms", "us-east-1").disable_key_rotation(KeyId=replica)
        return {(group, "maxSize"), (replica, "enableKeyRotation")}

    @classmethod
    def unlock(cls, client: Clients, exported: Outputs) -> None:
        client("rds", HOME).modify_db_instance(
            DBInstanceIdentifier=exported["database_identifier"],
            DeletionProtection=False,
            ApplyImmediately=True,
        )
        client("elbv2", HOME).modify_load_balancer_attributes(
            LoadBalancerArn=exported["alb_arn"],
            Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
        )
        cls.empty_logs(client("s3", HOME), exported["access_logs_bucket_name"])
