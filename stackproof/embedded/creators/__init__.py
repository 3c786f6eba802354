"""Creators of every resource type the embedded AWS has, one module per AWS service."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from stackproof.embedded.creators.base import CREATORS, INVOKES, Creator, InvokeFunction

__all__ = ["creators", "invokes"]


@cache
def creators() -> Mapping[str, Creator]:
    """Give the creator of each type."""
    _load()
    return CREATORS


@cache
def invokes() -> Mapping[str, InvokeFunction]:
    """Give the answer to each provider function."""
    _load()
    return INVOKES


def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
