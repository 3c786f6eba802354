"""Scenarios that fail right after a deployment are run again, on a new reading of the stack.

What they say of their parts is held back until it is known which time counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol
from _pytest.subtests import failed_subtests_key
from filelock import FileLock

from stackproof.settling import Settling, pause

if TYPE_CHECKING:
    from stackproof.sights.live.snapshot import Snapshot

# The properties by which a report tells that its scenario was run again, and what it was at first.
READINGS, AT_FIRST = "readings", "at_first"


class Rereading:
    """Runs a scenario again while it fails and there is time; all processes share the readings.

    `read` reads the stacks, `use` makes the fixtures start from the snapshots of these files; the
    first ones lie in `folder`. After `deadline` (in seconds of the epoch) nothing is read again.
    """

    def __init__(
        self,
        folder: Path,
        deadline: float,
        read: Callable[[], Sequence[Snapshot]],
        use: Callable[[list[Path]], None],
    ) -> None:
        self._folder = folder
        self._deadline = deadline
        self._read = read
        self._use = use
        self._reading = 1
        self._parts: list[pytest.TestReport] = []

    @pytest.fixture
    def subtests(self, subtests: pytest.Subtests) -> pytest.Subtests:
        """Give pytest's own, which reports each part at once, with its reports held back."""
        held: Any = subtests
        held._ihook = _Holding(held._ihook, self._parts)
        return subtests

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run a scenario until it holds or the time is up, and report the last time only."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = self._run(item, nextitem)
        at_first = _failures(reports)
        again = 0
        while _failure(reports) is not None and self._renewed(item):
            again += 1
            reports = self._run(item, nextitem)
        for report in reports:
            if again:
                told: dict[str, Any] = dict(report.user_properties)
                was = at_first.get(_part(report), at_first[None])
                report.user_properties += [
                    (READINGS, told.get(READINGS, 1) + again),
                    (AT_FIRST, told.get(AT_FIRST, was)),
                ]
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
        """Run a scenario once; give its reports, those of its parts where they belong."""
        self._parts.clear()
        item.config.stash[failed_subtests_key].pop(item.id, None)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        at = next((n for n, report in enumerate(reports) if report.when == "call"), len(reports))
        return [*reports[:at], *self._parts, *reports[at:]]

    def _renewed(self, item: pytest.Item) -> bool:
        """Take a newer reading than this process has, and make the fixtures anew of it."""
        with FileLock(self._folder / "settling.lock"):
            if self._newest() == self._reading and not self._read_again():
                return False
            self._reading = self._newest()
        self._use(self._files(self._reading))
        session: Any = item.session
        session._setupstate.teardown_exact(None)
        return True

    def _read_again(self) -> bool:
        from stackproof.sights.live.codes import LiveError
        from stackproof.sights.live.snapshot import Snapshot

        left = self._deadline - time.time()
        if left <= 0:
            return False
        time.sleep(min(pause(self._reading), left))
        before = tuple(map(Snapshot.load, self._files(self._reading)))
        settling = Settling(
            lambda _: tuple(self._read()),
            still_open=lambda _: (),
            shown=lambda found: frozenset(r.identity for snapshot in found for r in snapshot.there),
            counts=before,
        )
        try:
            now = settling.wait(max(0.0, self._deadline - time.time()))
        except LiveError:
            return False
        if now is before:
            return False
        for snapshot, file in zip(now, self._files(self._reading + 1), strict=True):
            snapshot.save(file)
        return True

    def _files(self, reading: int) -> list[Path]:
        """Give the files of a reading: one for each stack."""
        first = sorted(self._folder.glob("snapshot-*.json"))
        return first if reading == 1 else [f.with_suffix(f".{reading}") for f in first]

    def _newest(self) -> int:
        return max((int(f.suffix[1:]) for f in self._folder.glob("snapshot-0.[0-9]*")), default=1)


class _Holding:
    """Stands before pytest's hooks and keeps what they would be told of parts."""

    def __init__(self, hooks: Any, parts: list[pytest.TestReport]) -> None:
        self._hooks = hooks
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hooks, name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._parts.append(report)


def _failure(reports: Sequence[pytest.TestReport]) -> str | None:
    """Give in one line why a scenario failed, or could not see; None when it held."""
    return _failures(reports)[None]


def _failures(reports: Sequence[pytest.TestReport]) -> dict[str | None, str | None]:
    """Give why each part failed; under None, why the first of them did, or the whole."""
    from stackproof.reports.scenarios import message

    failed = [report for report in reports if report.failed]
    return {
        **{_part(report): message(report) for report in reversed(failed)},
        None: next(map(message, failed), None),
    }


def _part(report: pytest.TestReport) -> str | None:
    from stackproof.reports.scenarios import part_of

    return part_of(report) if isinstance(report, pytest.SubtestReport) else None
