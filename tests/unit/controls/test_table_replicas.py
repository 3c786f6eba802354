"""Live, a table doesn't tell how its replicas recover: the tables that they are do."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Cause, Fail, Finding, Pass, Resource, Stack, Unknown
from stackproof.model.stack import Sight
from stackproof.types.tokens import DYNAMODB_TABLE

GOOD = {"deletion_protection_enabled": True, "point_in_time_recovery": {"enabled": True}}
RECOVERY = ("dynamodb-deletion-protection", "dynamodb-point-in-time-recovery")


def table(region: str, other: str, properties: dict[str, Any]) -> Resource:
    elsewhere = Unknown(Cause.UNREADABLE)
    replica = {"region_name": other, **dict.fromkeys(GOOD, elsewhere)}
    return Resource(
        data={"name": "orders", "replicas": [replica], **properties},
        type=DYNAMODB_TABLE,
        name=f"orders-{region}",
        arn=f"arn:aws:dynamodb:{region}:123456789012:table/orders",
        account="123456789012",
        region=region,
    )


def outcomes(*tables: Resource) -> dict[tuple[str, str], type]:
    findings: list[Finding] = [
        f for f in judge(Stack(tables, Sight.LIVE)) if f.control.id in RECOVERY
    ]
    return {(f.control.id, f.resource.name): type(f.outcome) for f in findings}


@pytest.mark.parametrize("control", RECOVERY)
def test_a_replica_that_is_seen_is_judged_as_the_table_that_it_is(control: str) -> None:
    here = table("us-east-1", "eu-west-1", GOOD)
    assert outcomes(here)[control, here.name] is Unknown
    for properties, expected in ((GOOD, Pass), ({}, Fail)):
        there = table("eu-west-1", "us-east-1", properties)
        found = outcomes(here, there)
        assert found[control, here.name] is Pass
        assert found[control, there.name] is expected
