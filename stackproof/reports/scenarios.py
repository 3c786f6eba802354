"""What the scenarios of one pytest run proved: one record each, its subtests inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

# The property by which a report says that its scenario could not see what it needed.
UNKNOWN = ("stackproof", "unknown")

# The worst of a scenario's parts is its outcome; a part that was left out is no part of it.
_ORDER = ("failed", "unknown", "passed", "skipped")


@dataclass(slots=True)
class Scenarios:
    """The records of a run, in the order in which the scenarios ended."""

    _records: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def records(self) -> list[dict[str, Any]]:
        """Give plain data: scenario, family, proves, why, outcome, message, seconds, parts.

        `severity` is that of the control that it tries, None where it tries none. `readings` is
        how often the stack was read for it, and `at_first` what was wrong the first time, of the
        whole and of each part. `waits` is what it asked AWS for itself more than once: for, asked,
        seconds.
        """
        return list(self._records.values())

    @property
    def by_family(self) -> dict[str, dict[str, int]]:
        """Give how many scenarios of each family ended how, the worst outcome first."""
        counts: dict[str, dict[str, int]] = {}
        for record in self.records:
            family = counts.setdefault(record["family"], dict.fromkeys(_ORDER, 0))
            family[record["outcome"]] += 1
        return counts

    def sentences(self, nodeid: str) -> tuple[str, str] | None:
        """Give what a scenario proves and why that matters, `None` when it has not ended."""
        record = self._records.get(nodeid)
        return None if record is None else (record["proves"], record["why"])

    @property
    def blind(self) -> str:
        """Say why nothing failed and yet the stack is not verified; empty when it is not so."""
        outcomes = [record["outcome"] for record in self.records]
        if "failed" in outcomes:
            return ""
        unknown = outcomes.count("unknown")
        if unknown:
            return f"{unknown} of {len(outcomes)} scenarios could not see what they needed"
        return "" if "passed" in outcomes else "no scenario passed"

    def unknown(self, report: pytest.TestReport) -> bool:
        """Tell whether a report taken in shows something unknown, and nothing worse."""
        if report.when == "call" and not isinstance(report, pytest.SubtestReport):
            return bool(self._records[report.nodeid]["outcome"] == "unknown")
        return _blind(report)

    def take(self, report: pytest.TestReport) -> None:
        """Take in what pytest reports of a scenario: a phase of it, or a subtest."""
        if report.passed and report.when in ("setup", "teardown"):
            return
        properties = dict(report.user_properties)
        outcome = "unknown" if _blind(report) else report.outcome
        text = "" if report.passed else message(report)
        record = self._records.setdefault(
            report.nodeid,
            {
                "scenario": report.nodeid,
                "family": properties.get("family", ""),
                "proves": properties.get("proves", report.nodeid),
                "why": properties.get("why", ""),
                "severity": properties.get("severity"),
                "outcome": "skipped",
                "message": "",
                "seconds": 0.0,
                "readings": properties.get("readings", 1),
                "at_first": properties.get("at_first", ""),
                "waits": [],
                "parts": [],
            },
        )
        record["waits"] += properties.get("waits", ())
        if isinstance(report, pytest.SubtestReport):
            part = {"part": part_of(report), "outcome": outcome, "message": text}
            record["parts"].append({**part, "at_first": properties.get("at_first") or ""})
        else:
            record["at_first"] = properties.get("at_first") or ""
            record["seconds"] = round(record["seconds"] + report.duration, 3)
        if _ORDER.index(outcome) < _ORDER.index(record["outcome"]) or not record["message"]:
            record["message"] = text
        record["outcome"] = min(record["outcome"], outcome, key=_ORDER.index)


def part_of(report: pytest.SubtestReport) -> str:
    """Give what a subtest is called."""
    return report.context.msg or ", ".join(map(str, report.context.kwargs.values()))


def _blind(report: pytest.TestReport) -> bool:
    # They were lists on their way from an xdist worker.
    return UNKNOWN in map(tuple, report.user_properties)


def message(report: pytest.TestReport) -> str:
    """Give in one line what a report says of its failure."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = str(crash.message).removeprefix("AssertionError: ")
    elif isinstance(report.longrepr, (tuple, list)):
        text = str(report.longrepr[2]).removeprefix("Skipped: ")
    else:
        text = str(report.longrepr or "")
    return next(iter(text.splitlines()), "")
