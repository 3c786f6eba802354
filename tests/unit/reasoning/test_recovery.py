"""Windows, and what a loss costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.reasoning.recovery import (
    DAY,
    WEEK,
    Window,
    aurora_data_loss,
    aurora_zone_loss,
    redis_data_loss,
    window,
)

daily = st.builds(Window, st.integers(0, DAY - 1), st.integers(1, DAY - 1), st.just(DAY))
weekly = st.builds(Window, st.integers(0, WEEK - 1), st.integers(1, WEEK - 1), st.just(WEEK))
windows = st.one_of(daily, weekly)


def minutes(of: Window) -> set[int]:
    starts = [of.start + day * DAY for day in range(7)] if of.period == DAY else [of.start]
    return {(start + minute) % WEEK for start in starts for minute in range(of.minutes)}


def test_a_daily_window_is_read_in_minutes_of_the_day() -> None:
    assert window("03:00-04:30") == Window(180, 90, DAY)


def test_a_weekly_window_is_read_in_minutes_since_monday() -> None:
    assert window("tue:01:00-tue:02:00") == Window(DAY + 60, 60, WEEK)


def test_windows_may_run_over_midnight_and_into_the_next_week() -> None:
    assert window("23:30-00:30") == Window(23 * 60 + 30, 60, DAY)
    assert window("Sun:23:30-Mon:00:30") == Window(WEEK - 30, 60, WEEK)


@pytest.mark.parametrize(
    "text", ["", "3 am", "24:00-01:00", "03:60-04:00", "sun:03:00-04:00", "03:00-03:00"]
)
def test_what_is_no_window_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not hh:mm|has no length") as error:
        window(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("backup", "maintenance", "overlap"),
    [
        ("03:00-04:00", "sun:03:30-sun:04:30", True),
        ("03:00-04:00", "sun:04:00-sun:05:00", False),
        ("03:00-04:00", "sun:02:00-sun:03:00", False),
        ("00:00-00:30", "sun:23:30-mon:00:30", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("12:00-12:30", "sat:00:00-mon:00:00", True),
    ],
)
def test_windows_overlap_when_they_share_a_minute_of_the_week(
    backup: str, maintenance: str, overlap: bool
) -> None:
    assert window(backup).overlaps(window(maintenance)) is overlap


@given(windows, windows)
def test_overlap_is_what_counting_minutes_finds(window_: Window, other: Window) -> None:
    shared = bool(minutes(window_) & minutes(other))
    assert window_.overlaps(other) is shared
    assert other.overlaps(window_) is shared


@given(windows)
def test_every_window_overlaps_itself(window_: Window) -> None:
    assert window_.overlaps(window_)


def test_a_reader_elsewhere_makes_the_loss_of_a_zone_short() -> None:
    alone, spread = aurora_zone_loss(1), aurora_zone_loss(2)
    assert alone.rpo == spread.rpo == timedelta(0)
    assert alone.rto is not None
    assert spread.rto is not None
    assert spread.rto < alone.rto


def test_without_backups_lost_data_is_lost() -> None:
    assert aurora_data_loss(0).rpo is None
    assert redis_data_loss(0).rpo is None


def test_backups_bound_what_is_lost() -> None:
    assert aurora_data_loss(1).rpo == timedelta(minutes=5)
    assert redis_data_loss(7).rpo == timedelta(days=1)
