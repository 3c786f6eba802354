"""Fixtures of the base platform's scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from stackproof.model import Resource, Stack, types
from stackproof.outputs import Outputs
from stackproof.reasoning.iam import Statement, statements

Subnets = Callable[[str], list[Resource]]
Said = Callable[[Resource], list[Statement]]


def _each(outputs: Outputs, name: str, type_: str, live: Stack) -> dict[str, Resource]:
    found = {use: live.look_up(key, type_) for use, key in outputs[name].items()}
    assert None not in found.values(), f"{name} names what AWS does not have: {outputs[name]}"
    return {use: resource for use, resource in found.items() if resource is not None}


@pytest.fixture(scope="session")
def groups(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the security groups by tier."""
    return _each(outputs, "security_group_ids", types.SECURITY_GROUP, live)


@pytest.fixture(scope="session")
def buckets(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the buckets by what they are for."""
    return _each(outputs, "s3_bucket_names", types.S3_BUCKET, live)


@pytest.fixture(scope="session")
def log_groups(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the log groups by what writes to them."""
    return _each(outputs, "cloudwatch_log_groups", types.LOG_GROUP, live)


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
    """Give all that a role's own policies say; it must have no others."""

    def of(role: Resource) -> list[Statement]:
        assert not role["managed_policy_arns"], "a managed policy says more than can be read here"
        return [
            statement
            for policy in live.all(types.IAM_ROLE_POLICY)
            if policy["role"] == role["name"]
            for statement in statements(policy.document("policy"))
        ]

    return of
