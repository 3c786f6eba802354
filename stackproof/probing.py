"""Probing: what a scenario asks AWS itself is asked again for as long as AWS may need to show it.

How long that is differs by what is asked: a new target may be checked after five minutes, a new
metric may take a quarter of an hour. Nothing is waited for longer than that, nor past the time to
settle. What scenarios read from the snapshot needs no wait here: it is read again as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay

from stackproof.settling import pause

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds AWS may need to show something, how often to ask, and who says so."""

    longest: float
    every: float
    page: str


_DOCS = "https://docs.aws.amazon.com"
WAITS: Mapping[str, Wait] = {
    "metrics": Wait(
        900, 60, f"{_DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"
    ),
    # One check makes a new target healthy; the longest interval between checks is 300 seconds.
    "target health": Wait(
        300,
        15,
        f"{_DOCS}/elasticloadbalancing/latest/application/target-group-health-checks.html",
    ),
}


@dataclass(slots=True)
class Probing:
    """Asks until the answer holds, its wait is over or the time to settle is.

    `deadline`, in seconds of the epoch, is when the time to settle ends. What was asked more than
    once since it was last told is in `waited`, as plain data: for, asked, seconds.
    """

    deadline: float
    waited: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, what: str, ask: Callable[[], T], holds: Callable[[T], object]) -> T:
        """Give the last answer; `what` names one of `WAITS`, KeyError says that it does not."""
        wait = WAITS[what]
        began = time.monotonic()
        seconds = max(0.0, min(wait.longest, self.deadline - time.time()))

        def rest(state: RetryCallState) -> float:
            left = began + seconds - time.monotonic()
            return min(wait.every, pause(state.attempt_number), max(0.0, left))

        asking = Retrying(
            retry=retry_if_result(lambda found: not holds(found)),
            stop=stop_after_delay(seconds),
            wait=rest,
            retry_error_callback=lambda state: state.outcome and state.outcome.result(),
        )
        found: T = asking(ask)
        times = int(asking.statistics["attempt_number"])
        if times > 1:
            took = round(time.monotonic() - began, 3)
            self.waited.append({"for": what, "asked": times, "seconds": took})
        return found

    def told(self) -> list[dict[str, Any]]:
        """Give what was waited for since the last time, and forget it."""
        waited, self.waited = self.waited, []
        return waited
