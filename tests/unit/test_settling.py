"""Settling: read until nothing is open, never taking for mended what is out of sight."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stackproof import settling
from stackproof.settling import Settling, told


@dataclass(frozen=True)
class Seen:
    """What a reading saw, and what of it did not hold."""

    shown: frozenset[str]
    open: tuple[str, ...] = ()


def seen(shown: str, *still_open: str) -> Seen:
    return Seen(frozenset(shown), still_open)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "pause", lambda readings: 0.0)


def of(*readings: Seen) -> Settling[Seen]:
    """Give the settling of a stack that is seen so, one reading after the other; then the last."""
    left = [*readings]
    return Settling(
        lambda before: left.pop(0) if len(left) > 1 else left[0],
        lambda found: found.open,
        lambda found: found.shown,
    )


def test_good_stack_is_read_once() -> None:
    settling = of(seen("ab"), seen("ab", "b"))
    assert settling.wait(60) == seen("ab")
    assert len(settling.looks) == 1
    assert told(settling.looks) == []


def test_without_time_a_bad_stack_is_read_once() -> None:
    settling = of(seen("ab", "b"), seen("ab"))
    assert settling.wait(0) == seen("ab", "b")
    assert len(settling.looks) == 1


def test_what_shows_late_is_waited_for_and_told() -> None:
    settling = of(seen("a", "b is missing"), seen("a", "b is missing"), seen("ab"))
    assert settling.wait(60) == seen("ab")
    assert [look.open for look in settling.looks] == [("b is missing",)] * 2 + [()]
    (said,) = told(settling.looks)
    assert said.startswith("read 3 times in ")
    assert "did not hold at first: b is missing" in said


def test_stable_failure_stays_one() -> None:
    settling = of(seen("ab", "b is open"))
    assert settling.wait(0.05) == seen("ab", "b is open")
    assert len(settling.looks) > 1
    (said,) = told(settling.looks)
    assert "1 still did not hold when the time was up" in said
    assert "at first" not in said


def test_failure_that_is_out_of_sight_once_is_not_mended() -> None:
    """A listing that leaves the bad thing out for a moment would make the stack look good."""
    bad = seen("ab", "b is open")
    settling = of(bad, seen("a"), bad)
    assert settling.wait(0.05) == bad
    assert settling.looks[1].less == ("b",)


def test_what_is_gone_for_good_is_believed_the_second_time() -> None:
    settling = of(seen("ab", "b is dying"), seen("a"), seen("a"))
    assert settling.wait(60) == seen("a")
    assert len(settling.looks) == 3


def test_last_reading_that_shows_less_does_not_count_and_is_told() -> None:
    bad = seen("ab", "b is open")
    looks = []
    for number in range(2, 40):  # out of sight every second time: never twice in a row the same
        looks.append(bad if number % 2 else seen("a"))
    settling = of(bad, *looks)
    assert settling.wait(0.01) == bad


@pytest.mark.parametrize(("readings", "seconds"), [(1, 0.5), (2, 1.0), (4, 4.0), (9, 15.0)])
def test_pauses_double_up_to_a_quarter_of_a_minute(
    readings: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert settling.pause(readings) == seconds
