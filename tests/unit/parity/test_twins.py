"""Whatever a state calls things, they are looked up, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource
from stackproof.parity.twins import Reach, Twins
from stackproof.types import tokens as t

NOBODYS = Reach(readable=frozenset(), covered=frozenset())


@pytest.mark.parametrize("value", [[], ["a"], {"a": 1}, 1, None])
@pytest.mark.parametrize(
    ("type_", "name"), [(t.S3_BUCKET, ""), (t.KEY_PAIR, "key_pair_id"), (t.KEY_PAIR, "")]
)
def test_what_is_no_id_names_nothing(type_: str, name: str, value: Any) -> None:
    resource = Resource({name: value}, type_, "b", id="b")
    assert Twins([resource], NOBODYS).resources == (resource,)
