"""Environments of the delivery system keep to their plan, and grow from dev to prod."""

from __future__ import annotations

import re
from ipaddress import ip_network
from itertools import pairwise

import pytest

from stackproof.model import Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.cicd.expected import CICD, Expected
from tests.scenarios.conftest import Deployed, Named

pytestmark = [pytest.mark.cross_environment, pytest.mark.blueprint("cicd")]


def test_addresses_are_those_of_the_plan(
    outputs: Outputs, named: Named, expected: Expected
) -> None:
    """The VPC has the range it was told, else the planned one, and overlaps no other one's.

    Two environments that overlap can never be joined, not even for a rescue.
    """
    own = ip_network(named("vpc_id", tokens.VPC)["cidr_block"])
    assert str(own) == outputs.settings.get("vpc_cidr", expected.vpc_cidr)
    for environment, column in CICD.items():
        if environment != outputs["environment"]:
            assert not own.overlaps(ip_network(column.vpc_cidr)), environment


@pytest.mark.requirement("5.6")
def test_every_name_says_the_environment(live: Stack, outputs: Outputs) -> None:
    """The name of whatever delivers, and of whatever is delivered, says the environment.

    One glance must tell whose pipeline is red.
    """
    suffix = f"-{outputs['environment']}"
    for type_, name in (
        (tokens.CODEPIPELINE, "name"),
        (tokens.CODEBUILD_PROJECT, "name"),
        (tokens.CODEDEPLOY_GROUP, "deployment_group_name"),
        (tokens.CODECOMMIT_REPOSITORY, "repository_name"),
        (tokens.ECR_REPOSITORY, "name"),
        (tokens.ECS_CLUSTER, "name"),
        (tokens.ECS_SERVICE, "name"),
        (tokens.ECS_TASK_DEFINITION, "family"),
        (tokens.EVENT_RULE, "name"),
        (tokens.IAM_ROLE, "name"),
        (tokens.KMS_ALIAS, "name"),
        (tokens.LB, "name"),
        (tokens.LB_TARGET_GROUP, "name"),
        (tokens.METRIC_ALARM, "name"),
        (tokens.SECURITY_GROUP, "name"),
        (tokens.SNS_TOPIC, "name"),
    ):
        resources = live.all(type_)
        assert resources, type_
        for resource in resources:
            assert str(resource[name]).endswith(suffix), resource.name
    # These end in something else: an account, or what is in them.
    for type_ in (tokens.LOG_GROUP, tokens.S3_BUCKET, tokens.SSM_PARAMETER):
        resources = live.all(type_)
        assert resources, type_
        for resource in resources:
            assert re.search(rf"{suffix}(/|-\d{{12}}$|$)", resource.name), resource.name


@pytest.mark.side_by_side(same="blueprint")
def test_sizes_grow_from_dev_to_prod(environments: list[Deployed]) -> None:
    """Tasks, NAT gateways and minutes for the way back never shrink towards production.

    What was rehearsed small must be true large: the other way round hides the failure.
    """
    sizes = []
    for stack in environments:
        (target,) = stack.live.all(tokens.APPSCALING_TARGET)
        (group,) = stack.live.all(tokens.CODEDEPLOY_GROUP)
        after = group["blue_green_deployment_config"][
            "terminate_blue_instances_on_deployment_success"
        ]
        sizes.append(
            (
                int(target["min_capacity"]),
                int(target["max_capacity"]),
                len(stack.live.all(tokens.NAT_GATEWAY)),
                int(after["termination_wait_time_in_minutes"]),
            )
        )
    for smaller, larger in pairwise(sizes):
        assert all(a <= b for a, b in zip(smaller, larger, strict=True)), sizes
