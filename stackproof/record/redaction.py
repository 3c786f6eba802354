"""What a record may keep of texts and values: nothing that is or may hold a secret.

A value is hidden when its name says secret, when it looks like one, or when somebody assigned it
to such a name inside of a text: as NAME=value, as a header, as an option of a command, in a URL.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from stackproof.controls.support.plain_secrets import LETTER_OPTION, has_secret, is_secret
from stackproof.model import Unknown
from stackproof.model.json_text import parse
from stackproof.model.secrecy import HIDDEN, disclosed
from stackproof.model.secret_formats import PLACEHOLDER, WHOLE_SECRET, as_name, is_secret_access_key
from stackproof.reasoning.secret_places import is_command, option_before
from stackproof.types.names import to_snake

# NAME=value, NAME: value, "NAME": "value", anywhere in a text; what stands in quotes to its end.
_ASSIGNED: Final = re.compile(
    r"""(?P<name>[A-Za-z_][\w.-]{2,63})(?P<between>["']?\s{0,3}(?:[=:]|=>)\s{0,3})"""
    rf"""(?P<value>"[^"\n]*"|'[^'\n]*'|(?:\$\{{[^}}\s]*\}}|{PLACEHOLDER})(?=[\s"',;&}}\])]|$)"""
    r"""|[^\s"',;&}\])]+)"""
)
_URL: Final = re.compile(
    r"""://(?P<host>[^\s"'<>`/?#]*)(?P<path>[^\s"'<>`?]*)(?P<query>[^\s"'<>`]*)"""
)
# A shorter name before a host is that of somebody: git@github.com.
_LONGEST_USER: Final = 15
# Sources: RFC 7617, "The 'Basic' HTTP Authentication Scheme"; RFC 6750, "Bearer Token Usage".
_HEADER: Final = re.compile(
    r"""(?i)(\bauthorization["']?\s{0,3}[=:]\s{0,3}["']?(?:basic|bearer|token)\s{1,3})[^\s"',]+"""
    r"""|(\b(?:basic|bearer)\s{1,3})(?=[\w.~+/-]{0,99}[\d=])[\w.~+/-]{16,}={0,2}"""
)
# `--password VALUE`; `-u USER:PASSWORD` but no ids (`docker -u 1000:1000`); and what some tools
# call -p. Sources: curl(1), sshpass(1), mysql(1), sqlcmd utility, bcp utility, redis-cli, mongosh.
_OPTION: Final = re.compile(
    r"""(?<!\S)--?(?P<name>[a-z][a-z-]{2,40})(?P<between>\s{1,3})["']?(?P<value>[^\s"'-][^\s"']{3,})"""
)
_SETTING: Final = re.compile(
    r"""(?<!\S)(--secret\s{1,3}[\w.:-]{1,128}\s{1,3})(?![$<{*%-])["']?[^\s"'$-][^\s"']{3,}"""
)
_LOGIN: Final = re.compile(
    r"""((?<!\S)(?:-u|--user|--proxy-user|-U)[\s=]{0,3}["']?[^\s:"'/]{1,64}:)"""
    r"""(?!\d{1,10}(?:\s|$)|[$<{*%])[^\s"']{4,}"""
)
_TOOL: Final = re.compile(
    r"""(\b(?:sshpass|mysql(?:dump|admin)?|mariadb|sqlcmd|bcp|mongo(?:sh|dump)?|redis-cli)\b"""
    r"""[^\n;|&]{0,200}?\s-(?:[pP]|a)\s{0,3})(?![$<{*%])["']?[^\s"';|&]{4,}"""
)
# What may be base64 of something, or the secret half of an access key of AWS.
_DENSE: Final = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/-])")
_LONGEST_DENSE: Final = 4096


@lru_cache(maxsize=1024)  # what a control expects and how to fix it comes with each failure
def scrubbed(text: str) -> str:
    """Give a text without the secrets that it shows."""
    if not text:
        return text
    shown = WHOLE_SECRET.sub(HIDDEN, text)
    if "://" in shown:
        shown = _URL.sub(_url, shown)
    if "earer" in shown or "asic" in shown or "uthorization" in shown or "AUTHORIZATION" in shown:
        shown = _HEADER.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", shown)
    if " -" in shown or shown[0] == "-":
        shown = _SETTING.sub(rf"\1{HIDDEN}", shown)
        shown = _LOGIN.sub(rf"\1{HIDDEN}", _OPTION.sub(_option, shown))
        shown = _TOOL.sub(rf"\1{HIDDEN}", shown)
        shown = LETTER_OPTION.sub(_letter, shown)
    shown = _DENSE.sub(_dense, shown)
    # Most texts assign nothing, and the expression tries each of their words.
    return _ASSIGNED.sub(_assigned, shown) if "=" in shown or ":" in shown else shown


def redacted(property_: str, value: Any) -> Any:
    """Give a property's value as plain data for JSON, without the secrets in it."""
    return _plain(disclosed(property_, value))


def _assigned(found: re.Match[str]) -> str:
    value = found["value"].strip("\"'")
    if value == HIDDEN or not is_secret(found["name"], unquote(value)):
        return found[0]
    return f"{found['name']}{found['between']}{HIDDEN}"


def _url(found: re.Match[str]) -> str:
    """Give a URL without who logs in by it and without its query: both may be all of a secret."""
    user, at, host = found["host"].rpartition("@")
    if len(user) > _LONGEST_USER and ":" not in user:
        user = HIDDEN
    query = f"?{HIDDEN}" if len(found["query"]) > 1 else found["query"]
    return f"://{user}{at}{host}{found['path']}{query}"


def _option(found: re.Match[str]) -> str:
    if not is_secret(to_snake(found["name"].replace("-", "_")), found["value"]):
        return found[0]
    return f"--{found['name']}{found['between']}{HIDDEN}"


def _letter(found: re.Match[str]) -> str:
    return f"{found['before']}{HIDDEN}" if is_secret("password", found["value"]) else found[0]


def _dense(found: re.Match[str]) -> str:
    word = found[0]
    if is_secret_access_key(word):
        return HIDDEN
    if len(word) > _LONGEST_DENSE or word.isalpha():
        return word
    try:
        inner = base64.b64decode(word + "=" * (-len(word) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return word
    return HIDDEN if inner.isprintable() and has_secret(inner) else word


def _plain(value: Any) -> Any:
    match value:
        case str():
            return _text(value)
        case None | int() | float():  # flags are ints
            return value
        case Unknown(cause):
            return f"unknown: {cause}"
        case dict() | Mapping():
            return {as_name(str(name)): _named(str(name), item) for name, item in value.items()}
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case list() | tuple():
            return _list(value)
        case _:
            return scrubbed(str(value))


def _list(value: Sequence[Any]) -> list[Any]:
    """Give a list without its secrets: of a command, what stands behind an option or in one."""
    command = shlex.join(value) if is_command(value) else ""
    letters = [found["value"] for found in LETTER_OPTION.finditer(command)]
    return [
        HIDDEN
        if isinstance(item, str) and any(secret in item for secret in letters)
        else _named(option_before(value, index) or "", item)
        for index, item in enumerate(value)
    ]


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
