"""What an option of the suite names: an empty variable of a script must not mean something else."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Final

EMPTY: Final = "it is empty"


def something(text: str) -> str:
    """Give what an option of the suite says; ArgumentTypeError when that is nothing."""
    if not text.strip():
        raise ArgumentTypeError(EMPTY)
    return text


def some_path(text: str) -> Path:
    """Give the path that an option of the suite says; ArgumentTypeError when that is nothing."""
    return Path(something(text))
