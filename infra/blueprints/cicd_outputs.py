"""What the delivery system tells the world: identifiers, addresses and names, no secrets."""

from __future__ import annotations

from typing import Any

from infra.blueprints import shared_outputs
from infra.blueprints.cicd import Delivery

__all__ = ["outputs"]

Outputs = dict[str, Any]


def outputs(delivery: Delivery) -> Outputs:
    """Return the stack's outputs, flat."""
    return {
        **shared_outputs.identity(
            "cicd", delivery.settings.stack, delivery.settings.config, delivery.site
        ),
        **shared_outputs.network(delivery.network),
        **_front_door(delivery),
        **_service(delivery),
        **_delivery(delivery),
        **_keys(delivery),
        **_monitoring(delivery),
    }


def _front_door(delivery: Delivery) -> Outputs:
    load_balancer, firewall = delivery.alb.load_balancer, delivery.firewall
    flat = {
        "alb_security_group_id": delivery.alb_group.id,
        "alb_arn": load_balancer.arn,
        "alb_name": load_balancer.name,
        "alb_dns_name": load_balancer.dns_name,
        "http_listener_arn": delivery.service.listener.arn,
        "access_logs_bucket_name": delivery.access_logs.bucket.id,
    }
    if firewall is not None:
        flat["web_acl_arn"] = firewall.acl.arn
        flat["web_acl_log_group_name"] = firewall.log_group.name
    return flat


def _service(delivery: Delivery) -> Outputs:
    service, task = delivery.service, delivery.service.task
    return {
        "ecs_cluster_name": delivery.cluster.cluster.name,
        "ecs_cluster_arn": delivery.cluster.cluster.arn,
        "container_insights_log_group_name": delivery.cluster.insights.name,
        "service_security_group_id": delivery.service_group.id,
        **shared_outputs.tasks("service", service.settings),
        "service_name": service.service.name,
        "service_arn": service.service.id,
        "blue_target_group_arn": service.blue.arn,
        "green_target_group_arn": service.green.arn,
        "task_definition_arn": task.definition.arn,
        "execution_role_arn": task.execution_role.arn,
        "task_role_arn": task.task_role.arn,
        "container_log_group_name": task.log_group.name,
    }


def _delivery(delivery: Delivery) -> Outputs:
    return {
        "source_repository_name": delivery.source.repository.repository_name,
        "source_repository_arn": delivery.source.repository.arn,
        "source_clone_url": delivery.source.repository.clone_url_http,
        "image_repository_name": delivery.images.repository.name,
        "image_repository_arn": delivery.images.repository.arn,
        "image_repository_url": delivery.images.repository.repository_url,
        "artifacts_bucket_name": delivery.artifacts.bucket.id,
        "registry_parameter_arns": [
            parameter.arn for parameter in delivery.registry.parameters.values()
        ],
        "build_project_name": delivery.build.project.name,
        "build_project_arn": delivery.build.project.arn,
        "build_buildspec_sha256": delivery.build.buildspec_sha256,
        "build_role_arn": delivery.build.role.arn,
        "build_log_group_name": delivery.build.log_group.name,
        "deployment_application_name": delivery.deployment.application.name,
        "deployment_group_name": delivery.deployment.group.deployment_group_name,
        "deployment_group_arn": delivery.deployment.group.arn,
        "deployment_role_arn": delivery.deployment.role.arn,
        "pipeline_name": delivery.pipeline.pipeline.name,
        "pipeline_arn": delivery.pipeline.pipeline.arn,
        "pipeline_role_arn": delivery.pipeline.role.arn,
        "start_rule_arn": delivery.start_rule.arn,
        "failure_rule_arn": delivery.failure_rule.arn,
    }


def _keys(delivery: Delivery) -> Outputs:
    return shared_outputs.keys(
        {
            "logs": delivery.logs_key,
            "alerts": delivery.alerts_key,
            "delivery": delivery.delivery_key,
            "credentials": delivery.credentials_key,
        }
    )


def _monitoring(delivery: Delivery) -> Outputs:
    alarms = [*delivery.traffic_alarms.alarms, *delivery.service_alarms.alarms]
    return {
        "alerts_topic_arn": delivery.alerts.arn,
        **shared_outputs.alarms(alarms),
        "flow_log_group_name": delivery.flow_log_group.group.name,
    }
