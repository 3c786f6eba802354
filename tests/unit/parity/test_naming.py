"""Naming: what the state names in another account is not this stack's to look for."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Sight, Stack
from stackproof.parity.naming import Source, named
from stackproof.sights.state import State
from stackproof.types.tokens import KMS_KEY, LB

DOCDB = "aws:docdb/cluster:Cluster"
HERE, ABROAD = "123456789012", "999999999999"


def test_what_the_state_has_in_another_account_is_the_stacks_and_not_seen() -> None:
    keys = [
        Resource({}, type=KMS_KEY, name=owner, id=owner, account=owner) for owner in (HERE, ABROAD)
    ]
    found = named(State(Stack(keys, Sight.STATE)), (), (), HERE)
    assert [one.foreign for one in found] == ["", ""]
    mine, theirs = (one.unseen for one in found)
    assert mine is None
    assert f"it is of account {ABROAD}" in str(theirs)
    looked_up = named(State(Stack((), Sight.STATE, foreign=keys)), (), (), HERE)
    assert [one.unseen for one in looked_up] == [None, None]


def test_a_state_by_itself_has_nothing_abroad() -> None:
    keys = [
        Resource({}, type=KMS_KEY, name=owner, id=owner, account=owner) for owner in (HERE, ABROAD)
    ]
    found = named(State(Stack(keys, Sight.STATE)), (), (), None)
    assert [one.foreign for one in found] == ["", ""]


@pytest.mark.parametrize(
    ("resource", "output"),
    [
        (
            Resource({"dns_name": "Web-1.us-east-1.elb.amazonaws.com"}, type=LB, name="web"),
            "http://web-1.us-east-1.elb.amazonaws.com/health",
        ),
        (
            Resource({"endpoint": "docs.cluster-a.us-east-1.docdb.amazonaws.com"}, type=DOCDB),
            "docs.cluster-a.us-east-1.docdb.amazonaws.com:27017",
        ),
        (Resource({}, type="aws:ec2/vpnGateway:VpnGateway", id="vgw-1a2b3c4d"), "vgw-1a2b3c4d"),
    ],
)
def test_what_state_and_outputs_both_name_is_named_once(resource: Resource, output: str) -> None:
    state = State(Stack([resource], Sight.STATE))
    assert [one.source for one in named(state, [output], (), HERE)] == [Source.STATE]
    assert [one.source for one in named(None, [output], (), HERE)] == [Source.OUTPUTS]
