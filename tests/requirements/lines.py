"""The numbered lines of `docs/requirements.md`, and what `docs/requirements.yaml` adds to each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_LINE = re.compile(r"(?:- |\| )\*\*(\d+\.\d+)\*\* (.+)")
_KEYS = {"declared", "differs", "not_live"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the requirements.

    `declared` names files, with a name in them after a colon; `differs` is what was done
    otherwise on purpose, and why; `not_live` says why nothing deployed can be changed to try it.
    """

    number: str
    text: str
    declared: tuple[str, ...]
    differs: str = ""
    not_live: str = ""


def lines(folder: Path = DOCS) -> dict[str, Line]:
    """Give the lines by number; raise ValueError for one said twice or with unknown additions."""
    added = yaml.safe_load((folder / "requirements.yaml").read_text(encoding="utf-8"))
    said = numbered((folder / "requirements.md").read_text(encoding="utf-8"))
    if unknown := added.keys() - said.keys():
        raise ValueError(f"requirements.yaml adds to {sorted(unknown)}, which is no line")
    return {number: _line(number, text, added.get(number) or {}) for number, text in said.items()}


def numbered(document: str) -> dict[str, str]:
    """Give the text of each numbered line of a Markdown document."""
    found: dict[str, str] = {}
    for number, text in (m.groups() for m in map(_LINE.match, document.splitlines()) if m):
        if number in found:
            raise ValueError(f"line {number} is there twice")
        found[number] = text.removesuffix(" |")
    return found


def _line(number: str, text: str, added: Mapping[str, object]) -> Line:
    if unknown := added.keys() - _KEYS:
        raise ValueError(f"line {number}: {sorted(unknown)} is none of {sorted(_KEYS)}")
    declared = added.get("declared") or []
    assert isinstance(declared, list)
    return Line(
        number,
        text,
        tuple(map(str, declared)),
        differs=str(added.get("differs") or ""),
        not_live=str(added.get("not_live") or ""),
    )
