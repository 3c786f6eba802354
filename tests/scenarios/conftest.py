"""Fixtures that the scenarios of all blueprints share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.probing import Probing
from stackproof.reasoning.access import Statement, statements
from stackproof.reasoning.alarms import Signal, rings
from stackproof.scenarios.conftest import deployed, environments
from stackproof.scenarios.deployed import Deployed
from stackproof.types import tokens
from tests.scenarios.troubles import Trouble

__all__ = ["Deployed", "deployed", "environments"]

Health = Callable[[str], list[str]]
Heard = Callable[[Trouble, dict[str, str]], bool]
KeyOf = Callable[[Resource, str], str | None]
Named = Callable[[str, str], Resource]
RoleStatements = Callable[[Resource], list[Statement]]
Subnets = Callable[[str], list[Resource]]

# Whoever is on call hears of trouble within this time.
SOON = timedelta(minutes=5)


@pytest.fixture(scope="session")
def named(outputs: Outputs, live: Stack) -> Named:
    """Give the live resource of a type that an output names by its id, ARN or name."""

    def find(output: str, type_: str) -> Resource:
        found = live.look_up(str(outputs[output]), type_)
        assert found is not None, f"{output} names {outputs[output]}, which AWS does not have"
        return found

    return find


@pytest.fixture(scope="session")
def subnets(outputs: Outputs, live: Stack) -> Subnets:
    """Give the subnets of a tier, in the order of the outputs."""

    def of(tier: str) -> list[Resource]:
        found = [live.look_up(id_, tokens.SUBNET) for id_ in outputs.list(f"{tier}_subnet_ids")]
        assert None not in found, f"AWS does not have all {tier} subnets of the outputs"
        return [subnet for subnet in found if subnet is not None]

    return of


@pytest.fixture(scope="session")
def key_of(live: Stack) -> KeyOf:
    """Give the ARN of the key that a property names, or what else stands there."""

    def key(resource: Resource, path: str) -> str | None:
        value = resource.text(path)
        found = live.look_up(value, tokens.KMS_KEY) if value else None
        return value if found is None else found.arn

    return key


@pytest.fixture(scope="session")
def health(aws: Callable[..., Any], probe: Probing) -> Health:
    """Give the states of a target group's targets, by its ARN, once one of them is healthy.

    Else those at the end of the time that a new target may need.
    """

    def of(target_group_arn: str) -> list[str]:
        def states() -> list[str]:
            answer = aws("elbv2").describe_target_health(TargetGroupArn=target_group_arn)
            return [told["TargetHealth"]["State"] for told in answer["TargetHealthDescriptions"]]

        return probe("target health", states, lambda found: "healthy" in found)

    return of


@pytest.fixture(scope="session")
def role_statements(live: Stack) -> RoleStatements:
    """Give all that the policies of a role say, which must be inline ones only."""

    def of(role: Resource) -> list[Statement]:
        assert not role["managed_policy_arns"], f"{role.name} has a managed policy"
        attached = {a["role"] for a in live.all(tokens.IAM_ROLE_POLICY_ATTACHMENT)}
        assert role["name"] not in attached, f"{role.name} has a managed policy"
        policies = [p for p in live.all(tokens.IAM_ROLE_POLICY) if p["role"] == role["name"]]
        assert policies, f"{role.name} has no policy"
        return [item for policy in policies for item in statements(policy.document("policy"))]

    return of


@pytest.fixture(scope="session")
def heard(outputs: Outputs, live: Stack) -> Heard:
    """Tell whether the topic's people hear of a trouble, by its dimensions, and of nothing less."""

    def told(of: Trouble, dimensions: dict[str, str]) -> bool:
        read = Signal(of.namespace, of.metric, of.statistic, dimensions)
        topic = outputs["alerts_topic_arn"]
        return rings(live, read, at=of.bad, quiet_at=of.good, deadline=SOON, telling=topic)

    return told
