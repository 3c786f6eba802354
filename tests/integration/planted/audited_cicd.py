"""What an auditor finds in the delivery pipeline besides."""

from __future__ import annotations

from tests.integration.planted.auditing import (
    NOBODY,
    also_allowed,
    attached,
    every_managed_rule_counts,
    images_expire,
    lent_to_github,
    limits_of_one_path,
    nobody_pulls,
    taken_by_a_vendor,
    unlocked_for_nobody,
    unread,
    waits_for,
)
from tests.integration.planted.hands import door, firewall, topic_says
from tests.integration.planted.planting import call, defect, use

PIPELINE, IMAGES, ARTIFACTS = (
    "$pipeline_name",
    "$image_repository_name",
    "$artifacts_bucket_name",
)
BUILDS = "~build_role_arn"

AUDITED = (
    defect(
        "a push to another branch starts the pipeline",
        PIPELINE,
        "codepipeline-started-by-its-branch",
        use(waits_for, "~start_rule_arn", "release"),
    ),
    defect(
        "nobody pulls images",
        IMAGES,
        "resource-policy-lets-use",
        use(nobody_pulls, IMAGES),
    ),
    defect(
        "images expire after a day",
        IMAGES,
        "ecr-lifecycle-keeps-images",
        use(images_expire, IMAGES),
    ),
    defect(
        "nobody reads artifacts",
        ARTIFACTS,
        "resource-policy-lets-use",
        use(unread, ARTIFACTS),
    ),
    defect(
        "nobody sends alerts",
        "$alerts_topic_arn",
        "resource-policy-lets-use",
        use(topic_says, "$alerts_topic_arn", NOBODY),
    ),
    defect(
        "nobody may use the alerts' key",
        "$alerts_kms_key_id",
        "resource-policy-lets-use",
        use(unlocked_for_nobody, "$alerts_kms_key_id"),
    ),
    defect(
        "builds read every secret by AWS's policy",
        BUILDS,
        "iam-no-wide-policy-attached",
        use(attached, BUILDS, "SecretsManagerReadWrite"),
    ),
    defect(
        "builds take stacks over",
        BUILDS,
        "iam-gives-access-to-named-things",
        use(also_allowed, BUILDS, "cloudformation:ExecuteChangeSet", "kms:CreateGrant"),
    ),
    defect(
        "builds write to any repository",
        BUILDS,
        "iam-changes-named-things",
        use(also_allowed, BUILDS, "ecr:PutImage"),
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
        "a broken task is left alone for ten days",
        "$service_name",
        "health-checks-begin-soon",
        call(
            "ecs",
            "update_service",
            cluster="$ecs_cluster_name",
            service="$service_name",
            healthCheckGracePeriodSeconds=864000,
        ),
    ),
    defect(
        "whatever runs at GitHub takes the tasks' role",
        "~task_role_arn",
        "iam-role-trust-not-open",
        use(lent_to_github, "~task_role_arn"),
    ),
    defect(
        "a vendor takes the builds' role without an id",
        BUILDS,
        "iam-role-other-accounts-with-external-id",
        use(taken_by_a_vendor, BUILDS),
    ),
)
