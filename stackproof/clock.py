"""What day it is, asked in one place, so that a test can stop the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Give the day in UTC: every machine must agree, wherever it stands."""
    return datetime.now(UTC).date()


def now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)
