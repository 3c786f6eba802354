"""Zones count when they are seen; those that are hidden matter only when too few are."""

from __future__ import annotations

import pytest

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.reasoning.availability import zone, zones
from stackproof.types.tokens import SUBNET

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def subnet(in_zone: object) -> Resource:
    return Resource({"availability_zone": in_zone}, type=SUBNET, name="app")


def test_subnets_of_one_zone_count_once() -> None:
    assert zones([subnet("us-east-1a"), subnet("us-east-1a")]) == {"us-east-1a"}


def test_hidden_zone_does_not_matter_when_enough_are_seen() -> None:
    seen = [subnet("us-east-1a"), subnet(HIDDEN), subnet("us-east-1b")]
    assert len(zones(seen, enough=2)) == 2


def test_hidden_zone_leaves_too_few_unresolved() -> None:
    with pytest.raises(UnresolvedError):
        zones([subnet("us-east-1a"), subnet(HIDDEN)], enough=2)


def test_zone_left_to_aws_is_unresolved() -> None:
    with pytest.raises(UnresolvedError, match=r"app\.availability_zone"):
        zone(subnet(None))


def test_zone_id_stands_for_the_zone() -> None:
    by_id = Resource({"availability_zone_id": "use1-az1"}, type=SUBNET, name="app")
    assert zone(by_id) == "use1-az1"
