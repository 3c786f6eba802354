"""Keeping on moto's objects what moto drops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def keep(thing: Any, params: Mapping[str, Any], names: Iterable[str]) -> None:
    """Set request parameters on one of moto's objects under botocore's own names.

    moto's serializer looks for those names first, so every later answer has them.
    """
    for name in names:
        if name in params:
            setattr(thing, name, params[name])


def keep_defaults(thing: Any, defaults: Mapping[str, Any]) -> None:
    """Set what AWS answers for attributes that were never set."""
    for name, value in defaults.items():
        if getattr(thing, name, None) is None:
            setattr(thing, name, value)
