from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.types.tokens import ECS_SERVICE, LB_LISTENER, LB_TARGET_GROUP
from tests.unit.infra.cicd.conftest import Deployed
from tests.unit.infra.program import Deployment

ACCOUNT_AND_REGION = "us-east-1:123456789012"


def _container(deployment: Deployment) -> dict[str, Any]:
    task = deployment.only("aws:ecs/taskDefinition:TaskDefinition")
    (container,) = json.loads(task["container_definitions"])
    assert isinstance(container, dict)
    return container


def test_the_load_balancer_is_public_and_in_both_public_subnets(deployment: Deployment) -> None:
    alb = deployment.only("aws:lb/loadBalancer:LoadBalancer")
    assert alb["internal"] is False
    assert alb["subnets"] == ["Subnet-public-a", "Subnet-public-b"]
    assert alb["security_groups"] == ["SecurityGroup-alb-security-group"]
    assert alb["drop_invalid_header_fields"] is True


@pytest.mark.requirement("5.3", "5.8")
@pytest.mark.parametrize("colour", ["blue", "green"])
def test_both_target_groups_are_checked_every_15_seconds_5_times(
    deployment: Deployment, colour: str
) -> None:
    group = deployment.only(LB_TARGET_GROUP, colour)
    environment = deployment.outputs["environment"]
    assert group["name"] == f"cicd-{colour}-{environment}"
    assert (group["port"], group["protocol"], group["target_type"]) == (8080, "HTTP", "ip")
    assert group["vpc_id"] == "Vpc-vpc"
    check = group["health_check"]
    assert (check["interval"], check["healthy_threshold"]) == (15, 5)
    assert (check["path"], check["matcher"], check["enabled"]) == ("/", "200", True)


@pytest.mark.requirement("5.3")
def test_the_listener_on_80_points_to_blue_first_and_then_belongs_to_codedeploy(
    deployment: Deployment,
) -> None:
    listener = deployment.only(LB_LISTENER)
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["load_balancer_arn"] == deployment.outputs["alb_arn"]
    (action,) = listener["default_actions"]
    assert action["type"] == "forward"
    assert action["target_group_arn"] == deployment.outputs["blue_target_group_arn"]
    assert listener.ignore_changes == ("defaultActions",)


def test_codedeploy_controls_the_service(deployment: Deployment) -> None:
    service = deployment.only(ECS_SERVICE)
    assert service["deployment_controller"] == {"type": "CODE_DEPLOY"}
    assert set(service.ignore_changes) == {"desiredCount", "loadBalancers", "taskDefinition"}
    # Only ECS's own deployments know these.
    assert "deployment_circuit_breaker" not in service.inputs
    assert "availability_zone_rebalancing" not in service.inputs


def test_the_service_begins_with_blue(deployment: Deployment) -> None:
    (target,) = deployment.only(ECS_SERVICE)["load_balancers"]
    assert target == {
        "target_group_arn": deployment.outputs["blue_target_group_arn"],
        "container_name": "app",
        "container_port": 8080,
    }


def test_tasks_run_on_fargate_in_both_private_subnets(deployment: Deployment) -> None:
    service = deployment.only(ECS_SERVICE)
    assert service["launch_type"] == "FARGATE"
    assert service["network_configuration"] == {
        "subnets": ["Subnet-private-a", "Subnet-private-b"],
        "security_groups": ["SecurityGroup-service-security-group"],
        "assign_public_ip": False,
    }


def test_the_cluster_has_container_insights(deployment: Deployment) -> None:
    cluster = deployment.only("aws:ecs/cluster:Cluster")
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]


@pytest.mark.requirement("5.2")
def test_a_task_has_half_a_cpu_and_a_gibibyte(deployment: Deployment) -> None:
    task = deployment.only("aws:ecs/taskDefinition:TaskDefinition")
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    assert task["network_mode"] == "awsvpc"
    assert task["requires_compatibilities"] == ["FARGATE"]
    environment = deployment.outputs["environment"]
    assert task["family"] == f"cicd-app-{environment}"
    assert task["execution_role_arn"].endswith(f"/cicd-app-execution-{environment}")
    assert task["task_role_arn"].endswith(f"/cicd-app-task-{environment}")


def test_the_container_logs_to_its_group(deployment: Deployment) -> None:
    group = f"/ecs/cicd-app-{deployment.outputs['environment']}"
    options = _container(deployment)["logConfiguration"]["options"]
    assert options["awslogs-group"] == group
    assert deployment.only("aws:cloudwatch/logGroup:LogGroup", "app")["name"] == group


def test_the_container_has_no_more_rights_than_it_needs(deployment: Deployment) -> None:
    container = _container(deployment)
    assert container["readonlyRootFilesystem"] is True
    assert container["privileged"] is False
    assert container["user"] == "10001:10001"
    assert container["secrets"] == []
    assert container["portMappings"] == [{"containerPort": 8080, "protocol": "tcp"}]


@pytest.mark.parametrize(
    ("environment", "minimum", "maximum"), [("dev", 1, 2), ("staging", 2, 4), ("prod", 2, 10)]
)
def test_tasks_scale_by_cpu_and_memory(
    deployed: Deployed, environment: str, minimum: int, maximum: int
) -> None:
    deployment = deployed(environment)
    target = deployment.only("aws:appautoscaling/target:Target")
    assert (target["min_capacity"], target["max_capacity"]) == (minimum, maximum)
    service = f"cicd-app-{environment}"
    assert target["resource_id"] == f"service/cicd-cluster-{environment}/{service}"
    assert deployment.only(ECS_SERVICE)["desired_count"] == minimum
    metrics = {
        policy["target_tracking_scaling_policy_configuration"]["predefined_metric_specification"][
            "predefined_metric_type"
        ]
        for policy in deployment.all("aws:appautoscaling/policy:Policy")
    }
    assert metrics == {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}


@pytest.mark.parametrize(
    ("environment", "guarded"), [("dev", False), ("staging", True), ("prod", True)]
)
def test_a_firewall_stands_before_the_load_balancer_where_it_is_worth_it(
    deployed: Deployed, environment: str, guarded: bool
) -> None:
    deployment = deployed(environment)
    associations = deployment.all("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert [a["resource_arn"] for a in associations] == [deployment.outputs["alb_arn"]] * guarded
    assert ("web_acl_arn" in deployment.outputs) is guarded


@pytest.mark.parametrize(
    ("environment", "protected"), [("dev", False), ("staging", False), ("prod", True)]
)
def test_production_cannot_be_deleted_by_mistake(
    deployed: Deployed, environment: str, protected: bool
) -> None:
    deployment = deployed(environment)
    alb = deployment.only("aws:lb/loadBalancer:LoadBalancer")
    assert alb["enable_deletion_protection"] is protected
    logs = deployment.only("aws:s3/bucket:Bucket", "access-logs")
    assert logs["force_destroy"] is not protected
