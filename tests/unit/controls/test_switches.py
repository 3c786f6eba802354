"""What can switch a thing off, suspend or narrow it is judged, or here stands why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest

from stackproof.controls import catalogue
from stackproof.sights.live.readers import readers
from stackproof.types.table import Form, Shape, type_of

SWITCH = re.compile(
    r"(^|_)(enabled?|state|status|suspend\w*|disabled?|mode|sampl\w*|filters?)(_|$)|^force_"
)
NAMES, FORMAT, HOW, OUTCOME, SIZE, NETWORK, DEEPER, CHOICE = (
    "how it is named or addressed",
    "the form of an answer",
    "how a change or a deletion of it is made",
    "what AWS says of it",
    "how much of it there is",
    "a way in the network",
    "part of what another control judges as a whole",
    "either is right for some",
)
# By type and path, the first that fits: a control, or why none is needed.
DECIDED: tuple[tuple[str, str, str], ...] = (
    ("*", "*force_*", HOW),
    ("*", "*wait_for_steady_state", HOW),
    ("*", "*status_code*", FORMAT),
    ("*", "*status_message", OUTCOME),
    ("*", "*report_build_status", "tells of builds elsewhere"),
    ("*", "*build_status_config*", "tells of builds elsewhere"),
    ("*", "*enable_resource_name_dns*", NAMES),
    ("*", "*ipv6*", NETWORK),
    ("*", "*ena_srd*", NETWORK),
    ("dms.Endpoint", "ssl_mode", "dms-endpoint-tls"),
    ("dms.Endpoint", "redshift_settings.encryption_mode", "how files on their way are encrypted"),
    ("dms.Endpoint", "*_settings.*", CHOICE),
    ("*", "*ip_list_enabled", NETWORK),
    ("*", "*enable_ecs_managed_tags", "tags of tasks"),
    ("*", "*enable_execute_command", "a shell, and no switch of what it runs"),
    ("*", "*stickiness.enabled", CHOICE),
    ("*", "*performance_mode", CHOICE),
    ("*", "*throughput_mode", CHOICE),
    ("apigateway.ApiKey", "enabled", "a key that is off lets nobody in"),
    ("apigateway.MethodSettings", "*", "rest-api-logs"),
    ("apigateway.Stage", "cache_cluster_enabled", CHOICE),
    ("apigateway.Stage", "xray_tracing_enabled", "rest-api-tracing"),
    ("apigateway*", "*endpoint_access_mode", NETWORK),
    ("apigateway*", "*routing_mode", NETWORK),
    ("apigateway*", "*transfer_mode", FORMAT),
    ("apigateway*", "*", CHOICE),
    ("appautoscaling.Target", "suspended_state*", "scaling-target-not-suspended"),
    ("appautoscaling.Policy", "*", "scaling-policy-leaves-headroom"),
    ("appsync.GraphQLApi", "xray_enabled", CHOICE),
    ("autoscaling.Group", "suspended_processes", "autoscaling-group-processes-run"),
    ("batch.JobDefinition", "retry_strategy.*", "why a job is tried again"),
    ("autoscaling.Group", "enabled_metrics", "cloudwatch-alarm-metric-reported"),
    ("autoscaling.Group", "warm_pool.pool_state", CHOICE),
    ("autoscaling.Policy", "enabled", "scaling-policy-enabled"),
    ("autoscaling.Policy", "*", "autoscaling-group-scales"),
    ("backup.Plan", "*", CHOICE),
    ("budgets.Budget", "*filter*", "some costs are what it is for"),
    ("cfg.Recorder", "*", "config-records-everything"),
    ("cfg.RecorderStatus", "is_enabled", "config-recorder-on"),
    ("cfg.Rule", "*", CHOICE),
    ("cloudfront.Distribution", "enabled", "cloudfront-distribution-enabled"),
    ("cloudfront.*", "*", FORMAT),
    ("cloudtrail.Trail", "enable_logging", "cloudtrail-records"),
    ("cloudtrail.Trail", "enable_log_file_validation", "cloudtrail-files-validated"),
    ("cloudwatch.*Alarm", "actions_enabled", "cloudwatch-alarm-has-action"),
    ("cloudwatch.MetricAlarm", "evaluate_low_sample_count_percentiles", CHOICE),
    ("cloudwatch.EventRule", "*", "event-rule-enabled"),
    ("cloudwatch.LogGroup", "deletion_protection_enabled", CHOICE),
    ("cloudwatch.LogSubscriptionFilter", "filter_pattern", "some lines are what it is for"),
    ("cloudwatch.LogDelivery*", "*", FORMAT),
    ("codestarnotifications.*", "*", "codepipeline-failure-notice"),
    ("codebuild.Project", "logs_config.*.status", "codebuild-logs"),
    ("codebuild.Project", "*encryption_disabled", "codebuild-output-encrypted"),
    ("codebuild.Project", "environment.privileged_mode", "codebuild-privileged-for-images-only"),
    ("codebuild.Project", "*", CHOICE),
    ("codedeploy.DeploymentGroup", "alarm_configuration.enabled", "codedeploy-stops-on-alarm"),
    ("codedeploy.DeploymentGroup", "auto_rollback*", "codedeploy-rolls-back"),
    ("codedeploy.DeploymentGroup", "*", "which instances it is of"),
    ("codepipeline.Pipeline", "*", CHOICE),
    ("cognito.UserPool", "user_pool_add_ons.advanced_security_mode", "cognito-threat-protection"),
    ("cognito.*", "*", CHOICE),
    ("dynamodb.Table", "point_in_time_recovery.enabled", "dynamodb-point-in-time-recovery"),
    ("dynamodb.Table", "deletion_protection_enabled", "dynamodb-deletion-protection"),
    ("dynamodb.Table", "*", CHOICE),
    ("ebs.EncryptionByDefault", "enabled", "each volume is judged by itself"),
    ("ebs.*", "*", CHOICE),
    ("ec2.Vpc", "enable_dns_*", "vpc-dns"),
    ("ec2*.*", "*", CHOICE),
    ("ecr.*", "*", "ecr-scan-on-push"),
    ("ecs.Service", "alarms.enable", "deployment-alarm-there"),
    ("ecs.Service", "deployment_circuit_breaker.enable", "ecs-service-circuit-breaker"),
    ("ecs.*", "*", CHOICE),
    ("efs.BackupPolicy", "*", "efs-backed-up"),
    ("eks.*", "*", CHOICE),
    ("elasticache.ReplicationGroup", "at_rest_encryption_enabled", "elasticache-encrypted-at-rest"),
    ("elasticache.Cluster", "transit_encryption*", "cache-cluster-encrypted-in-transit"),
    ("elasticache.*", "transit_encryption*", "elasticache-encrypted-in-transit"),
    ("elasticache.*", "*", CHOICE),
    ("guardduty.Detector", "enable", "guardduty-detector-enabled"),
    ("guardduty.Detector", "datasources.s3_logs.enable", "guardduty-detector-watches-s3"),
    ("guardduty.*", "*", "guardduty-feature-enabled"),
    ("iam.*", "*", CHOICE),
    ("kinesis.*", "*", CHOICE),
    ("kms.Key", "enable_key_rotation", "kms-key-rotation"),
    ("kms.*", "*enabled", "kms-key-enabled"),
    ("lambda.EventSourceMapping", "enabled", "lambda-event-source-enabled"),
    ("docdb.*", "*", CHOICE),
    ("neptune.*", "*", CHOICE),
    ("lambda.EventSourceMapping", "filter_criteria*", "some records are what it is for"),
    ("lambda.Function", "tracing_config.mode", "lambda-tracing"),
    ("lambda.*", "*", CHOICE),
    ("lb.TargetGroup", "health_check.enabled", "target-group-health-check"),
    ("lb.TargetGroup", "load_balancing_cross_zone_enabled", "target-group-cross-zone"),
    ("lb.LoadBalancer", "access_logs.enabled", "load-balancer-access-logs"),
    ("lb.LoadBalancer", "enable_deletion_protection", "load-balancer-deletion-protection"),
    ("lb.*", "*", CHOICE),
    ("opensearch.*", "*", CHOICE),
    ("rds.*", "performance_insights_enabled", "rds-instance-performance-insights"),
    ("rds.*", "*", CHOICE),
    ("redshift.*", "*", CHOICE),
    ("route53.HealthCheck", "disabled", "health-check-enabled"),
    ("route53.HealthCheck", "insufficient_data_health_status", "dns-health-check-can-fail"),
    ("route53.*", "*", CHOICE),
    ("s3.BucketLifecycleConfiguration", "*", "s3-bucket-lifecycle"),
    ("s3.Bucket", "lifecycle_rules*", "s3-bucket-lifecycle"),
    ("s3.Bucket*", "*rules.status", "s3-replication-on"),
    ("s3.Bucket*", "*rules.filter", "s3-replication-whole"),
    ("s3.Bucket*", "*sse_kms_encrypted*", "s3-replication-copies-encrypted-objects"),
    ("s3.Bucket*", "*delete_marker_replication*", "s3-replication-decides-on-deletions"),
    ("s3.BucketVersioning", "*", "s3-bucket-versioned"),
    ("s3.Bucket", "versioning.enabled", "s3-bucket-versioned"),
    ("s3.*", "*", CHOICE),
    ("scheduler.Schedule", "state", "schedule-enabled"),
    ("scheduler.*", "*", CHOICE),
    ("secretsmanager.*", "*", OUTCOME),
    ("sfn.*", "*", CHOICE),
    ("sns.Topic", "*_sample_rate", "how many deliveries are logged"),
    ("sns.TopicSubscription", "filter_policy*", "cloudwatch-alarm-reaches-somebody"),
    ("sqs.Queue", "sqs_managed_sse_enabled", "sqs-queue-encrypted"),
    ("wafv2.WebAcl", "*cloudwatch_metrics_enabled", "waf-acl-metrics"),
    ("wafv2.WebAclLoggingConfiguration", "*", "waf-acl-logging"),
    ("wafv2.*", "*", CHOICE),
)


@cache
def switches() -> tuple[tuple[str, str, str], ...]:
    return tuple(_switches())


def _switches() -> Iterator[tuple[str, str, str]]:
    """Give the token, its short form, and each path of a type that is read whose name switches."""
    for token in sorted({type_ for reader in readers() for type_ in reader.types}):
        told = type_of(token)
        assert told is not None
        _, module, name = token.split(":")
        for path in _paths(told.shape, ""):
            if path.split(".")[0] not in told.outputs:
                yield token, f"{module.split('/')[0]}.{name}", path


def _paths(shape: Shape, above: str) -> Iterator[str]:
    if above.count(".") > 3:
        return
    for name, kind in shape.kinds.items():
        path = f"{above}{name}"
        if SWITCH.search(name):
            yield path
        inner = kind
        while inner.form in (Form.LIST, Form.MAP) and inner.of is not None:
            inner = inner.of
        if inner.form in (Form.OBJECT, Form.ONE):
            yield from _paths(inner.shape, f"{path}.")


@cache
def fitting(type_: str, path: str) -> int | None:
    for number, (types, paths, _) in enumerate(DECIDED):
        if fnmatchcase(type_, types) and fnmatchcase(path, paths):
            return number
    return None


def test_every_switch_is_decided() -> None:
    assert [f"{t} {p}" for _, t, p in switches() if fitting(t, p) is None] == []


def test_every_decision_decides() -> None:
    used = {fitting(type_, path) for _, type_, path in switches()}
    assert [row for number, row in enumerate(DECIDED) if number not in used] == []


@pytest.mark.parametrize("row", [row for row in DECIDED if re.fullmatch(r"[a-z0-9-]+", row[2])])
def test_control_looks_at_the_type(row: tuple[str, str, str]) -> None:
    control = catalogue()[row[2]]
    number = DECIDED.index(row)
    tokens = {token for token, type_, path in switches() if fitting(type_, path) == number}
    assert tokens & {*control.types, *control.needs}, row
