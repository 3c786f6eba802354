"""The page over the reports of several stacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stackproof.exit_codes import FAILED, VERIFIED
from stackproof.record.form import SEVERITIES, Record
from stackproof.reports.plots import failures_of
from stackproof.reports.texts import line

if TYPE_CHECKING:
    from stackproof.record.history.trend import Night

_STATES: Final = {VERIFIED: "pass", FAILED: "fail"}
_ORDER: Final = ("fail", "unknown", "pass")


@dataclass(frozen=True, slots=True)
class Row:
    """A stack: its last record, how the gates ended it, its page, and its nights for a plot.

    Without a record it was never looked at.
    """

    stack: str
    record: Record | None
    exit_code: int | None
    page: str | None
    nights: Sequence[Night] = ()

    @property
    def state(self) -> str:
        """Give the outcome that lends it its colour."""
        return _STATES.get(self.exit_code, "unknown") if self.exit_code is not None else "unknown"

    @property
    def failures(self) -> list[int]:
        """Count the failures by severity, the worst first."""
        own = self.record.own if self.record else []
        counts = Counter(finding.severity for finding in own if finding.outcome == "fail")
        return [counts[name] for name in SEVERITIES]

    @property
    def plot(self) -> Markup | None:
        """Give the plot of its failures, where there are nights for one."""
        made = failures_of(self.nights) if self.nights else None
        return made.svg if made else None


def as_index(rows: Iterable[Row]) -> str:
    """Give one page that leads to those of the stacks, the worst first."""
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
        rows=told, severities=SEVERITIES, counts=counts
    )
