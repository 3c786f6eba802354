"""Where pages stand, and what resource types are called on them."""

from __future__ import annotations

from functools import cache

from stackproof.embedded.creators import creators
from stackproof.parity.controls import every_control
from stackproof.sights.live.readers import readers
from stackproof.types.table import type_of


@cache
def with_pages() -> tuple[str, ...]:
    """Give the types that have a page: what is read, judged, looked at or made."""
    found = {type_ for reader in readers() for type_ in reader.types}
    found |= {type_ for c in every_control().values() for type_ in (*c.types, *c.needs)}
    return tuple(sorted((t for t in found | set(creators()) if type_of(t)), key=short))


def short(token: str) -> str:
    """Call a type as programs do: `s3.Bucket`."""
    module, _, title = token.removeprefix("aws:").partition("/")
    return f"{module}.{title.rpartition(':')[2]}" if title else token


def path_of(token: str) -> str:
    """Give the path of a type's page, from the top of the site."""
    return f"types/{short(token)}.md"


def linked(token: str, folder: str = "../types/") -> str:
    """Call a type, with a link to its page, where it has one, in a folder as seen from here."""
    called = f"`{short(token)}`"
    return f"[{called}]({folder}{short(token)}.md)" if token in with_pages() else called
