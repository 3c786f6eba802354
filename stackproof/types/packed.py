"""The file that holds the generated table: a line of JSON, then each module packed by itself.

What every run needs stands in the first line: the other names of types, which are tagged, where the
modules are. A module is unpacked once something of it is asked for.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("pulumi_aws.table")


def write(table: Mapping[str, Any]) -> None:
    """Write a table: `{"version": …, "names": {other: known}, "tagged": {…}, "modules": {…}}`."""
    places: dict[str, tuple[int, int]] = {}
    bodies = b""
    for name, contents in sorted(table["modules"].items()):
        body = zlib.compress(_text(contents), 9)
        places[name] = (len(bodies), len(body))
        bodies += body
    FILE.write_bytes(_text({**table, "modules": places}) + b"\n" + bodies)


@cache
def head() -> Mapping[str, Any]:
    """Give the first line: the SDK's version, other names, tagged types, where each module is."""
    with FILE.open("rb") as file:
        first: dict[str, Any] = json.loads(file.readline())
        first["start"] = file.tell()
    return first


@cache
def module(name: str) -> Mapping[str, Any]:
    """Give a module's shapes, types and functions; none of a module that there isn't."""
    place = head()["modules"].get(name)
    if place is None:
        return {"shapes": [], "types": {}, "functions": {}}
    with FILE.open("rb") as file:
        file.seek(head()["start"] + place[0])
        contents: dict[str, Any] = json.loads(zlib.decompress(file.read(place[1])))
    return contents


def _text(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
