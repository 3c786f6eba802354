"""What isn't the stack's: found by who points to it, and neither counted nor judged."""

from __future__ import annotations

import pytest

from stackproof.controls import judge
from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.types.tokens import SUBNET, VPC

OWN = Resource({"vpc_id": "vpc-1"}, type=SUBNET, name="own", id="subnet-1")
THEIRS = Resource({"vpc_id": "vpc-1"}, type=SUBNET, name="theirs", id="subnet-2")
NETWORK = Resource({}, type=VPC, name="network", id="vpc-1")


def stack(gaps: dict[str, Unknown] | None = None) -> Stack:
    return Stack([OWN], Sight.LIVE, gaps, foreign=[THEIRS, NETWORK])


def test_foreign_resource_is_found_and_not_counted() -> None:
    shown = stack()
    assert shown.follow_one(OWN, "vpc_id", VPC) is NETWORK
    assert shown.look_up("subnet-2", SUBNET) is THEIRS
    assert shown.seen_referrers(NETWORK, SUBNET, "vpc_id") == (OWN, THEIRS)
    assert (len(shown), list(shown)) == (1, [OWN])
    assert shown.types == {SUBNET}


def test_all_are_the_stacks_and_around_are_the_foreign_ones_too() -> None:
    assert stack().all(SUBNET) == (OWN,)
    assert stack().around(SUBNET) == (OWN, THEIRS)
    with pytest.raises(UnresolvedError):
        stack({SUBNET: Unknown(Cause.ACCESS_DENIED)}).around(SUBNET)


def test_foreign_resource_is_not_judged() -> None:
    judged = {finding.resource.name for finding in judge(stack())}
    assert judged == {"own"}
