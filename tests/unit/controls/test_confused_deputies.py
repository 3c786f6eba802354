"""Services are asked for whom they act only where they tell it."""

from __future__ import annotations

from stackproof.controls.confused_deputies import WRITTEN
from stackproof.reasoning.permissions.context import Source
from tests.unit.reasoning.permissions.test_table import rows

SILENT = Source(None, account=False)


def test_service_that_does_not_tell_is_not_asked() -> None:
    asked = {(one.type, f"{service}.amazonaws.com") for one in WRITTEN for service in one.pages}
    silent = {(row.on, row.service) for row in rows() if row.service and row.source == SILENT}
    assert silent
    assert asked & silent == set()
