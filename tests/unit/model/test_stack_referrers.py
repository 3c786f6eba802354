"""What a property points to is never guessed from a part of what it names."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.types.tokens import RDS_SUBNET_GROUP, SUBNET

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
A = Resource({}, type=SUBNET, name="a", urn="urn:a", id="subnet-a")
B = Resource({}, type=SUBNET, name="b", urn="urn:b", id="subnet-b")


def group(subnet_ids: Any, *urns: str) -> Resource:
    references = {"subnet_ids": urns} if urns else {}
    return Resource(
        {"subnet_ids": subnet_ids}, type=RDS_SUBNET_GROUP, name="g", references=references
    )


def followed(holder: Resource) -> set[str]:
    stack = Stack([A, B, holder], Sight.DECLARED)
    return {resource.name for resource in stack.follow(holder, "subnet_ids", SUBNET)}


def test_hidden_values_are_found_through_their_dependencies() -> None:
    assert followed(group([HIDDEN, HIDDEN], "urn:a", "urn:b")) == {"a", "b"}
    assert followed(group(HIDDEN, "urn:a", "urn:b")) == {"a", "b"}


def test_known_and_hidden_values_are_told_apart() -> None:
    assert followed(group(["subnet-a", HIDDEN], "urn:b")) == {"a", "b"}


@pytest.mark.parametrize(
    "holder",
    [
        group([HIDDEN, HIDDEN], "urn:a"),
        group(["subnet-elsewhere", HIDDEN], "urn:a"),
        group(["subnet-a", HIDDEN], "urn:a"),
        group(["subnet-a", "subnet-elsewhere"]),
        group([HIDDEN]),
    ],
    ids=["fewer", "elsewhere-and-hidden", "the-known-one-again", "elsewhere", "no-dependency"],
)
def test_value_that_may_point_out_of_the_stack_is_unresolved(holder: Resource) -> None:
    with pytest.raises(UnresolvedError):
        followed(holder)


def test_property_that_hides_where_it_points_is_hidden() -> None:
    stack = Stack([A, group(HIDDEN)], Sight.DECLARED)
    assert stack.hidden_referrer(RDS_SUBNET_GROUP, "subnet_ids") == HIDDEN.at("g.subnet_ids")


def test_property_whose_dependencies_are_known_is_not_hidden() -> None:
    stack = Stack([A, group(HIDDEN, "urn:a"), group(["subnet-b"])], Sight.DECLARED)
    assert stack.hidden_referrer(RDS_SUBNET_GROUP, "subnet_ids") is None


def test_looking_up_tells_what_is_not_there_from_what_is_not_seen() -> None:
    key, cluster = "aws:kms/key:Key", "aws:rds/cluster:Cluster"
    denied = Unknown(Cause.ACCESS_DENIED, detail="rds:DescribeDBClusters")
    there = Resource({}, type=cluster, name="db", id="db-1")
    stack = Stack([there], Sight.LIVE, {cluster: denied})
    assert stack.look_up("db-1", cluster) is there
    assert stack.look_up("k-1", key) is None
    with pytest.raises(UnresolvedError) as unresolved:
        stack.look_up("db-2", cluster)
    assert unresolved.value.unknown == denied
