"""Scenarios that fail right after a deployment are run again, on a new reading of the stack."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol
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

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run a scenario until it holds or the time is up, and report the last time only."""
        # Parts are reported one by one, at once: what they judge settled before the first scenario.
        if "subtests" in getattr(item, "fixturenames", ()):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        at_first = _failure(reports)
        again = 0
        while _failure(reports) is not None and self._renewed(item):
            again += 1
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            if again:
                report.user_properties += [(READINGS, again + 1), (AT_FIRST, at_first)]
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

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
            shown=lambda found: frozenset(r.identity for one in found for r in one.there),
            counts=before,
        )
        try:
            now = settling.within(max(0.0, self._deadline - time.time()))
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


def _failure(reports: Sequence[pytest.TestReport]) -> str | None:
    """Give in one line why a scenario failed, or could not see; None when it held."""
    from stackproof.reports.scenarios import message

    return next((message(report) for report in reports if report.failed), None)
