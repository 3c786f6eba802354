"""Fixtures of the payment platform's scenarios."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import SCALEPAYMENTS, SERVICES, Expected


@pytest.fixture(scope="session")
def expected(outputs: Outputs) -> Expected:
    """Give the numbers that the deployed environment must have."""
    return SCALEPAYMENTS[outputs["environment"]]


@pytest.fixture(scope="session")
def database(named: Named) -> Resource:
    """Give the Aurora cluster."""
    return named("database_cluster_identifier", tokens.RDS_CLUSTER)


@pytest.fixture(scope="session")
def instances(database: Resource, live: Stack) -> tuple[Resource, ...]:
    """Give the Aurora cluster's instances."""
    return live.seen_referrers(database, tokens.RDS_CLUSTER_INSTANCE, "cluster_identifier")


@pytest.fixture(scope="session")
def redis(named: Named) -> Resource:
    """Give the Redis replication group."""
    return named("redis_replication_group_id", tokens.ELASTICACHE_REPLICATION_GROUP)


@pytest.fixture(scope="session")
def alb(named: Named) -> Resource:
    """Give the load balancer."""
    return named("alb_arn", tokens.LB)


@pytest.fixture(params=SERVICES)
def service_name(request: pytest.FixtureRequest) -> str:
    """Give each of the platform's services by its short name."""
    return str(request.param)


@pytest.fixture
def service(service_name: str, named: Named) -> Resource:
    """Give each of the platform's ECS services."""
    return named(f"{service_name}_service_arn", tokens.ECS_SERVICE)


@pytest.fixture
def task(service: Resource, live: Stack) -> Resource:
    """Give the task definition that each service runs."""
    found = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    assert found is not None
    return found


@pytest.fixture
def container(task: Resource, service_name: str) -> dict[str, Any]:
    """Give the container of each service's tasks that is the service, whatever stands beside it."""
    document: list[dict[str, Any]] = task.document("container_definitions")
    found = [container for container in document if container["name"] == service_name]
    assert found, f"no container of {task.name} is called {service_name}"
    return found[0]
