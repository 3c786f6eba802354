from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stackproof.types.tokens import APPSCALING_POLICY, ECS_SERVICE, ECS_TASK_DEFINITION
from tests.unit.infra.program import TOKEN, Deployment

SERVICES = ("api", "payment", "notification")


def _container(deployment: Deployment, service: str) -> dict[str, Any]:
    (container,) = json.loads(
        deployment.only(ECS_TASK_DEFINITION, service)["container_definitions"]
    )
    assert isinstance(container, dict)
    return container


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.requirement("3.16")
def test_the_cluster_has_container_insights(deployment: Deployment) -> None:
    cluster = deployment.only("aws:ecs/cluster:Cluster")
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]


def test_tasks_run_on_fargate_in_private_subnets(deployment: Deployment, service: str) -> None:
    declared = deployment.only(ECS_SERVICE, service)
    network = declared["network_configuration"]
    assert declared["launch_type"] == "FARGATE"
    assert network["assign_public_ip"] is False
    assert all(subnet.startswith("Subnet-private-") for subnet in network["subnets"])
    assert len(network["subnets"]) == len(deployment.outputs["availability_zones"])


@pytest.mark.requirement("3.16")
def test_deployments_leave_no_gap_and_go_back_when_they_fail(
    deployment: Deployment, service: str
) -> None:
    declared = deployment.only(ECS_SERVICE, service)
    assert declared["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    assert declared["deployment_minimum_healthy_percent"] == 100
    assert declared["deployment_maximum_percent"] == 200
    assert declared["availability_zone_rebalancing"] == "ENABLED"


def test_a_deployment_leaves_the_number_of_tasks_to_auto_scaling(
    deployment: Deployment, service: str
) -> None:
    assert deployment.only(ECS_SERVICE, service).ignore_changes == ("desiredCount",)


def test_nobody_can_enter_a_running_container(deployment: Deployment, service: str) -> None:
    assert deployment.only(ECS_SERVICE, service)["enable_execute_command"] is False


def test_containers_have_no_more_rights_than_they_need(
    deployment: Deployment, service: str
) -> None:
    container = _container(deployment, service)
    assert container["readonlyRootFilesystem"] is True
    assert container["privileged"] is False
    assert container["user"].split(":")[0] not in ("", "0", "root")
    assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}


def test_containers_log_to_the_log_group_of_their_service(
    deployment: Deployment, service: str
) -> None:
    environment = deployment.outputs["environment"]
    group = f"/ecs/scalepayments-{service}-{environment}"
    assert _container(deployment, service)["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": group,
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": service,
        },
    }
    assert deployment.only("aws:cloudwatch/logGroup:LogGroup", service)["name"] == group


def test_secrets_come_from_secrets_manager_only(deployment: Deployment, service: str) -> None:
    container = _container(deployment, service)
    secrets = {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}
    plain = {variable["name"] for variable in container["environment"]}
    assert all(source.startswith("arn:aws:secretsmanager:") for source in secrets.values())
    assert not any(word in name for name in plain for word in ("PASSWORD", "TOKEN", "SECRET"))
    assert TOKEN not in json.dumps(container)


@pytest.mark.parametrize("service", ["api", "payment"])
def test_a_payment_finds_its_database_and_cache(deployment: Deployment, service: str) -> None:
    container = _container(deployment, service)
    plain = {variable["name"]: variable["value"] for variable in container["environment"]}
    secrets = {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}
    assert plain["DATABASE_HOST"] == deployment.outputs["database_endpoint"]
    assert plain["DATABASE_READER_HOST"] == deployment.outputs["database_reader_endpoint"]
    assert plain["DATABASE_SSLMODE"] == "verify-full"
    assert plain["REDIS_HOST"] == deployment.outputs["redis_primary_endpoint"]
    assert plain["REDIS_TLS"] == "true"
    database = deployment.outputs["database_secret_arn"]
    assert secrets == {
        "DATABASE_USERNAME": f"{database}:username::",
        "DATABASE_PASSWORD": f"{database}:password::",
        "REDIS_AUTH_TOKEN": deployment.outputs["redis_secret_arn"],
    }


@pytest.mark.parametrize(
    ("what", "metric", "value"),
    [
        ("cpu", "ECSServiceAverageCPUUtilization", 60),
        ("memory", "ECSServiceAverageMemoryUtilization", 70),
        ("requests", "ALBRequestCountPerTarget", 1000),
    ],
)
def test_services_scale_on_cpu_memory_and_requests(
    deployment: Deployment, service: str, what: str, metric: str, value: float
) -> None:
    policy = deployment.only(APPSCALING_POLICY, f"{service}-{what}")
    tracking = policy["target_tracking_scaling_policy_configuration"]
    assert policy["policy_type"] == "TargetTrackingScaling"
    assert tracking["predefined_metric_specification"]["predefined_metric_type"] == metric
    assert tracking["target_value"] == value
    assert tracking["scale_out_cooldown"] < tracking["scale_in_cooldown"]


def test_request_scaling_names_the_load_balancer_and_the_target_group(
    staging: Deployment, service: str
) -> None:
    policy = staging.only(APPSCALING_POLICY, f"{service}-requests")
    tracking = policy["target_tracking_scaling_policy_configuration"]
    label = tracking["predefined_metric_specification"]["resource_label"]
    assert re.fullmatch(r"loadbalancer/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+", label)


def test_scaling_acts_on_the_service(staging: Deployment, service: str) -> None:
    target = staging.only("aws:appautoscaling/target:Target", service)
    assert target["resource_id"] == (
        f"service/scalepayments-cluster-staging/scalepayments-{service}-staging"
    )
    policy = staging.only(APPSCALING_POLICY, f"{service}-cpu")
    assert policy["resource_id"] == target["resource_id"]
