"""Readers of every resource type, one module per AWS service, found by import."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stackproof.sights.live.described import reader_of
from stackproof.sights.live.reader import Reader
from stackproof.types.described import Type, own_types


def readers() -> tuple[Reader, ...]:
    """Give every reader: each module's `READERS`, and those of the project's own types."""
    own = own_types()
    return (*_shipped(), *_of(own)) if own else _shipped()


@cache
def _of(types: tuple[Type, ...]) -> tuple[Reader, ...]:
    return tuple(map(reader_of, types))


@cache
def _shipped() -> tuple[Reader, ...]:
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(reader for module in modules for reader in module.READERS)
