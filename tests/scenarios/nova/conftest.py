"""Fixtures of the highly available web system's scenarios."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stackproof.model import Block, Resource, Stack, types
from stackproof.outputs import Outputs
from stackproof.reasoning.iam import Statement, statements
from tests.scenarios.conftest import Named

Said = Callable[[Resource], list[Statement]]
Subnets = Callable[[str], list[Resource]]


@pytest.fixture(scope="session")
def group(named: Named) -> Resource:
    """Give the Auto Scaling group of the web tier."""
    return named("web_autoscaling_group_name", types.AUTOSCALING_GROUP)


@pytest.fixture(scope="session")
def template(group: Resource, live: Stack) -> Resource:
    """Give the launch template that the group starts instances from."""
    (found,) = live.follow(group, "launch_template.id", types.LAUNCH_TEMPLATE)
    return found


@pytest.fixture(scope="session")
def service(named: Named) -> Resource:
    """Give the Fargate service."""
    return named("api_service_arn", types.ECS_SERVICE)


@pytest.fixture(scope="session")
def alb(named: Named) -> Resource:
    """Give the load balancer."""
    return named("alb_arn", types.LB)


@pytest.fixture(scope="session")
def database(named: Named) -> Resource:
    """Give the MySQL instance."""
    return named("database_arn", types.RDS_INSTANCE)


@pytest.fixture(scope="session")
def pipeline(named: Named) -> Resource:
    """Give the delivery pipeline."""
    return named("pipeline_arn", types.CODEPIPELINE)


@pytest.fixture(scope="session")
def backup_rule(named: Named) -> Block:
    """Give the one rule of the backup plan."""
    (rule,) = named("backup_plan_arn", types.BACKUP_PLAN).blocks("rules")
    return rule


@pytest.fixture(scope="session")
def subnets(outputs: Outputs, live: Stack) -> Subnets:
    """Give the subnets of a tier, in the order of the outputs."""

    def of(tier: str) -> list[Resource]:
        found = [live.look_up(id_, types.SUBNET) for id_ in outputs.list(f"{tier}_subnet_ids")]
        assert None not in found, f"AWS does not have all {tier} subnets of the outputs"
        return [subnet for subnet in found if subnet is not None]

    return of


@pytest.fixture(scope="session")
def said(live: Stack) -> Said:
    """Give all that the policies of a role say, which are inline ones only."""

    def of(role: Resource) -> list[Statement]:
        assert not role["managed_policy_arns"], f"{role.name} has a managed policy"
        return [
            statement
            for policy in live.all(types.IAM_ROLE_POLICY)
            if policy["role"] == role["name"]
            for statement in statements(policy.document("policy"))
        ]

    return of
