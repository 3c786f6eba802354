"""Small pieces of Markdown, as the site's pages are written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any


def cell(text: str) -> str:
    """Give text that may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; nothing at all without a row."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines, ""])


def fenced(language: str, text: str, marked: Sequence[int] = ()) -> str:
    """Write a block of code, some of its lines, from 1, marked."""
    option = f' hl_lines="{" ".join(map(str, marked))}"' if marked else ""
    return f"```{language}{option}\n{text.rstrip()}\n```\n"


def tabs(held: Iterable[tuple[str, str]]) -> str:
    """Write pieces of which the reader sees one at a time, each under its title."""
    return "\n".join(f'=== "{title}"\n\n{indented(text)}' for title, text in held)


def indented(text: str) -> str:
    """Move text in, as what belongs to the block above."""
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


def code(value: Any) -> str:
    """Write a value within a sentence: text as it is, others as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=list)
    return f"`{text}`" if text else "(empty)"


def page(*parts: str) -> str:
    """Join the parts of a page, those that say something, with a line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"
