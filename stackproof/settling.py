"""Settling: what doesn't hold right after a deployment is read again, until it does or time is up.

AWS is not consistent at once: what was just made is missing in some listings, tags and policies
for seconds (IAM User Guide, "Changes that I make are not always immediately visible"; EC2 API
Reference, "Eventual consistency").
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from stackproof.model.sentences import listed

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a stack while it settles.

    `seconds` is when it ended, counted from the begin of the first one. `open` is what did not
    hold, by its name. `less` is what an earlier reading showed and this one didn't.
    """

    seconds: float
    open: tuple[str, ...]
    less: tuple[str, ...] = ()


def pause(readings: int) -> float:
    """Give how many seconds to wait after so many readings: doubled each time, up to 15."""
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (readings - 1)))


@dataclass(slots=True)
class Settling(Generic[T]):
    """The readings of a stack until nothing is open, and the one that counts.

    `read` is given the reading that counts so far. `shown` names what a reading saw: one that saw
    less than that counts only when the next one sees the same, for a failure that is out of sight
    is not mended.
    """

    read: Callable[[T | None], T]
    still_open: Callable[[T], Sequence[str]]
    shown: Callable[[T], frozenset[str]]
    looks: list[Look] = field(default_factory=list)
    counts: T | None = None
    _last: frozenset[str] = frozenset()

    def wait(self, seconds: float) -> T:
        """Read until nothing is open or the time is up, at least once; give what counts."""
        began = time.monotonic()
        if seconds > 0:
            self._settle(began, seconds)
        else:
            self._look(began)
        assert self.counts is not None
        return self.counts

    def _settle(self, began: float, seconds: float) -> None:
        from tenacity import Retrying, retry_if_result, stop_after_delay

        def wait(state: RetryCallState) -> float:
            return min(pause(state.attempt_number), max(0.0, began + seconds - time.monotonic()))

        settled = Retrying(
            retry=retry_if_result(lambda settled: not settled),
            stop=stop_after_delay(seconds),
            wait=wait,
            retry_error_callback=lambda state: False,
        )
        settled(self._look, began)

    def _look(self, began: float) -> bool:
        found = self.read(self.counts)
        shows = self.shown(found)
        less = frozenset() if self.counts is None else self.shown(self.counts) - shows
        taken = not less or shows == self._last
        if taken:
            self.counts = found
        self._last = shows
        still = tuple(self.still_open(found))
        seconds = round(time.monotonic() - began, 3)
        self.looks.append(Look(seconds, still, tuple(sorted(less))))
        return taken and not still


def told(looks: Sequence[Look]) -> list[str]:
    """Say how often a stack was read and what that changed; nothing when once was enough."""
    if len(looks) < 2:
        return []
    first, last = looks[0], looks[-1]
    now = set(last.open)
    mended = [name for name in first.open if name not in now]
    sentence = f"read {len(looks)} times in {last.seconds:.1f} s"
    if mended:
        sentence += f"; did not hold at first: {listed(mended, 5)}"
    if now:
        sentence += f"; {len(now)} still did not hold when the time was up"
    if last.less:
        sentence += f"; the last reading showed less than one before ({', '.join(last.less[:5])})"
    return [sentence]
