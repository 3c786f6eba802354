from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, Clients

Group = dict[str, str]


@pytest.fixture(scope="module")
def group(aws: Clients, network: dict[str, Any]) -> Group:
    """A target group that a listener sends requests to, with its balancer and listener."""
    elb = aws("elbv2")
    made = elb.create_target_group(
        Name="tasks", Protocol="HTTPS", Port=8443, VpcId=network["vpc"], TargetType="ip"
    )
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    balancer = elb.create_load_balancer(Name="tasks", Subnets=network["subnets"])
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    return {"arn": arn, "listener": listener["Listeners"][0]["ListenerArn"]}


@pytest.fixture(scope="module")
def service(aws: Clients, network: dict[str, Any], group: Group) -> Client:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="targets")
    ecs.register_task_definition(
        family="targets", containerDefinitions=[{"name": "api", "image": "api:1", "memory": 128}]
    )
    ecs.create_service(
        cluster="targets",
        serviceName="targets",
        taskDefinition="targets",
        desiredCount=3,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": network["subnets"],
                "securityGroups": [network["group"]],
            }
        },
        loadBalancers=[
            {"targetGroupArn": group["arn"], "containerName": "api", "containerPort": 8443}
        ],
    )
    return ecs


def _health(aws: Clients, group: Group, *asked: dict[str, Any]) -> list[dict[str, Any]]:
    answer = aws("elbv2").describe_target_health(
        TargetGroupArn=group["arn"], **({"Targets": list(asked)} if asked else {})
    )
    told: list[dict[str, Any]] = answer["TargetHealthDescriptions"]
    return told


def test_running_tasks_are_healthy_targets_in_their_subnets(
    aws: Clients, group: Group, service: Client
) -> None:
    told = _health(aws, group)
    assert [t["Target"] for t in told] == [
        {"Id": "10.9.0.10", "Port": 8443, "AvailabilityZone": "us-east-1a"},
        {"Id": "10.9.1.11", "Port": 8443, "AvailabilityZone": "us-east-1b"},
        {"Id": "10.9.0.12", "Port": 8443, "AvailabilityZone": "us-east-1a"},
    ]
    assert {t["TargetHealth"]["State"] for t in told} == {"healthy"}


def test_a_target_is_found_by_its_address(aws: Clients, group: Group, service: Client) -> None:
    (task,) = _health(aws, group, {"Id": "10.9.1.11", "Port": 8443})
    assert task["TargetHealth"]["State"] == "healthy"
    (task,) = _health(aws, group, {"Id": "10.9.1.11"})
    assert task["TargetHealth"]["State"] == "healthy"
    (stranger,) = _health(aws, group, {"Id": "10.9.1.99", "Port": 8443})
    assert stranger["TargetHealth"]["Reason"] == "Target.NotRegistered"


def test_targets_go_with_their_tasks(aws: Clients, group: Group, service: Client) -> None:
    service.update_service(cluster="targets", service="targets", desiredCount=1)
    try:
        assert len(_health(aws, group)) == 1
        service.update_service(cluster="targets", service="targets", desiredCount=0)
        assert _health(aws, group) == []
    finally:
        service.update_service(cluster="targets", service="targets", desiredCount=3)


def test_targets_are_unused_where_no_listener_leads(
    aws: Clients, group: Group, service: Client
) -> None:
    elb = aws("elbv2")
    registered = {"Id": "10.9.0.200", "Port": 8443}
    elb.register_targets(TargetGroupArn=group["arn"], Targets=[registered])
    elb.modify_listener(
        ListenerArn=group["listener"],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )
    told = _health(aws, group)
    assert len(told) == 4
    assert {t["TargetHealth"]["Reason"] for t in told} == {"Target.NotInUse"}
    weighted = {"TargetGroups": [{"TargetGroupArn": group["arn"], "Weight": 1}]}
    elb.create_rule(
        ListenerArn=group["listener"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=[{"Type": "forward", "ForwardConfig": weighted}],
    )
    assert {t["TargetHealth"]["State"] for t in _health(aws, group)} == {"healthy"}
    elb.deregister_targets(TargetGroupArn=group["arn"], Targets=[registered])
