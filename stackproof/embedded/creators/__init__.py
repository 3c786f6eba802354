"""Creators of every resource type the embedded AWS has, one module per AWS service.

The functions of the provider stand beside them, in `functions`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from stackproof.embedded import functions
from stackproof.embedded.frame.base import CREATORS, INVOKES, Creator, InvokeFunction

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
    for package in (__name__, functions.__name__):
        path = importlib.import_module(package).__path__
        for module in pkgutil.iter_modules(path):
            importlib.import_module(f"{package}.{module.name}")
