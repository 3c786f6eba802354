"""What an auditor finds in the web system besides."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.auditing import (
    NOBODY,
    also_allowed,
    attached,
    every_managed_rule_counts,
    lent_to_github,
    limits_of_one_path,
    taken_by_a_vendor,
    unlocked_for_nobody,
    unread,
    waits_for,
)
from tests.integration.planted.hands import door, firewall
from tests.integration.planted.planting import Json, call, defect, use
from tests.mutations.storage import change_lifecycle

DATA, COPY = "$data_bucket_name", "$data_replica_bucket_name"
TASKS, MACHINES = "~api_task_role_arn", "~web_role_arn"


def _api(**changes: Any) -> Any:
    return call(
        "ecs",
        "update_service",
        cluster="$ecs_cluster_name",
        service="$api_service_name",
        **changes,
    )


def _a_day(rule: dict[str, Any]) -> None:
    rule["Expiration"] = {"Days": 1}


def _denied(action: str) -> Json:
    statement = {**NOBODY, "Action": action, "Resource": "*"}
    return Json({"Version": "2012-10-17", "Statement": [statement]})


AUDITED = (
    defect(
        "nobody reads the data",
        DATA,
        "resource-policy-lets-use",
        use(unread, DATA),
    ),
    defect(
        "nobody may use the storage's key",
        "$storage_kms_key_id",
        "resource-policy-lets-use",
        use(unlocked_for_nobody, "$storage_kms_key_id"),
    ),
    defect(
        "nobody restores backups",
        "$backup_vault_name",
        "resource-policy-lets-use",
        call(
            "backup",
            "put_backup_vault_access_policy",
            BackupVaultName="$backup_vault_name",
            Policy=_denied("backup:*"),
        ),
    ),
    defect(
        "the instances have all of EC2 by AWS's policy",
        MACHINES,
        "iam-no-wide-policy-attached",
        use(attached, MACHINES, "AmazonEC2FullAccess"),
    ),
    defect(
        "the API grants any key to anybody",
        TASKS,
        "iam-gives-access-to-named-things",
        use(also_allowed, TASKS, "kms:CreateGrant"),
    ),
    defect(
        "data is expired after a day",
        DATA,
        "s3-copied-data-kept",
        use(change_lifecycle, DATA, _a_day),
    ),
    defect(
        "the copy is expired after a day",
        COPY,
        "s3-copied-data-kept",
        use(change_lifecycle, COPY, _a_day, region="$replication_region"),
    ),
    defect(
        "no new version of the API is ever started",
        "$api_service_name",
        "ecs-service-can-deploy",
        _api(deploymentConfiguration={"maximumPercent": 100, "minimumHealthyPercent": 100}),
    ),
    defect(
        "a broken task is left alone for ten days",
        "$api_service_name",
        "health-checks-begin-soon",
        _api(healthCheckGracePeriodSeconds=864000),
    ),
    defect(
        "the fleet cools down for a day",
        "$web_autoscaling_group_name",
        "health-checks-begin-soon",
        call(
            "autoscaling",
            "update_auto_scaling_group",
            AutoScalingGroupName="$web_autoscaling_group_name",
            DefaultCooldown=86400,
        ),
    ),
    defect(
        "the firewall's rules only count, one by one",
        "$web_acl_arn",
        "waf-acl-managed-rules",
        use(firewall, "$web_acl_arn", every_managed_rule_counts),
    ),
    defect(
        "the firewall limits a path that nobody asks for",
        "$web_acl_arn",
        "waf-acl-rate-limit",
        use(firewall, "$web_acl_arn", limits_of_one_path),
    ),
    defect(
        "requests pass a firewall that doesn't answer",
        "$alb_arn",
        "load-balancer-waf-fails-closed",
        use(door, "$alb_arn", waf__fail_open__enabled="true"),
    ),
    defect(
        "a push to another branch starts the pipeline",
        "$pipeline_name",
        "codepipeline-started-by-its-branch",
        use(waits_for, "~start_rule_arn", "release"),
    ),
    defect(
        "whatever runs at GitHub takes the API's role",
        TASKS,
        "iam-role-trust-not-open",
        use(lent_to_github, TASKS),
    ),
    defect(
        "a vendor takes the instances' role without an id",
        MACHINES,
        "iam-role-other-accounts-with-external-id",
        use(taken_by_a_vendor, MACHINES),
    ),
)
