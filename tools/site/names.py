"""Where pages stand, and what resource types are called on them."""

from __future__ import annotations

from typing import Final

FOLDER: Final = "types"


def short(token: str) -> str:
    """Call a type as programs do: `s3.Bucket`."""
    module, _, title = token.removeprefix("aws:").partition("/")
    return f"{module}.{title.rpartition(':')[2]}" if title else token


def path_of(token: str) -> str:
    """Give the path of a type's page, from the top of the site."""
    return f"{FOLDER}/{short(token)}.md"


def link(token: str) -> str:
    """Write a link to a type's page, from a page in a folder of the site."""
    return f"[`{short(token)}`](../{path_of(token)})"
