"""Standard output and standard error: what they can't show, and who no longer reads them."""

from __future__ import annotations

import io
import os
import sys


def show_anything() -> None:
    """Let both streams write a sign that their encoding lacks by its number.

    Names may hold anything, and where they are shown may know ASCII alone.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def let_go() -> None:
    """Let go of what nobody reads any more; the interpreter would complain when it ends."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
