"""What the payment platform tells the world: identifiers, addresses and names, no secrets."""

from __future__ import annotations

from typing import Any

import pulumi

from infra.blueprints import shared_outputs
from infra.blueprints.scalepayments import Platform

__all__ = ["outputs"]

Outputs = dict[str, Any]


def outputs(platform: Platform) -> Outputs:
    """Return the stack's outputs, flat; what an environment doesn't have is left out."""
    return {
        **shared_outputs.identity(
            "scalepayments", platform.settings.stack, platform.settings.config, platform.site
        ),
        **_network(platform),
        **_front_door(platform),
        **_services(platform),
        **_data_stores(platform),
        **_keys(platform),
        **_monitoring(platform),
        **_guards(platform),
    }


def _network(platform: Platform) -> Outputs:
    return {
        **shared_outputs.network(platform.network, isolated="database"),
        "alb_security_group_id": platform.alb_group.id,
        "service_security_group_id": platform.service_group.id,
        "database_security_group_id": platform.database_group.id,
        "cache_security_group_id": platform.cache_group.id,
        "flow_log_group_name": platform.flow_log_group.group.name,
    }


def _front_door(platform: Platform) -> Outputs:
    return {
        **shared_outputs.front_door(platform.alb, platform.public_name),
        "access_logs_bucket_name": platform.access_logs.bucket.id,
    }


def _services(platform: Platform) -> Outputs:
    services = platform.services
    flat: Outputs = {
        "ecs_cluster_name": platform.cluster.cluster.name,
        "ecs_cluster_arn": platform.cluster.cluster.arn,
        "container_insights_log_group_name": platform.cluster.insights.name,
        "service_names": [service.service.name for service in services],
        "target_group_arns": [service.target_group.arn for service in services],
        "task_definition_arns": [service.task.definition.arn for service in services],
        "service_log_group_names": [service.task.log_group.name for service in services],
    }
    for service in services:
        name = service.settings.name
        flat |= {
            **shared_outputs.tasks(name, service.settings),
            f"{name}_service_name": service.service.name,
            f"{name}_service_arn": service.service.id,
            f"{name}_target_group_arn": service.target_group.arn,
            f"{name}_task_definition_arn": service.task.definition.arn,
            f"{name}_log_group_name": service.task.log_group.name,
            f"{name}_execution_role_arn": service.task.execution_role.arn,
            f"{name}_task_role_arn": service.task.task_role.arn,
        }
    return flat


def _data_stores(platform: Platform) -> Outputs:
    database, redis = platform.database, platform.redis
    return {
        "database_cluster_identifier": database.cluster.cluster_identifier,
        "database_cluster_arn": database.cluster.arn,
        "database_endpoint": database.cluster.endpoint,
        "database_reader_endpoint": database.cluster.reader_endpoint,
        "database_port": database.cluster.port,
        "database_name": database.cluster.database_name,
        "database_instance_ids": [instance.identifier for instance in database.instances],
        "database_secret_arn": database.secret_arn,
        "database_log_group_name": database.log_group.name,
        "redis_replication_group_id": redis.group.replication_group_id,
        "redis_primary_endpoint": redis.group.primary_endpoint_address,
        "redis_port": redis.group.port,
        "redis_secret_arn": redis.secret_arn,
        "redis_log_group_names": [group.name for group in redis.log_groups.values()],
    }


def _keys(platform: Platform) -> Outputs:
    return shared_outputs.keys(
        {
            "database": platform.database_key,
            "cache": platform.cache_key,
            "logs": platform.logs_key,
            "secrets": platform.secrets_key,
            "alerts": platform.alerts_key,
            "config": platform.config_key,
            "audit": platform.audit_trail.key if platform.audit_trail else None,
        }
    )


def _monitoring(platform: Platform) -> Outputs:
    return {
        "alerts_topic_arn": platform.alerts.arn,
        **shared_outputs.alarms(platform.alarms.alarms),
        "dashboard_name": platform.dashboard.dashboard.dashboard_name,
    }


def _guards(platform: Platform) -> Outputs:
    flat: Outputs = {}
    if platform.firewall is not None:
        flat["web_acl_arn"] = platform.firewall.acl.arn
        flat["web_acl_log_group_name"] = platform.firewall.log_group.name
    config, protection = platform.settings.config, platform.protection
    detection, recorder = platform.threat_detection, platform.config_recorder
    if protection.guardduty:
        detector = detection.detector.id if detection else str(config.guardduty_detector_id)
        flat["guardduty_detector_id"] = detector
        flat["guardduty_detector_arn"] = pulumi.Output.concat(
            platform.site.arn("guardduty", "detector/"), detector
        )
    if protection.config:
        flat["config_recorder_name"] = (
            recorder.recorder.name if recorder else config.config_recorder_name
        )
    if recorder is not None:
        flat["config_bucket_name"] = recorder.bucket.bucket.id
    if platform.config_rules is not None:
        flat["config_rule_names"] = [rule.name for rule in platform.config_rules.rules]
    if protection.audit_trail:
        flat |= shared_outputs.audit(platform.audit_trail, config.audit_trail_arn)
    named = (config.guardduty_detector_id, config.config_recorder_name, config.audit_trail_arn)
    return flat | shared_outputs.account_wide(named if protection.guardduty else ())
