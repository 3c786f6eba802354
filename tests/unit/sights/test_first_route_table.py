"""The main route table that came with a VPC stays AWS's own when a program's takes its place."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Sight, Stack
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    ROUTE_TABLE,
    VPC,
)

OLD, NEW = "rtb-01d", "rtb-0e3"


def shown_as(table: str, *held: Resource, tags: dict[str, str] | None = None) -> str:
    """Give the type as which a table without associations is shown, by what a state holds."""
    scope = Scope("eu-west-1", "123456789012", "aws", (), {}, state=Stack(held, Sight.STATE))
    reader = next(reader for reader in readers() if ROUTE_TABLE in reader.types)
    pairs = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    item = {"RouteTableId": table, "VpcId": "vpc-1", "Tags": pairs}
    return next(iter(reader.build(item, {}, scope))).type


def held(type_: str, id_: str, **data: Any) -> Resource:
    return Resource(data, type=type_, name=id_, id=id_)


@pytest.mark.parametrize(
    "names",
    [
        held(MAIN_ROUTE_TABLE_ASSOCIATION, "rtbassoc-1", original_route_table_id=OLD),
        held(VPC, "vpc-1", default_route_table_id=OLD),
    ],
    ids=["association", "vpc"],
)
def test_table_that_the_state_says_came_first_is_awss_own(names: Resource) -> None:
    assert shown_as(OLD, names) == DEFAULT_ROUTE_TABLE
    assert shown_as("rtb-0aa", names) == ROUTE_TABLE
    assert shown_as(OLD, names, tags={"Owner": "us"}) == ROUTE_TABLE


def test_programs_own_table_is_no_first_one_though_the_vpc_names_it_since() -> None:
    vpc = held(VPC, "vpc-1", default_route_table_id=NEW)
    assert shown_as(NEW, vpc, held(ROUTE_TABLE, NEW)) == ROUTE_TABLE
