"""What the web system tells the world: identifiers, addresses and names, no secrets."""

from __future__ import annotations

from typing import Any

from infra.blueprints import shared_outputs
from infra.blueprints.nova import WebSystem
from infra.settings.config import settings_output
from infra.settings.nova import WEB_TARGETS

__all__ = ["outputs"]

Outputs = dict[str, Any]


def outputs(system: WebSystem) -> Outputs:
    """Return the stack's outputs, flat."""
    return {
        **_identity(system),
        **shared_outputs.network(system.network, isolated="isolated"),
        **_security_groups(system),
        **shared_outputs.front_door(system.alb, system.public_name),
        **_compute(system),
        **_storage(system),
        **_keys(system),
        **_monitoring(system),
        **_delivery(system),
    }


def _identity(system: WebSystem) -> Outputs:
    config, site = system.settings.config, system.site
    return {
        "project": config.team,
        "environment": str(config.environment),
        "stack": system.settings.stack,
        "blueprint": "nova",
        "region": site.region,
        "replication_region": system.replica_site.region,
        "account_id": site.account_id,
        "settings": settings_output(config),
    }


def _security_groups(system: WebSystem) -> Outputs:
    return {
        "alb_security_group_id": system.alb_group.id,
        "web_security_group_id": system.web_group.id,
        "api_security_group_id": system.api_group.id,
        "database_security_group_id": system.database_group.id,
    }


def _compute(system: WebSystem) -> Outputs:
    web, api = system.web, system.api
    return {
        "web_autoscaling_group_name": web.group.name,
        "web_autoscaling_group_arn": web.group.arn,
        "web_launch_template_id": web.launch_template.id,
        "web_scale_out_policy_arn": web.scale_out.arn,
        "web_scale_in_policy_arn": web.scale_in.arn,
        "web_target_group_arn": system.web_targets.arn,
        "web_health_path": WEB_TARGETS.health_path,
        "web_role_arn": web.role.arn,
        "web_log_group_name": web.log_group.name,
        "ecs_cluster_name": system.cluster.cluster.name,
        "ecs_cluster_arn": system.cluster.cluster.arn,
        "container_insights_log_group_name": system.cluster.insights.name,
        **shared_outputs.tasks("api", api.settings),
        "api_service_name": api.service.name,
        "api_service_arn": api.service.id,
        "api_target_group_arn": api.target_group.arn,
        "api_task_definition_arn": api.task.definition.arn,
        "api_execution_role_arn": api.task.execution_role.arn,
        "api_task_role_arn": api.task.task_role.arn,
        "api_log_group_name": api.task.log_group.name,
    }


def _storage(system: WebSystem) -> Outputs:
    database, plan = system.database, system.backup_plan.plan
    flat: Outputs = {
        "database_identifier": database.instance.identifier,
        "database_arn": database.instance.arn,
        "database_address": database.instance.address,
        "database_port": database.instance.port,
        "database_name": database.instance.db_name,
        "database_secret_arn": database.secret_arn,
        "database_log_group_names": [group.name for group in database.log_groups],
        "backup_vault_name": system.vault.vault.name,
        "backup_vault_arn": system.vault.vault.arn,
        "backup_replica_vault_name": system.replica_vault.vault.name,
        "backup_replica_vault_arn": system.replica_vault.vault.arn,
        "backup_plan_id": plan.id,
        "backup_plan_arn": plan.arn,
        "access_logs_bucket_name": system.access_logs.bucket.id,
        "data_bucket_name": system.data.bucket.id,
        "artifacts_bucket_name": system.artifacts.bucket.id,
    }
    for name, replica in system.replicas.items():
        flat[f"{name}_replica_bucket_name"] = replica.bucket.id
        flat[f"{name}_replication_role_arn"] = system.replications[name].role.arn
    return flat


def _keys(system: WebSystem) -> Outputs:
    return shared_outputs.keys(
        {
            "database": system.database_key,
            "storage": system.storage_key,
            "volumes": system.volumes_key,
            "backup": system.backup_key,
            "secrets": system.secrets_key,
            "logs": system.logs_key,
            "alerts": system.alerts_key,
            "replica": system.replica_key,
            "audit": system.audit_trail.key if system.audit_trail else None,
        }
    )


def _monitoring(system: WebSystem) -> Outputs:
    web = system.web
    return {
        "alerts_topic_arn": system.alerts.arn,
        **shared_outputs.alarms([web.busy_alarm, web.idle_alarm, *system.alarms.alarms]),
        "dashboard_name": system.dashboard.dashboard.dashboard_name,
        "web_acl_arn": system.firewall.acl.arn,
        "web_acl_log_group_name": system.firewall.log_group.name,
        "flow_log_group_name": system.flow_log_group.group.name,
        **shared_outputs.audit(system.audit_trail, system.settings.config.audit_trail_arn),
        **shared_outputs.account_wide([system.settings.config.audit_trail_arn]),
    }


def _delivery(system: WebSystem) -> Outputs:
    delivery = system.delivery
    flat: Outputs = {
        "pipeline_name": delivery.pipeline.pipeline.name,
        "pipeline_arn": delivery.pipeline.arn,
        "source_repository_name": delivery.repository.name,
        "source_repository_arn": delivery.repository.arn,
        "deployment_application_name": delivery.deployment.application.name,
        "deployment_group_name": delivery.deployment.group.deployment_group_name,
        "deployment_group_arn": delivery.deployment.group.arn,
        "start_rule_arn": delivery.start_rule.arn,
        "failure_rule_arn": delivery.failure_rule.arn,
    }
    for step, build in delivery.builds.items():
        flat[f"web_{step}_project_arn"] = build.arn
        flat[f"web_{step}_buildspec_sha256"] = build.buildspec_sha256
        flat[f"web_{step}_log_group_name"] = build.log_group.name
    return flat
