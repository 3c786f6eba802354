"""Python processes of ours: nothing in the folder that they start in stands for a library."""

from __future__ import annotations

import sys


def module_command(module: str) -> list[str]:
    """Give the command that runs a module; `-m` alone would import `logging.py` of the folder."""
    return [sys.executable, "-P", "-m", module]
