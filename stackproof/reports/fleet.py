"""What a fleet's records make together: by owner and by account, the worst first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model.sentences import many
from stackproof.record.form import SEVERITIES, Record
from stackproof.record.gates import let_through
from stackproof.reports.rows import harmless
from stackproof.safe_text import clean

_NOBODY: Final = "nobody"
_WORDS: Final = {FAILED: "failed", COULD_NOT: "not verified", VERIFIED: "verified"}
_LET_THROUGH: Final = "let through"
_WORST_FIRST: Final = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a record until all are there; `failures` are by severity."""

    name: str
    account: str
    owner: str | None
    regions: tuple[str, ...]
    exit_code: int
    let_through: bool
    failures: Mapping[str, int]
    unknown: int
    verdict: str

    @property
    def word(self) -> str:
        """Say how it ended."""
        return _LET_THROUGH if self.let_through else _WORDS[self.exit_code]

    @classmethod
    def of(cls, record: Record, exit_code: int) -> Self:
        """Give the row of a record, with the exit code that the gates gave it."""
        run = record.run
        failed = [finding.severity for finding in record.own if finding.outcome == "fail"]
        return cls(
            run.stack,
            run.account,
            run.owner,
            tuple(run.regions),
            exit_code,
            let_through(record, exit_code),
            {severity: failed.count(severity) for severity in SEVERITIES},
            record.summary["unknown"],
            run.verdict,
        )


def by_owner(rows: Sequence[Row]) -> list[str]:
    """Say of each owner how many of theirs ended how; nothing where nobody is said to own any."""
    owners = sorted({row.owner or _NOBODY for row in rows})
    if owners == [_NOBODY]:
        return []
    own = {owner: [row for row in rows if (row.owner or _NOBODY) == owner] for owner in owners}
    return [f"{clean(owner)}: {', '.join(_counts(held))}" for owner, held in own.items()]


def _counts(rows: Sequence[Row]) -> Iterator[str]:
    for word in (*_WORDS.values(), _LET_THROUGH):
        if number := sum(row.word == word for row in rows):
            yield f"{number} {word}"
    for severity in SEVERITIES:
        if number := sum(row.failures[severity] for row in rows):
            yield many(number, f"{severity} failure")


def as_csv(rows: Sequence[Row]) -> str:
    """Give a row for each record, the worst first."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    head = ("name", "account", "owner", "regions", "result", *SEVERITIES, "unknown", "verdict")
    table.writerow(head)
    for row in sorted(rows, key=lambda row: (_WORST_FIRST.index(row.exit_code), row.name)):
        told = [row.name, row.account, row.owner or "", " ".join(row.regions)]
        told += [row.word, *map(str, row.failures.values())]
        table.writerow([harmless(text) for text in (*told, str(row.unknown), row.verdict)])
    return out.getvalue().rstrip("\n")
