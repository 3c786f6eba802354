"""Jobs in forks: each result by its key, nothing of theirs left behind, and no failure lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest

from tests.mutations.forked import apart, side_by_side


def test_every_job_is_told_by_its_key() -> None:
    jobs = [(number, partial(pow, number, 2)) for number in range(7)]
    assert dict(side_by_side(jobs)) == {number: number**2 for number in range(7)}


def test_no_jobs_are_no_results() -> None:
    none: list[tuple[str, Callable[[], int]]] = []
    assert list(side_by_side(none)) == []


def test_what_a_job_changes_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE", "here")

    def change() -> str:
        os.environ["WHERE"] = "there"
        return os.environ["WHERE"]

    assert (apart(change), os.environ["WHERE"]) == ("there", "here")


def test_job_that_fails_ends_all_with_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise RuntimeError("lost")

    with pytest.raises(EOFError):
        apart(fail)
    assert "RuntimeError: lost" in capfd.readouterr().err
