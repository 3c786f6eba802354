"""What systems promise of kinds of resources whatever their settings say: each value once.

None of it is asked of the outputs: what the program declares must be what is written here.
"""

from __future__ import annotations

from stackproof.types import tokens
from tests.scenarios.promise import Promise

ALL = ("tap", "nova", "scalepayments", "serverless", "cicd")
# Those that answer requests by containers behind a load balancer.
SERVED = ("nova", "scalepayments", "cicd")
_GUARDED = ("staging", "prod")

CLOSED = (
    Promise(tokens.ECS_SERVICE, {"enable_execute_command": False}, SERVED),
    Promise(
        tokens.LB,
        {"drop_invalid_header_fields": True, "desync_mitigation_mode": "defensive"},
        SERVED,
    ),
    Promise(tokens.S3_OWNERSHIP, {"rule.object_ownership": "BucketOwnerEnforced"}, ALL),
    Promise(
        tokens.RDS_CLUSTER,
        {"engine": "aurora-postgresql", "iam_database_authentication_enabled": True},
        ("scalepayments",),
    ),
    Promise(
        tokens.RDS_CLUSTER_INSTANCE,
        {"auto_minor_version_upgrade": True, "ca_cert_identifier": "rds-ca-rsa2048-g1"},
        ("scalepayments",),
    ),
    Promise(
        tokens.RDS_INSTANCE,
        {
            "auto_minor_version_upgrade": True,
            "ca_cert_identifier": "rds-ca-rsa2048-g1",
            "iam_database_authentication_enabled": True,
        },
        ("nova",),
    ),
    Promise(
        tokens.WAF_ACL_LOGGING,
        {"redacted_fields.single_header.name": frozenset({"authorization", "cookie"})},
        SERVED,
        _GUARDED,
    ),
    Promise(tokens.CODEPIPELINE, {"artifact_stores.encryption_key.type": "KMS"}, ("nova", "cicd")),
    Promise(tokens.ECR_REPOSITORY, {"image_tag_mutability": "IMMUTABLE"}, ("cicd",)),
    Promise(tokens.CODEBUILD_PROJECT, {"environment.privileged_mode": False}, ("nova",)),
)
HEARD = (
    Promise(tokens.LB, {"access_logs.enabled": True}, SERVED),
    Promise(
        tokens.RDS_CLUSTER,
        {"enabled_cloudwatch_logs_exports": frozenset({"postgresql"})},
        ("scalepayments",),
    ),
    Promise(
        tokens.RDS_INSTANCE,
        {
            "enabled_cloudwatch_logs_exports": frozenset({"error", "slowquery"}),
            "monitoring_interval": 60,
            "performance_insights_enabled": True,
        },
        ("nova",),
    ),
    Promise(
        tokens.ELASTICACHE_REPLICATION_GROUP,
        {"log_delivery_configurations.log_type": frozenset({"slow-log", "engine-log"})},
        ("scalepayments",),
    ),
    Promise(
        tokens.GUARDDUTY_DETECTOR,
        {"finding_publishing_frequency": "FIFTEEN_MINUTES"},
        ("scalepayments",),
        _GUARDED,
        unless="guardduty_detector_id",
    ),
    Promise(tokens.FLOW_LOG, {"traffic_type": "ALL", "max_aggregation_interval": 60}, SERVED),
    Promise(
        tokens.CODEBUILD_PROJECT,
        {"logs_config.cloudwatch_logs.status": "ENABLED"},
        ("nova", "cicd"),
    ),
    Promise(
        tokens.AUTOSCALING_GROUP,
        {
            "enabled_metrics": frozenset(
                {"GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"}
            )
        },
        ("nova",),
    ),
    Promise(tokens.LAMBDA_FUNCTION, {"logging_config.log_format": "JSON"}, ("serverless",)),
    Promise(
        tokens.API_STAGE, {"default_route_settings.detailed_metrics_enabled": True}, ("serverless",)
    ),
)
UP = (
    Promise(
        tokens.ECS_SERVICE,
        {
            "health_check_grace_period_seconds": 60,
            "launch_type": "FARGATE",
            "platform_version": "LATEST",
            "propagate_tags": "SERVICE",
            "scheduling_strategy": "REPLICA",
        },
        SERVED,
    ),
    Promise(
        tokens.ECS_SERVICE,
        {"availability_zone_rebalancing": "ENABLED"},
        ("nova", "scalepayments"),
    ),
    Promise(tokens.LB, {"idle_timeout": 60, "enable_http2": True}, SERVED),
    Promise(
        tokens.LB_TARGET_GROUP,
        {"deregistration_delay": 30, "health_check.timeout": 5, "stickiness.enabled": False},
        SERVED,
    ),
    Promise(
        tokens.AUTOSCALING_GROUP,
        {"health_check_grace_period": 300, "max_instance_lifetime": 28 * 24 * 3600},
        ("nova",),
    ),
)
SCALED = (
    Promise(
        tokens.APPSCALING_TARGET,
        {
            f"suspended_state.{what}": False
            for what in (
                "dynamic_scaling_in_suspended",
                "dynamic_scaling_out_suspended",
                "scheduled_scaling_suspended",
            )
        },
        SERVED,
    ),
    Promise(
        tokens.APPSCALING_POLICY,
        {
            f"target_tracking_scaling_policy_configuration.{name}": value
            for name, value in (
                ("disable_scale_in", False),
                ("scale_in_cooldown", 300),
                ("scale_out_cooldown", 60),
            )
        },
        SERVED,
    ),
    Promise(
        tokens.API_STAGE,
        {
            "default_route_settings.throttling_burst_limit": 100,
            "default_route_settings.throttling_rate_limit": 50,
        },
        ("serverless",),
    ),
)
KEPT = (
    Promise(tokens.S3_VERSIONING, {"versioning_configuration.status": "Enabled"}, ALL),
    Promise(
        tokens.S3_LIFECYCLE,
        {
            "rules.status": "Enabled",
            "rules.noncurrent_version_expiration.noncurrent_days": 30,
            "rules.abort_incomplete_multipart_upload.days_after_initiation": 7,
        },
        ALL,
    ),
    Promise(
        tokens.RDS_CLUSTER,
        {
            "preferred_backup_window": "03:00-04:00",
            "preferred_maintenance_window": "sun:04:30-sun:05:30",
        },
        ("scalepayments",),
    ),
    Promise(
        tokens.RDS_CLUSTER_INSTANCE,
        {"preferred_maintenance_window": "sun:04:30-sun:05:30", "copy_tags_to_snapshot": True},
        ("scalepayments",),
    ),
    Promise(
        tokens.ELASTICACHE_REPLICATION_GROUP,
        {"snapshot_window": "02:00-03:00", "maintenance_window": "sun:05:30-sun:06:30"},
        ("scalepayments",),
    ),
)
DELIVERED = (
    Promise(
        tokens.CODEBUILD_PROJECT,
        {
            "build_timeout": 30,
            "queued_timeout": 60,
            "environment.image": "aws/codebuild/standard:7.0",
            "environment.type": "LINUX_CONTAINER",
        },
        ("nova", "cicd"),
    ),
)
