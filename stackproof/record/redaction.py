"""What a record may keep of texts and values: nothing that is or may hold a secret.

A value is hidden when its name says secret, when it looks like one, or when somebody assigned it
to such a name inside of a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from stackproof.controls.support.plain_secrets import is_secret
from stackproof.controls.support.secret_formats import LOOKS_SECRET
from stackproof.model import Unknown
from stackproof.model.json_text import parse
from stackproof.model.secrecy import HIDDEN, disclosed

# NAME=value, NAME: value, "NAME": "value", anywhere in a text; what stands in quotes to its end.
_ASSIGNED: Final = re.compile(
    r"""(?P<name>[A-Za-z_][\w.-]{2,63})(?P<between>["']?\s{0,3}(?:[=:]|=>)\s{0,3})"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"',;&}\])]+)"""
)

_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)


@lru_cache(maxsize=1024)  # what a control expects and how to fix it comes with each failure
def scrubbed(text: str) -> str:
    """Give a text without the secrets that it shows."""
    if not text:
        return text
    shown = LOOKS_SECRET.sub(HIDDEN, _PRIVATE_KEY.sub(HIDDEN, text))
    # Most texts assign nothing, and the expression tries each of their words.
    return _ASSIGNED.sub(_assigned, shown) if "=" in shown or ":" in shown else shown


def redacted(property_: str, value: Any) -> Any:
    """Give a property's value as plain data for JSON, without the secrets in it."""
    return _plain(disclosed(property_, value))


def _assigned(found: re.Match[str]) -> str:
    value = found["value"].strip("\"'")
    if value == HIDDEN or not is_secret(found["name"], value):
        return found[0]
    return f"{found['name']}{found['between']}{HIDDEN}"


def _plain(value: Any) -> Any:
    match value:
        case str():
            return _text(value)
        case None | int() | float():  # flags are ints
            return value
        case Unknown(cause):
            return f"unknown: {cause}"
        case dict() | Mapping():
            return {str(name): _named(str(name), item) for name, item in value.items()}
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return scrubbed(str(value))


def _text(value: str) -> str:
    """Give a text as it is, or as the document that it holds, without the secrets in either."""
    if value.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return json.dumps(_plain(disclosed("", parse(value))), ensure_ascii=False)
    return scrubbed(value)


def _named(name: str, value: Any) -> Any:
    if isinstance(value, str) and is_secret(name, value):
        return HIDDEN
    return _plain(value)
