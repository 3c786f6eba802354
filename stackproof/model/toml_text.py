"""TOML of others: whatever is wrong with it, it is a TextError."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from stackproof.model.json_text import TextError

if TYPE_CHECKING:
    # Few runs read YAML.
    from stackproof.model.yaml_text import Place


def parse(text: str) -> dict[str, Any]:
    """Give what a TOML text says; raise TextError when it says nothing.

    That is a TOMLDecodeError, too long a number, or nesting that is too deep.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TextError("nested too deeply") from None
    except ValueError as error:
        raise TextError(str(error)) from None


def line_of(text: str, table: str, place: Place) -> int | None:
    """Give the line on which something in a table stands, or the nearest key around it.

    Keys inside of inline tables stand on the line of what holds them.
    """
    keys = [str(part) for part in place if isinstance(part, str)]
    found, inside = None, ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            inside = header[1].replace('"', "").replace(" ", "")
            if _leads(inside.split("."), [*table.split("."), *keys]):
                found = number
        elif (key := _KEY.match(line)) and _leads(
            [*inside.split("."), *key[1].replace('"', "").split(".")], [*table.split("."), *keys]
        ):
            found = number
    return found


_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"-]+)\s*=")


def _leads(path: list[str], wanted: list[str]) -> bool:
    return len(path) <= len(wanted) and path == wanted[: len(path)]
