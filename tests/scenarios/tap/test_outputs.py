"""The base platform's outputs are complete: other stacks are built on them."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("tap")]


@pytest.mark.requirement("2.7")
def test_every_subnet_is_in_the_outputs(outputs: Outputs, live: Stack) -> None:
    """The outputs name every subnet of the VPC, each in one tier.

    A subnet that is missing there is never used; one in two lists is used for the wrong thing.
    """
    public, private = outputs.list("public_subnet_ids"), outputs.list("private_subnet_ids")
    assert {subnet.id for subnet in live.all(tokens.SUBNET)} == {*public, *private}
    assert not set(public) & set(private)


@pytest.mark.requirement("2.7")
def test_every_group_bucket_and_log_group_is_in_the_outputs(outputs: Outputs, live: Stack) -> None:
    """The outputs name every security group, bucket and log group by what it is for.

    Stacks that are built on this one find them by these words.
    """
    assert outputs["security_group_ids"].keys() == {"web", "app", "db", "ssh"}
    copied = outputs.settings["enable_cross_region_replication"]
    assert outputs["s3_bucket_names"].keys() == {"data", "logs"} | ({"backup"} if copied else set())
    assert outputs["cloudwatch_log_groups"].keys() == {"application", "infrastructure"}
    for name, type_ in (
        ("security_group_ids", tokens.SECURITY_GROUP),
        ("s3_bucket_names", tokens.S3_BUCKET),
        ("cloudwatch_log_groups", tokens.LOG_GROUP),
    ):
        assert {resource.id for resource in live.all(type_)} == set(outputs.list(name)), name
