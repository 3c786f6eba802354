"""The time that each step of the demonstration takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console


@dataclass(slots=True)
class Split:
    """The wall time of each step, in seconds; a terminal shows which one runs."""

    console: Console
    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time one step."""
        began = time.monotonic()
        with self.console.status(f"{step} …"):
            yield
        self.steps[step] = time.monotonic() - began

    def __str__(self) -> str:
        parts = [f"{step} {seconds:.1f}" for step, seconds in self.steps.items()]
        return f"{sum(self.steps.values()):.1f} s ({', '.join(parts)})"
