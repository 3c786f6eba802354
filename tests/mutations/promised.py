"""What systems promise beside the lines, made untrue on each system that promises it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import change_alarm
from tests.mutations.delivery import change_project, project
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.promised_services import SERVED, first, promised, service_changed
from tests.mutations.storage import change_lifecycle, suspend_versions


def _bucket(name: str) -> Callable[[Outputs], str]:
    holder, _, key = name.partition(".")
    return lambda outputs: str(outputs[holder][key] if key else outputs[holder])


def _owned_by_writers(bucket: Callable[[Outputs], str]) -> Act:
    return lambda aws, outputs: aws("s3").put_bucket_ownership_controls(
        Bucket=bucket(outputs),
        OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
    )


def _website(bucket: Callable[[Outputs], str]) -> Act:
    return lambda aws, outputs: aws("s3").put_bucket_website(
        Bucket=bucket(outputs),
        WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}},
    )


def _forgotten(bucket: Callable[[Outputs], str]) -> Act:
    return lambda aws, outputs: change_lifecycle(
        aws,
        bucket(outputs),
        lambda rule: rule.update(NoncurrentVersionExpiration={"NoncurrentDays": 1}),
    )


def _open_log_groups(aws: Aws, outputs: Outputs) -> object:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "logs:*",
        "Resource": f"arn:aws:logs:{outputs['region']}:{outputs['account_id']}:log-group:*",
    }
    return aws("logs").put_resource_policy(
        policyName="open",
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _all_clear_unheard(aws: Aws, outputs: Outputs) -> object:
    return change_alarm(aws, outputs["alarm_names"][0], OKActions=[])


def anywhere(name: str) -> tuple[Mutation, ...]:
    """Give what every system promises, for one of its buckets."""
    bucket = _bucket(name)
    return promised(
        objects_belong_to_their_writers=_owned_by_writers(bucket),
        a_website=_website(bucket),
        versions_not_kept=lambda aws, outputs: suspend_versions(aws, bucket(outputs)),
        old_versions_kept_a_day=_forgotten(bucket),
        log_groups_open_to_everybody=_open_log_groups,
        the_all_clear_is_not_told=_all_clear_unheard,
    )


def _cluster(**changes: Any) -> Act:
    return lambda aws, outputs: aws("rds").modify_db_cluster(
        DBClusterIdentifier=outputs["database_cluster_identifier"],
        ApplyImmediately=True,
        **changes,
    )


def _instance(**changes: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        of_cluster = outputs.get("database_instance_ids")
        name = outputs.list("database_instance_ids")[0] if of_cluster else None
        return aws("rds").modify_db_instance(
            DBInstanceIdentifier=name or outputs["database_identifier"],
            ApplyImmediately=True,
            **changes,
        )

    return act


def _redis(**changes: Any) -> Act:
    return lambda aws, outputs: aws("elasticache").modify_replication_group(
        ReplicationGroupId=outputs["redis_replication_group_id"],
        ApplyImmediately=True,
        **changes,
    )


INSTANCE = promised(
    no_upgrades=_instance(AutoMinorVersionUpgrade=False),
    another_certificate_authority=_instance(CACertificateIdentifier="rds-ca-ecc384-g1"),
)
PLATFORM = (
    *INSTANCE,
    *promised(
        passwords_beside_IAM=_cluster(EnableIAMDatabaseAuthentication=False),
        no_logs_of_the_database=_cluster(
            CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"]}
        ),
        backups_at_noon=_cluster(PreferredBackupWindow="12:00-13:00"),
        upgrades_on_Monday=_cluster(PreferredMaintenanceWindow="mon:09:00-mon:10:00"),
        an_instance_upgraded_on_Monday=_instance(PreferredMaintenanceWindow="mon:09:00-mon:10:00"),
        snapshots_without_tags=_instance(CopyTagsToSnapshot=False),
        Redis_saved_at_noon=_redis(SnapshotWindow="12:00-13:00"),
        Redis_upgraded_on_Monday=_redis(PreferredMaintenanceWindow="mon:09:00-mon:10:00"),
        tasks_stay_in_one_zone=service_changed(availabilityZoneRebalancing="DISABLED"),
        findings_every_six_hours=lambda aws, outputs: aws("guardduty").update_detector(
            DetectorId=outputs["guardduty_detector_id"],
            FindingPublishingFrequency="SIX_HOURS",
        ),
    ),
)


def _store(change: Callable[[dict[str, Any]], object]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        codepipeline = aws("codepipeline")
        found = codepipeline.get_pipeline(name=outputs["pipeline_name"])["pipeline"]
        change(found["artifactStore"])
        return codepipeline.update_pipeline(pipeline=found)

    return act


def _build(**changes: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        name = first(outputs, "build_project_arn", "web_build_project_arn", "build_project_name")
        return change_project(aws, name.rpartition("/")[2], **changes)

    return act


def _old_image(aws: Aws, outputs: Outputs) -> object:
    name = first(outputs, "build_project_arn", "web_build_project_arn", "build_project_name")
    found = project(aws, name.rpartition("/")[2])
    return _build(environment={**found["environment"], "image": "aws/codebuild/standard:4.0"})(
        aws, outputs
    )


def _month(days: int) -> Act:
    return lambda aws, outputs: change_lifecycle(
        aws,
        outputs["artifacts_bucket_name"],
        lambda rule: rule.update(Expiration={"Days": days}),
    )


DELIVERY = promised(
    artifacts_in_plain=_store(lambda store: store.pop("encryptionKey")),
    an_old_build_image=_old_image,
    builds_end_after_five_minutes=_build(timeoutInMinutes=5),
    builds_log_nothing=_build(logsConfig={"cloudWatchLogs": {"status": "DISABLED"}}),
    artifacts_gone_after_a_day=_month(1),
)


def _instances(operation: str, **changes: Any) -> Act:
    return lambda aws, outputs: getattr(aws("autoscaling"), operation)(
        AutoScalingGroupName=outputs["web_autoscaling_group_name"], **changes
    )


def _function(**changes: Any) -> Act:
    return lambda aws, outputs: aws("lambda").update_function_configuration(
        FunctionName=outputs["function_name"], **changes
    )


def _stage(**changes: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        api, name = aws("apigatewayv2"), outputs["api_id"]
        (stage,) = api.get_stages(ApiId=name)["Items"]
        settings: Mapping[str, Any] = {**stage["DefaultRouteSettings"], **changes}
        return api.update_stage(
            ApiId=name, StageName=stage["StageName"], DefaultRouteSettings=settings
        )

    return act


GROUPS = (
    Group("tap-production", anywhere("s3_bucket_names.data")),
    Group(
        "serverless-prod",
        (
            *anywhere("data_bucket_name"),
            *promised(
                logs_in_text=_function(LoggingConfig={"LogFormat": "Text"}),
                no_metrics_by_route=_stage(DetailedMetricsEnabled=False),
                twice_the_rate=_stage(ThrottlingRateLimit=100.0),
            ),
        ),
    ),
    Group(
        "cicd-staging",
        (
            *anywhere("artifacts_bucket_name"),
            *SERVED,
            *DELIVERY,
            *promised(
                images_may_change=lambda aws, outputs: aws("ecr").put_image_tag_mutability(
                    repositoryName=outputs["image_repository_name"], imageTagMutability="MUTABLE"
                )
            ),
        ),
    ),
    Group(
        "nova-prod",
        (
            *anywhere("artifacts_bucket_name"),
            *SERVED,
            *DELIVERY,
            *INSTANCE,
            *promised(
                passwords_beside_IAM=_instance(EnableIAMDatabaseAuthentication=False),
                no_log_of_slow_queries=_instance(
                    CloudwatchLogsExportConfiguration={"DisableLogTypes": ["slowquery"]}
                ),
                no_Performance_Insights=_instance(EnablePerformanceInsights=False),
                instances_live_for_ever=_instances(
                    "update_auto_scaling_group", MaxInstanceLifetime=0
                ),
                the_group_measures_nothing=_instances("disable_metrics_collection"),
            ),
        ),
    ),
    Group("scalepayments-staging", (*anywhere("access_logs_bucket_name"), *SERVED, *PLATFORM)),
)
