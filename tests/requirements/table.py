"""The table of the requirements: where each line is declared, and what proves it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.mutations.files import FILES
from tests.mutations.groups import GROUPS
from tests.requirements.claims import Claim
from tests.requirements.lines import DOCS, ROOT, Line

FILE = DOCS / "requirements-table.md"

_HEAD = """# The requirements: where each line is declared, and what proves it

Made by `python -m tests.requirements` from [requirements.md](requirements.md), requirements.yaml,
the markers of the tests (`@pytest.mark.requirement`) and the mutations of `tests/mutations`. What
is changed is changed on a deployed stack, behind its back, or in a copy of the files, and turns one
of the tests beside it red: `make mutate-live` tries it all.

| Line | What | Declared in | Proven by | Changed to see it red | Differs on purpose |
|---|---|---|---|---|---|
"""


def table(lines: Mapping[str, Line], claims: Iterable[Claim]) -> str:
    """Give the table as Markdown."""
    claimed = list(claims)
    rows = [
        _row(line, [claim for claim in claimed if claim.number == line.number])
        for line in lines.values()
    ]
    return _HEAD + "".join(rows)


def problems(lines: Mapping[str, Line], claims: Iterable[Claim], root: Path = ROOT) -> list[str]:
    """Say which lines nothing proves, which numbers are none, and what is declared nowhere."""
    claimed = list(claims)
    changed = {mutation.number for group in GROUPS for mutation in group.mutations}
    found = [
        f"{claim.node} claims {claim.number}, which is no line of the requirements"
        for claim in claimed
        if claim.number not in lines
    ]
    numbers = changed | {mutation.number for mutation in FILES}
    found += [f"a mutation of {number}, which is no line" for number in sorted(numbers - {*lines})]
    for line in lines.values():
        own = [claim for claim in claimed if claim.number == line.number]
        if not own:
            found.append(f"{line.number} is claimed by no test")
        if not line.declared:
            found.append(f"{line.number} is declared nowhere")
        found += [
            f"{line.number} is declared in {place}, which is not there"
            for place in line.declared
            if not _exists(place, root)
        ]
        if not line.not_live and not any(claim.live for claim in own):
            found.append(f"{line.number} is claimed by no scenario of what is deployed")
        if (line.number in changed) == bool(line.not_live):
            found.append(
                f"{line.number} says why it is not changed live, and is"
                if line.not_live
                else f"{line.number} is changed by no mutation, and doesn't say why"
            )
    return found


def _exists(place: str, root: Path) -> bool:
    path, _, name = place.partition(":")
    if not name:
        return (root / path).exists()
    if not (root / path).is_file():
        return False
    body = ast.parse((root / path).read_text(encoding="utf-8")).body
    return any(isinstance(n, (ast.ClassDef, ast.FunctionDef)) and n.name == name for n in body)


def _row(line: Line, claims: list[Claim]) -> str:
    live = [(m.number, m.what) for group in GROUPS for m in group.mutations]
    said = [*live, *((m.number, m.what) for m in FILES)]
    changed = dict.fromkeys(what for number, what in said if number == line.number)
    cells = (
        line.number,
        _short(line.text),
        _listed(f"`{place}`" for place in line.declared),
        _listed(_grouped(claims)),
        " ".join(filter(None, (line.not_live, "; ".join(changed)))),
        line.differs,
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _grouped(claims: Iterable[Claim]) -> Iterable[str]:
    """Give each file once, with its tests."""
    by_file: dict[str, list[str]] = {}
    for claim in claims:
        by_file.setdefault(claim.file, []).append(claim.test.removeprefix("test_"))
    for file, tests in by_file.items():
        yield f"`{file}`: {', '.join(test.replace('_', ' ') for test in tests)}"


def _short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " …"


def _listed(items: Iterable[str]) -> str:
    return "<br>".join(items)
