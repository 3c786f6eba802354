"""What can be lost and how long it takes to be back, from the settings of data stores.

The times are those that AWS states for the service; what depends on the amount of data is `None`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(f"{_TIME}-{_TIME}")
_WEEKLY = re.compile(f"({'|'.join(_DAYS)}):{_TIME}-({'|'.join(_DAYS)}):{_TIME}")


@dataclass(frozen=True, slots=True)
class Window:
    """A span of UTC time that comes back every `period` minutes (a day, or a week from Monday)."""

    start: int
    minutes: int
    period: int

    def overlaps(self, other: Window) -> bool:
        """Tell whether the windows share a minute in any week; touching ends share none."""
        return any(
            (theirs - ours) % WEEK < self.minutes or (ours - theirs) % WEEK < other.minutes
            for ours in self._starts()
            for theirs in other._starts()
        )

    def _starts(self) -> range:
        return range(self.start, WEEK if self.period == DAY else self.start + 1, self.period)


def window(text: str) -> Window:
    """Read AWS's `hh:mm-hh:mm` (every day) or `ddd:hh:mm-ddd:hh:mm` (every week), in UTC.

    A window may run over midnight or from Sunday into Monday. Raises ValueError when the text is
    neither, or the window has no length.
    """
    if found := _DAILY.fullmatch(text.strip().lower()):
        hour, minute, to_hour, to_minute = map(int, found.groups())
        start, end, period = hour * 60 + minute, to_hour * 60 + to_minute, DAY
    elif found := _WEEKLY.fullmatch(text.strip().lower()):
        day, at, past, to_day, to_at, to_past = found.groups()
        start = _DAYS.index(day) * DAY + int(at) * 60 + int(past)
        end = _DAYS.index(to_day) * DAY + int(to_at) * 60 + int(to_past)
        period = WEEK
    else:
        raise ValueError(f"{text!r} is not hh:mm-hh:mm or ddd:hh:mm-ddd:hh:mm")
    if start == end:
        raise ValueError(f"{text!r} has no length")
    return Window(start, (end - start) % period, period)


@dataclass(frozen=True, slots=True)
class Recovery:
    """How much work is lost (`rpo`) and how long the outage lasts (`rto`); `None` is no bound."""

    rpo: timedelta | None
    rto: timedelta | None


def aurora_zone_loss(zones: int) -> Recovery:
    """Tell what the loss of the writer's zone costs an Aurora cluster with instances in `zones`.

    Storage is copied to three zones, so nothing is lost. Source: Amazon Aurora User Guide, "High
    availability for Amazon Aurora": typically under 60 s with a replica, under 10 min without.
    """
    return Recovery(timedelta(0), timedelta(minutes=1 if zones >= 2 else 10))


def aurora_data_loss(backup_days: float) -> Recovery:
    """Tell what deleted or damaged data costs an Aurora cluster.

    Source: Amazon Aurora User Guide, "Backing up and restoring": with backups, a restore reaches
    any point up to the last five minutes; its time depends on the amount of data.
    """
    return Recovery(timedelta(minutes=5) if backup_days >= 1 else None, None)


def redis_data_loss(snapshot_days: float) -> Recovery:
    """Tell what deleted data costs a Redis replication group: snapshots are taken once a day."""
    return Recovery(timedelta(days=1) if snapshot_days >= 1 else None, None)
