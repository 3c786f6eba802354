"""Fixtures that the scenarios of all blueprints share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs

Named = Callable[[str, str], Resource]


@pytest.fixture(scope="session")
def named(outputs: Outputs, live: Stack) -> Named:
    """Give the live resource of a type that an output names by its id, ARN or name."""

    def find(output: str, type_: str) -> Resource:
        found = live.look_up(str(outputs[output]), type_)
        assert found is not None, f"{output} names {outputs[output]}, which AWS does not have"
        return found

    return find
