"""The lists of parity as rows: for spreadsheets, for what reads line by line, and as Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

from stackproof.endpoints import who
from stackproof.reports.markdown import code
from stackproof.reports.parity import lists
from stackproof.reports.rows import harmless
from stackproof.verify import Run

_FACTS: Final = ("stack", "endpoint", "emulated", "exit_code", "verdict", "gaps", "warnings")
COLUMNS: Final = (
    *("list", "type", "name", "owner", "id", "arn", "urn", "region", "outcome", "property"),
    *("expected", "actual", "why", "fingerprint"),
)


def as_csv(run: Run) -> str:
    """Give one row an entry, with the stack and the verdict in each; at least one row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("stack", "answered_by", *COLUMNS, "verdict"))
    told = lists(run)
    for row in list(_rows(told)) or [dict.fromkeys(COLUMNS)]:
        cells = [told["stack"], who(told["endpoint"]), *map(_cell, row.values()), told["verdict"]]
        writer.writerow(map(harmless, cells))
    return out.getvalue().rstrip("\n")


def as_jsonl(run: Run) -> str:
    """Give one JSON object a line: the run's facts first, then each entry."""
    told = lists(run)
    facts = {key: told[key] for key in _FACTS}
    lines = [{"record": "run", **facts}, *({"record": "entry", **row} for row in _rows(told))]
    return "\n".join(map(json.dumps, lines))


def as_markdown(run: Run) -> str:
    """Give the verdict and a list of each kind; names and values stand in code spans."""
    told = lists(run)
    lines = [f"## {code(told['stack'])}, {code(who(told['endpoint']))}: {told['verdict']}"]
    heading = None
    for row in _rows(told):
        if row["list"] != heading:
            heading = row["list"]
            lines += ["", f"### {heading.capitalize()}", ""]
        what = (
            f" {code(row['property'])} is {code(_cell(row['actual']))}" if row["property"] else ""
        )
        why = f": {code(row['why'])}" if row["why"] else ""
        lines.append(f"- {code(row['arn'] or row['id'] or row['name'])} ({row['type']}){what}{why}")
    return "\n".join(lines)


def _rows(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    unmanaged = told["parity"]["unmanaged"] if told["parity"] else ()
    for name, entries in (
        ("vanished", told["vanished"]),
        ("drifted", told["drifted"]),
        ("unmanaged", unmanaged),
        ("unseen", told["unseen"]),
    ):
        for entry in entries:
            why = entry.get("why") or (entry["message"] if name == "drifted" else None)
            row = {column: entry.get(column) for column in COLUMNS}
            yield row | {"list": name, "why": why}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
