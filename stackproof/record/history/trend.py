"""How a stack went from night to night: failures and their age, and how much was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from stackproof.record.form import SEVERITIES
from stackproof.record.history.history import History
from stackproof.record.history.month import Month

# A year, and the month that has begun.
_MONTHS: Final = 13
_NOT_OURS: Final = "not this stack's"


@dataclass(frozen=True, slots=True)
class Night:
    """One night: failures and the age in days of the oldest, by severity; the share judged.

    `judged` is of the stack's resources, from 0 to 1; None where there were none.
    """

    began: datetime
    failures: Mapping[str, int]
    oldest: Mapping[str, float]
    unknown: int
    judged: float | None


def trend(history: History, stack: str) -> list[Night]:
    """Give the nights of a stack's last thirteen months that saw something, the earliest first."""
    months = [month for _, month in history.months(stack)][-_MONTHS:]
    return [night for month in months for night in _nights(history.month(stack, month))]


def _nights(month: Month) -> list[Night]:
    runs = dict(month.runs())
    failures: dict[int, Counter[str]] = {number: Counter() for number in runs}
    since: dict[int, dict[str, str]] = {number: {} for number in runs}
    unknown: Counter[int] = Counter()
    for found, first, last in month.told("finding"):
        for number in range(first, last + 1):
            run = runs[number]
            if found.get("sight", "live") != run["run"]["sight"]:
                continue
            unknown[number] += found["outcome"] == "unknown"
            if found["outcome"] == "fail":
                severity = found["severity"]
                failures[number][severity] += 1
                began = found.get("failing_since") or run["run"]["began"]
                since[number][severity] = min(began, since[number].get(severity, began))
    return [
        _night(run, failures[number], since[number], unknown[number])
        for number, run in runs.items()
        # A night in which nothing was seen is not one without failures.
        if any(run["summary"].values()) or not run.get("errors")
    ]


def _night(
    run: Mapping[str, Any], failures: Counter[str], since: Mapping[str, str], unknown: int
) -> Night:
    began = datetime.fromisoformat(run["run"]["began"])
    counts = {k: n for k, n in run["accounting"]["counts"].items() if k != _NOT_OURS}
    total = sum(counts.values())
    return Night(
        began=began,
        failures={name: failures[name] for name in SEVERITIES},
        oldest={
            name: (began - datetime.fromisoformat(since[name])) / timedelta(days=1)
            if name in since
            else 0.0
            for name in SEVERITIES
        },
        unknown=unknown,
        judged=counts.get("judged", 0) / total if total else None,
    )
