"""Controls name every type of neighbour that they look at, so that sights can fetch only those."""

from __future__ import annotations

from stackproof.model import Control
from stackproof.own.proving import examples_of, narrow
from tests.unit.variants import controls


@controls()
def test_control_asks_for_no_type_that_it_does_not_name(control: Control) -> None:
    assert list(narrow(control, examples_of(control))) == []
