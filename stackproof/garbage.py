"""Garbage collection for processes that import much and keep it until they end."""

from __future__ import annotations

import atexit
import gc
from functools import cache
from typing import Final

# More than a run on a usual stack makes; what is garbage without it is gone without looking.
_OBJECTS: Final = 500_000


@cache
def collect_seldom() -> None:
    """Look for garbage seldom, and at the end not at all.

    pulumi_aws, boto3 and moto make a million objects that stay. Looking through them again and
    again is a fifth of a command's processor time, and once more at its end a quarter.
    """
    gc.set_threshold(_OBJECTS, 20, 100)
    atexit.register(gc.freeze)
