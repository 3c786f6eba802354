"""Readers of every resource type, one module per AWS service, found by import."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stackproof.sights.live.reader import Reader


@cache
def readers() -> tuple[Reader, ...]:
    """Give every reader: each module's `READERS`, in the order of the modules' names."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(reader for module in modules for reader in module.READERS)
