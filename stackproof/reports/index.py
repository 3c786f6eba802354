"""The page over the reports of several stacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stackproof.exit_codes import FAILED, VERIFIED
from stackproof.record.form import SEVERITIES, Record
from stackproof.record.gates import let_through
from stackproof.reports.plots import failures_of
from stackproof.reports.texts import line

if TYPE_CHECKING:
    from stackproof.record.history.trend import Night

_STATES: Final = {VERIFIED: "pass", FAILED: "fail"}
_ORDER: Final = ("fail", "unknown", "waived", "pass")


@dataclass(frozen=True, slots=True)
class Row:
    """A stack: how its last record and the gates ended it, its page, and a plot of its nights.

    `failures` are by severity, the worst first. Without a verdict it was never looked at.
    """

    stack: str
    verdict: str | None
    began: str | None
    exit_code: int | None
    failures: list[int]
    page: str | None
    plot: Markup | None
    let_through: bool = False

    @classmethod
    def of(
        cls,
        stack: str,
        record: Record | None,
        exit_code: int | None,
        page: str | None,
        nights: Sequence[Night] = (),
    ) -> Self:
        """Give the row of a stack's last record; it doesn't hold the record."""
        own = record.own if record else []
        counts = Counter(finding.severity for finding in own if finding.outcome == "fail")
        made = failures_of(nights) if nights else None
        return cls(
            stack,
            record.run.verdict if record else None,
            record.run.began if record else None,
            exit_code,
            [counts[name] for name in SEVERITIES],
            page,
            made.svg if made else None,
            record is not None and let_through(record, exit_code),
        )

    @property
    def state(self) -> str:
        """Give the outcome that lends it its colour."""
        if self.let_through:
            return "waived"
        return _STATES.get(self.exit_code, "unknown") if self.exit_code is not None else "unknown"


def as_index(rows: Iterable[Row], noun: str = "stack") -> str:
    """Give one page that leads to those of the stacks, the worst first; `noun` is what they are."""
    environment = Environment(
        loader=PackageLoader("stackproof.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: (
            line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    told = sorted(rows, key=lambda row: (_ORDER.index(row.state), row.stack))
    counts = Counter(row.state for row in told)
    return environment.get_template("index.html.j2").render(
        rows=told, severities=SEVERITIES, counts=counts, noun=noun
    )
