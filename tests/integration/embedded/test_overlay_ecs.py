from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Clients

BREAKER = {"enable": True, "rollback": True}


@pytest.fixture(scope="module")
def service(aws: Clients, network: dict[str, Any]) -> dict[str, Any]:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="main", settings=[{"name": "containerInsights", "value": "on"}])
    ecs.register_task_definition(
        family="api",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "api", "image": "api:1"}],
    )
    created: dict[str, Any] = ecs.create_service(
        cluster="main",
        serviceName="api",
        taskDefinition="api",
        desiredCount=3,
        launchType="FARGATE",
        deploymentConfiguration={"deploymentCircuitBreaker": BREAKER, "maximumPercent": 150},
        healthCheckGracePeriodSeconds=77,
        enableExecuteCommand=True,
        enableECSManagedTags=True,
        propagateTags="SERVICE",
        availabilityZoneRebalancing="DISABLED",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": network["subnets"],
                "securityGroups": [network["group"]],
            }
        },
    )["service"]
    return created


def described(aws: Clients, name: str = "api") -> dict[str, Any]:
    answer: dict[str, Any] = aws("ecs").describe_services(cluster="main", services=[name])
    service: dict[str, Any] = answer["services"][0]
    return service


def test_a_created_service_keeps_its_settings(aws: Clients, service: dict[str, Any]) -> None:
    for seen in (service, described(aws)):
        assert seen["deploymentConfiguration"] == {
            "deploymentCircuitBreaker": BREAKER,
            "maximumPercent": 150,
            "minimumHealthyPercent": 100,
        }
        assert seen["healthCheckGracePeriodSeconds"] == 77
        assert seen["enableExecuteCommand"] is True
        assert seen["enableECSManagedTags"] is True
        assert seen["propagateTags"] == "SERVICE"
        assert seen["availabilityZoneRebalancing"] == "DISABLED"


def test_a_service_runs_the_tasks_it_wants(aws: Clients, service: dict[str, Any]) -> None:
    seen = described(aws)
    assert (seen["desiredCount"], seen["runningCount"], seen["pendingCount"]) == (3, 3, 0)
    deployment = seen["deployments"][0]
    assert deployment["rolloutState"] == "COMPLETED"
    assert (deployment["desiredCount"], deployment["runningCount"]) == (3, 3)


def test_a_service_without_settings_has_the_defaults_of_aws(
    aws: Clients, service: dict[str, Any]
) -> None:
    aws("ecs").create_service(cluster="main", serviceName="plain", taskDefinition="api")
    seen = described(aws, "plain")
    assert seen["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is False
    assert seen["enableExecuteCommand"] is False
    assert seen["enableECSManagedTags"] is False


def test_an_update_changes_settings_and_tasks(aws: Clients, service: dict[str, Any]) -> None:
    aws("ecs").create_service(
        cluster="main",
        serviceName="changing",
        taskDefinition="api",
        desiredCount=1,
        deploymentConfiguration={"deploymentCircuitBreaker": BREAKER},
    )
    aws("ecs").update_service(
        cluster="main",
        service="changing",
        desiredCount=5,
        enableExecuteCommand=True,
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": False, "rollback": False},
            "maximumPercent": 200,
            "minimumHealthyPercent": 50,
        },
    )
    seen = described(aws, "changing")
    assert seen["runningCount"] == 5
    assert seen["deployments"][0]["runningCount"] == 5
    assert seen["enableExecuteCommand"] is True
    assert seen["deploymentConfiguration"]["minimumHealthyPercent"] == 50
    assert seen["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is False


def test_cluster_settings_can_be_updated(aws: Clients, service: dict[str, Any]) -> None:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="other")
    ecs.update_cluster_settings(
        cluster="other", settings=[{"name": "containerInsights", "value": "enhanced"}]
    )
    cluster = ecs.describe_clusters(clusters=["other"], include=["SETTINGS"])["clusters"][0]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enhanced"}]


def test_settings_of_an_unknown_cluster_are_refused(aws: Clients) -> None:
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        aws("ecs").update_cluster_settings(
            cluster="nowhere", settings=[{"name": "containerInsights", "value": "enabled"}]
        )


def test_security_groups_may_be_left_out(
    aws: Clients, network: dict[str, Any], service: dict[str, Any]
) -> None:
    aws("ecs").create_service(
        cluster="main",
        serviceName="open",
        taskDefinition="api",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network["subnets"]}},
    )
    seen = described(aws, "open")["networkConfiguration"]["awsvpcConfiguration"]
    assert seen == {"subnets": network["subnets"], "securityGroups": []}
