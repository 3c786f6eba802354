"""What day it is, asked in one place, so that a test can stop the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

# By more than this no two machines differ whose clocks are set.
_APART: Final = timedelta(days=1)


def today() -> date:
    """Give the day in UTC: every machine must agree, wherever it stands."""
    return datetime.now(UTC).date()


def now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)


def is_to_come(moment: str) -> bool:
    """Tell whether a time in ISO 8601 is later than any clock that is set can say."""
    return datetime.fromisoformat(moment) - _APART > now()
