"""Keep secrets out of what people read: a value is hidden when its property's name says secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from stackproof.model.plain import SCALARS
from stackproof.types.names import to_snake

HIDDEN = "(hidden)"

# The last word decides: `rotate_secret` is a secret's holder, `password_length` only talks of one.
_SECRET = re.compile(
    r"(^|_)(password|passwd|passphrase|secret|token|credentials?"
    r"|(api|private|secret|access|auth)_?key|secret_(string|binary))$"
)
_PARTS = re.compile(r"[^A-Za-z0-9_]+")


def disclosed(property_: str, value: Any) -> Any:
    """Give a property's value with every text in it hidden that its name declares a secret.

    An ARN only names a secret, so it is shown; so is what isn't text (a length, a switch).
    """
    return _hidden(value) if _path_says_secret(property_) else _inside(value)


@lru_cache(maxsize=4096)  # as below
def _path_says_secret(property_: str) -> bool:
    return any(_secret(part) for part in _PARTS.split(property_) if part)


def _secret(name: object) -> bool:
    return isinstance(name, str) and _says_secret(name)


@lru_cache(maxsize=4096)  # names of properties, which come again with each resource
def _says_secret(name: str) -> bool:
    return _SECRET.search(to_snake(name)) is not None


def _inside(value: Any) -> Any:
    if isinstance(value, SCALARS):
        return value
    if isinstance(value, (dict, Mapping)):
        # The pairs of a container's environment, of tags and of parameters.
        pair = _secret(value.get("name", value.get("key")))
        return {
            name: _hidden(item) if _secret(name) or (pair and name == "value") else _inside(item)
            for name, item in value.items()
        }
    return [_inside(item) for item in value] if isinstance(value, (list, tuple)) else value


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _hidden(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(item) for item in value]
    return HIDDEN if isinstance(value, str) and value and not value.startswith("arn:") else value
