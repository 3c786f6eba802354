"""Keep secrets out of what people read, by the names of properties.

A value is hidden when its property's name says secret. Of somebody's own words (a description, a
comment) a digest is shown: what people write there is anything, a password as well.
"""

from __future__ import annotations

import hashlib
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
# Of AWS's properties those that hold whatever somebody wants to say.
_WORDS = re.compile(r"(^|_)(description|comments?|notes|instructions?)$|^(message|text)$")
_PARTS = re.compile(r"[^A-Za-z0-9_]+")


def disclosed(property_: str, value: Any) -> Any:
    """Give a property's value with every text in it hidden that its name declares a secret.

    An ARN only names a secret, so it is shown; so is what isn't text (a length, a switch). Of
    words of somebody's own there is a digest.
    """
    if _path_says_secret(property_):
        return _hidden(value)
    return _inside(value, words=says_words(property_))


@lru_cache(maxsize=4096)  # as below
def _path_says_secret(property_: str) -> bool:
    return any(_secret(part) for part in _PARTS.split(property_) if part)


@lru_cache(maxsize=4096)  # as below
def says_words(property_: str) -> bool:
    """Tell whether a property holds somebody's own words, by the last name of its path."""
    parts = [part for part in _PARTS.split(property_) if part and not part.isdecimal()]
    return bool(parts) and _WORDS.search(to_snake(parts[-1])) is not None


def _secret(name: object) -> bool:
    return isinstance(name, str) and _says_secret(name)


@lru_cache(maxsize=4096)  # names of properties, which come again with each resource
def _says_secret(name: str) -> bool:
    return _SECRET.search(to_snake(name)) is not None


def _inside(value: Any, *, words: bool = False) -> Any:
    if isinstance(value, SCALARS):
        return _digest(value) if words and isinstance(value, str) and value else value
    if isinstance(value, (dict, Mapping)):
        # The pairs of a container's environment, of tags and of parameters.
        pair = _secret(value.get("name", value.get("key")))
        return {
            name: _hidden(item)
            if _secret(name) or (pair and name == "value")
            else _inside(item, words=isinstance(name, str) and says_words(name))
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_inside(item, words=words) for item in value]
    return value


def _digest(words: str) -> str:
    kept = hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"(words {kept})"


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _hidden(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(item) for item in value]
    return HIDDEN if isinstance(value, str) and value and not value.startswith("arn:") else value
