"""The page of all that differs from the requirements, or from a control, on purpose, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

from tests.requirements.lines import DOCS, ROOT, Line

FILE = DOCS / "deliberate-differences.md"

_HEAD = """# What differs on purpose, and why

Made by `python -m tests.requirements` from what requirements.yaml says of the lines of
[requirements.md](requirements.md), and from [waivers.yaml](../waivers.yaml).

## From the requirements

| Line | What is asked | What is done instead, and why |
|---|---|---|
"""
_WAIVED = """
## From the controls

What a control refuses and its owner accepts, until a day; every report shows it.

| Control | Stack | Why | Owner | Until |
|---|---|---|---|---|
"""


def page(lines: Mapping[str, Line]) -> str:
    """Give the page as Markdown."""
    differing = [(line.number, line.text, line.differs) for line in lines.values() if line.differs]
    waivers = yaml.safe_load((ROOT / "waivers.yaml").read_text(encoding="utf-8"))
    waived = [
        (f"`{w['control']}`", f"`{w['stack']}`", w["reason"], w["owner"], str(w["until"]))
        for w in waivers
    ]
    return _HEAD + _rows(differing) + _WAIVED + _rows(waived)


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in r)} |\n" for r in rows)
