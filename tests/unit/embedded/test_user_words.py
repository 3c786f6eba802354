"""Maps whose keys are the user's own words cross the wire as they are."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from stackproof.embedded.creators import creators
from stackproof.embedded.tagging import python_module
from stackproof.types.names import FREE_FORM, from_wire, to_snake, to_wire

_MAP = re.compile(r"^ {17}(\w+): .*Mapping\[str, ", re.MULTILINE)
# Maps whose keys are AWS's: "authenticated" and "unauthenticated".
_FIXED = {"roles"}


def _source(type_: str) -> str:
    module, _, name = type_.split(":")[1].partition("/")
    found = find_spec("pulumi_aws")
    assert found is not None
    (folder,) = found.submodule_search_locations or ("",)
    path = Path(folder, python_module(module), f"{to_snake(name)}.py")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("type_", sorted(creators()))
def test_maps_of_the_user_are_never_translated(type_: str) -> None:
    assert set(_MAP.findall(_source(type_))) - FREE_FORM - _FIXED == set()


def test_tags_of_volumes_and_metadata_of_objects_keep_their_keys() -> None:
    wire = {"volumeTags": {"costCenter": "a"}, "metadata": {"buildNumber": "7"}}
    assert to_wire(from_wire(wire)) == wire
    assert from_wire(wire)["volume_tags"] == {"costCenter": "a"}
