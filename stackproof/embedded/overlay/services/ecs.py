"""ECS: service settings lost at creation, and tasks that run."""

from __future__ import annotations

from typing import Any

from botocore import xform_name

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses

# What AWS answers for settings that were left out.
_DEFAULTS: dict[str, Any] = {
    "deploymentConfiguration": {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
    },
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "availabilityZoneRebalancing": "ENABLED",
}
_KEPT = (*_DEFAULTS, "healthCheckGracePeriodSeconds", "capacityProviderStrategy")


@patches("ecs")
def security_groups_may_be_left_out() -> None:
    """Accept a network configuration without security groups, where moto crashes.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
    """
    from moto.ecs.models import Service

    service_class: Any = Service
    original = service_class._validate_network

    def validate(service: Any, configuration: dict[str, Any]) -> Any:
        configuration["awsvpcConfiguration"].setdefault("securityGroups", [])
        return original(service, configuration)

    service_class._validate_network = validate


@postprocesses("ecs", "CreateService")
def create_service(call: Call, answer: dict[str, Any]) -> None:
    """Keep what CreateService drops: circuit breaker, grace period, exec, tags, AZ rebalancing.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    service = _service(call, answer)
    for name in _KEPT:
        value = call.params.get(name)
        if isinstance(value, dict):
            value = {**_DEFAULTS.get(name, {}), **value}
        elif value is None:
            value = _DEFAULTS.get(name)
        # The name that moto's own UpdateService sets, so that an update replaces it.
        setattr(service, xform_name(name), value)
    _run_all_tasks(call, service, pending=service.pending_count)
    answer["service"] = service


@postprocesses("ecs", "UpdateService")
def update_service(call: Call, answer: dict[str, Any]) -> None:
    """Let a changed service have its tasks running at once.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    """
    service = _service(call, answer)
    if isinstance(service.deployment_configuration, dict):
        service.deployment_configuration = {
            **_DEFAULTS["deploymentConfiguration"],
            **service.deployment_configuration,
        }
    _run_all_tasks(call, service, pending=0)
    answer["service"] = service


@handles("ecs", "UpdateClusterSettings")
def update_cluster_settings(call: Call) -> dict[str, Any]:
    """Change Container Insights of a cluster.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html
    """
    name = call.params["cluster"].rpartition("/")[2]
    cluster = call.backend("ecs").clusters.get(name)
    if cluster is None:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    given = {setting["name"]: setting["value"] for setting in call.params["settings"]}
    before = {setting["name"]: setting["value"] for setting in cluster.settings or []}
    cluster.settings = [{"name": n, "value": v} for n, v in {**before, **given}.items()]
    return {"cluster": cluster}


def _service(call: Call, answer: dict[str, Any]) -> Any:
    described = answer["service"]
    cluster = described["clusterArn"].rpartition("/")[2]
    return call.backend("ecs").services[f"{cluster}:{described['serviceName']}"]


def _run_all_tasks(call: Call, service: Any, *, pending: int) -> None:
    """Run the desired number of tasks, as AWS does within minutes."""
    cluster = call.backend("ecs").clusters[service.cluster_name]
    if pending:
        cluster.pending_tasks_count -= pending
        cluster.running_tasks_count += pending
    service.running_count = service.desired_count
    service.pending_count = 0
    for deployment in service.deployments[:1]:
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count,
            pendingCount=0,
            taskDefinition=service.task_definition,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
        )
