"""Fixtures of the base platform's scenarios."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens

# The bucket that is there only where the data is copied to another region.
BACKUP = pytest.param("backup", marks=pytest.mark.settings(enable_cross_region_replication=True))


def _each(outputs: Outputs, name: str, type_: str, live: Stack) -> dict[str, Resource]:
    found = {use: live.look_up(key, type_) for use, key in outputs[name].items()}
    assert None not in found.values(), f"{name} names what AWS does not have: {outputs[name]}"
    return {use: resource for use, resource in found.items() if resource is not None}


@pytest.fixture(scope="session")
def groups(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the security groups by tier."""
    return _each(outputs, "security_group_ids", tokens.SECURITY_GROUP, live)


@pytest.fixture(scope="session")
def buckets(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the buckets by what they are for."""
    return _each(outputs, "s3_bucket_names", tokens.S3_BUCKET, live)


@pytest.fixture(scope="session")
def flow_log(outputs: Outputs, log_groups: Mapping[str, Resource], live: Stack) -> Resource:
    """Give the VPC's flow log that writes to the infrastructure log group."""
    group = str(log_groups["infrastructure"].arn).removesuffix(":*")
    found = [
        log
        for log in live.all(tokens.FLOW_LOG)
        if log["vpc_id"] == outputs["vpc_id"]
        and str(log["log_destination"]).removesuffix(":*") == group
    ]
    assert found, "no flow log of the VPC writes to the infrastructure log group"
    return found[0]


@pytest.fixture(scope="session")
def log_groups(outputs: Outputs, live: Stack) -> Mapping[str, Resource]:
    """Give the log groups by what writes to them."""
    return _each(outputs, "cloudwatch_log_groups", tokens.LOG_GROUP, live)
