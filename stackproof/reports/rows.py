"""A run's findings as rows, for spreadsheets and for what reads line by line."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from stackproof.record.form import Record
from stackproof.reports.wording import answered
from stackproof.safe_text import legible

COLUMNS: Final = (
    *("outcome", "severity", "control", "title", "category", "type", "name", "owner", "id", "arn"),
    *("urn", "region", "facet", "property", "expected", "actual", "fix", "cause", "message"),
    *("frameworks", "fingerprint"),
)
RUN_COLUMNS: Final = ("stack", "account", "answered_by")
# What spreadsheets take for a formula when a cell begins with it, also behind blanks and in the
# wide forms that Excel takes for the narrow ones. Source: OWASP, "CSV Injection".
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_jsonl(record: Record) -> str:
    """Give one JSON object a line: the run's facts first, then each finding."""
    data = record.model_dump(by_alias=True)
    findings = data.pop("findings")
    lines = [{**data, "record": "run"}, *({"record": "finding", **finding} for finding in findings)]
    return "\n".join(json.dumps(line) for line in lines)


def as_csv(record: Record) -> str:
    """Give one row a finding, with stack, account, endpoint and verdict of the run in each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*RUN_COLUMNS, *COLUMNS, "verdict"))
    run = record.run
    where = "the state alone" if run.sight == "state" else answered(run)
    for finding in record.own:
        row = [
            run.stack,
            run.account,
            where,
            *(_cell(name, getattr(finding, name)) for name in COLUMNS),
            run.verdict,
        ]
        writer.writerow([harmless(cell) for cell in row])
    if not record.own:
        # A run without findings is no empty table: its verdict is what it has to say.
        blank = [""] * len(COLUMNS)
        writer.writerow(
            [harmless(cell) for cell in (run.stack, run.account, where, *blank, run.verdict)]
        )
    return out.getvalue().rstrip("\n")


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "frameworks":
        return "; ".join(f"{book}: {', '.join(ids)}" for book, ids in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def harmless(cell: str) -> str:
    """Give a cell that is one line of text, and no formula."""
    text = legible(cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
