"""Naming: what the state names in another account is not this stack's to look for."""

from __future__ import annotations

from stackproof.model import Resource, Sight, Stack
from stackproof.parity.naming import named
from stackproof.sights.state import State
from stackproof.types.tokens import KMS_KEY

HERE, ABROAD = "123456789012", "999999999999"


def test_what_the_state_has_in_another_account_is_foreign() -> None:
    keys = [
        Resource({}, type=KMS_KEY, name=owner, id=owner, account=owner) for owner in (HERE, ABROAD)
    ]
    found = named(State(Stack(keys, Sight.STATE)), (), (), HERE)
    assert [one.foreign for one in found] == ["", f"it is of account {ABROAD}"]


def test_a_state_by_itself_has_nothing_abroad() -> None:
    keys = [
        Resource({}, type=KMS_KEY, name=owner, id=owner, account=owner) for owner in (HERE, ABROAD)
    ]
    found = named(State(Stack(keys, Sight.STATE)), (), (), None)
    assert [one.foreign for one in found] == ["", ""]
