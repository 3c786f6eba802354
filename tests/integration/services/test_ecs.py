"""ECS and its scaling: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.types.tokens import (
    APPSCALING_POLICY,
    APPSCALING_SCHEDULE,
    APPSCALING_TARGET,
    ECS_CLUSTER,
    ECS_CLUSTER_CAPACITY_PROVIDERS,
    ECS_SERVICE,
    ECS_TASK_DEFINITION,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

CONTAINER = {
    "name": "web",
    "image": "nginx",
    "essential": True,
    "cpu": 256,
    "memory": 512,
    "readonlyRootFilesystem": True,
    "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
    "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
    "environment": [{"name": "A", "value": "1"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web"}},
}


@pytest.fixture
def cluster(world: World) -> Made:
    return world.make(
        ECS_CLUSTER, settings=[{"name": "containerInsights", "value": "enabled"}], tags=TAGS
    )


@pytest.fixture
def task(world: World, cluster: Made) -> Made:
    return world.make(
        ECS_TASK_DEFINITION,
        family=f"web-{cluster['name'][-7:]}",
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu="256",
        memory="512",
        runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": "ARM64"},
        execution_role_arn=world.cloud.arn("iam", "role/execution", ""),
        ephemeral_storage={"size_in_gib": 30},
        volumes=[{"name": "tmp"}, {"name": "host", "host_path": "/host"}],
        container_definitions=json.dumps([CONTAINER]),
        tags=TAGS,
    )


@pytest.fixture
def network(world: World) -> dict[str, Any]:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.5.0.0/16")
    subnet = world.make("aws:ec2/subnet:Subnet", vpc_id=vpc.id, cidr_block="10.5.0.0/24")
    groups = [vpc["default_security_group_id"]]
    return {"subnets": [subnet.id], "security_groups": groups, "assign_public_ip": False}


@pytest.fixture
def service(world: World, cluster: Made, task: Made, network: dict[str, Any]) -> Made:
    return world.make(
        ECS_SERVICE,
        cluster=cluster["arn"],
        task_definition=task["arn"],
        launch_type="FARGATE",
        platform_version="LATEST",
        desired_count=2,
        deployment_circuit_breaker={"enable": True, "rollback": True},
        deployment_minimum_healthy_percent=50,
        availability_zone_rebalancing="ENABLED",
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        network_configuration=network,
        tags=TAGS,
    )


def test_cluster_shows_what_was_declared_and_changed(world: World, cluster: Made) -> None:
    assert_shown(world, cluster)
    disabled = {"name": "containerInsights", "value": "disabled"}
    world.change(cluster, settings=[disabled], tags={**TAGS, "More": "1"})
    assert_shown(world, cluster)
    assert_gone(world, cluster)


def test_capacity_providers_belong_to_their_cluster(world: World, cluster: Made) -> None:
    fargate = {"capacity_provider": "FARGATE", "base": 1, "weight": 100}
    providers = world.make(
        ECS_CLUSTER_CAPACITY_PROVIDERS,
        cluster_name=cluster["name"],
        capacity_providers=["FARGATE"],
        default_capacity_provider_strategies=[fargate],
    )
    assert providers.id == cluster["name"]
    assert_shown(world, providers)
    world.change(providers, capacity_providers=["FARGATE", "FARGATE_SPOT"])
    assert_shown(world, providers)
    assert_gone(world, providers)


def test_task_definition_shows_what_was_declared(world: World, task: Made) -> None:
    assert task.id == task["family"]
    assert task["arn"].endswith(f":{task['revision']}")
    assert_shown(world, task)
    world.change(task, tags={"Only": "this"})
    assert_shown(world, task)
    assert_gone(world, task)


def test_service_shows_what_was_declared_and_changed(world: World, service: Made) -> None:
    assert_shown(world, service)
    world.change(
        service,
        desired_count=3,
        deployment_circuit_breaker={"enable": True, "rollback": False},
        enable_execute_command=True,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, service)
    assert_gone(world, service)


def test_service_behind_a_load_balancer_shows_it(
    world: World, cluster: Made, task: Made, network: dict[str, Any]
) -> None:
    vpc = next(made for made in world.made if made.type == "aws:ec2/vpc:Vpc")
    group = world.make(
        "aws:lb/targetGroup:TargetGroup",
        f"ecs-{vpc.id[-6:]}",
        vpc_id=vpc.id,
        port=8080,
        protocol="HTTP",
        target_type="ip",
    )
    service = world.make(
        ECS_SERVICE,
        "balanced",
        cluster=cluster["arn"],
        task_definition=task["arn"],
        launch_type="FARGATE",
        desired_count=1,
        health_check_grace_period_seconds=60,
        network_configuration=network,
        load_balancers=[
            {"target_group_arn": group.id, "container_name": "web", "container_port": 8080}
        ],
    )
    assert_shown(world, service)


def test_scaling_shows_what_was_declared_and_changed(
    world: World, cluster: Made, service: Made
) -> None:
    what = {
        "service_namespace": "ecs",
        "scalable_dimension": "ecs:service:DesiredCount",
        "resource_id": f"service/{cluster['name']}/{service['name']}",
    }
    target = world.make(APPSCALING_TARGET, min_capacity=2, max_capacity=6, tags=TAGS, **what)
    assert_shown(world, target)
    tracking = {
        "target_value": 60,
        "scale_in_cooldown": 300,
        "scale_out_cooldown": 60,
        "predefined_metric_specification": {
            "predefined_metric_type": "ECSServiceAverageCPUUtilization"
        },
    }
    policy = world.make(
        APPSCALING_POLICY,
        policy_type="TargetTrackingScaling",
        target_tracking_scaling_policy_configuration=tracking,
        **what,
    )
    assert_shown(world, policy)
    world.change(target, max_capacity=9, tags={**TAGS, "More": "1"})
    assert_shown(world, target)
    world.change(
        policy, target_tracking_scaling_policy_configuration={**tracking, "target_value": 50}
    )
    assert_shown(world, policy)
    night = world.make(
        APPSCALING_SCHEDULE,
        "night",
        name="night",
        schedule="cron(0 20 * * ? *)",
        scalable_target_action={"min_capacity": 1, "max_capacity": 1},
        **what,
    )
    assert_shown(world, night)
    world.change(night, scalable_target_action={"min_capacity": 1, "max_capacity": 2})
    assert_shown(world, night)
    assert_gone(world, night)
    assert_gone(world, policy)
    assert_gone(world, target)
