"""Fixtures of the highly available web system's scenarios."""

from __future__ import annotations

import pytest

from stackproof.model import Block, Resource, Stack
from stackproof.types import tokens
from tests.scenarios.conftest import Named


@pytest.fixture(scope="session")
def group(named: Named) -> Resource:
    """Give the Auto Scaling group of the web tier."""
    return named("web_autoscaling_group_name", tokens.AUTOSCALING_GROUP)


@pytest.fixture(scope="session")
def template(group: Resource, live: Stack) -> Resource:
    """Give the launch template that the group starts instances from."""
    (found,) = live.follow(group, "launch_template.id", tokens.LAUNCH_TEMPLATE)
    return found


@pytest.fixture(scope="session")
def service(named: Named) -> Resource:
    """Give the Fargate service."""
    return named("api_service_arn", tokens.ECS_SERVICE)


@pytest.fixture(scope="session")
def alb(named: Named) -> Resource:
    """Give the load balancer."""
    return named("alb_arn", tokens.LB)


@pytest.fixture(scope="session")
def database(named: Named) -> Resource:
    """Give the MySQL instance."""
    return named("database_arn", tokens.RDS_INSTANCE)


@pytest.fixture(scope="session")
def pipeline(named: Named) -> Resource:
    """Give the delivery pipeline."""
    return named("pipeline_arn", tokens.CODEPIPELINE)


@pytest.fixture(scope="session")
def backup_rule(named: Named) -> Block:
    """Give the backup plan's rule that runs the most often, whatever others there are."""
    rules = list(named("backup_plan_arn", tokens.BACKUP_PLAN).blocks("rules"))
    assert rules
    return max(rules, key=_days_left_open)


def _days_left_open(rule: Block) -> int:
    """Count the fields of a schedule's days, months and years that name none in particular."""
    fields = str(rule["schedule"]).removeprefix("cron(").removesuffix(")").split()[2:]
    return sum(field in ("*", "?") for field in fields)
