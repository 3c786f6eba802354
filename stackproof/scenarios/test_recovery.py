"""Whatever the stack: the way back from lost data is not in the way of something else."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.reasoning.recovery import Window, window
from stackproof.types import tokens

pytestmark = pytest.mark.disaster_recovery

# Types with two windows, and the properties that say when copies are made and upgrades are.
WINDOWS = {
    tokens.RDS_CLUSTER: ("preferred_backup_window", "preferred_maintenance_window"),
    tokens.RDS_INSTANCE: ("backup_window", "maintenance_window"),
    tokens.ELASTICACHE_REPLICATION_GROUP: ("snapshot_window", "maintenance_window"),
}


@pytest.mark.types(*WINDOWS)
def test_copies_are_not_made_during_maintenance(live: Stack) -> None:
    """No database's or cache's window for backups overlaps that for its maintenance.

    AWS delays the one for the other, and the missing backup shows when it is needed.
    """
    for type_, (copies, upgrades) in WINDOWS.items():
        for store in live.all(type_):
            first, second = (_window_of(store, path) for path in (copies, upgrades))
            if first is not None and second is not None:
                assert not first.overlaps(second), f"{store.name}: {store[copies]}"


def _window_of(store: Resource, path: str) -> Window | None:
    text = store.text(path)
    return window(text) if text else None
