"""What is said beside the verdict: how far a long reading is on a terminal, and what was done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from rich.text import Text

_AFTER = 1.0  # seconds; what is done sooner needs no line
_A_SECOND = 4  # how often it is drawn anew


@dataclass(slots=True)
class Shown:
    """What there is to be shown: how many requests were sent; and whether nothing is to be."""

    calls: int = 0
    quiet: bool = False


SHOWN: Final = Shown()


def say(sentence: str) -> None:
    """Say on standard output what somebody who wants the verdict alone doesn't."""
    if not SHOWN.quiet:
        from stackproof.safe_text import clean

        click.echo("\n".join(map(clean, sentence.splitlines())))


@contextmanager
def line(what: str, told: Callable[[], str] | None = None) -> Iterator[None]:
    """Show a line on standard error for the duration of the block, where that is a terminal.

    It says what is `told`, or how many calls were sent.
    """
    if SHOWN.quiet or not sys.stderr.isatty():
        yield
        return
    from rich.live import Live

    from stackproof.consoles import console

    began, before = time.monotonic(), SHOWN.calls

    def drawn() -> Text:
        from rich.text import Text

        seconds = time.monotonic() - began
        if seconds < _AFTER:
            return Text()
        so_far = told() if told else f"{SHOWN.calls - before} calls sent"
        return Text(f"{what}: {so_far}, {seconds:.0f} s")

    with Live(
        get_renderable=drawn,
        console=console(stderr=True),
        refresh_per_second=_A_SECOND,
        transient=True,
    ):
        yield
