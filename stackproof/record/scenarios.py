"""Scenarios of one record and of the next: what one found is part of what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stackproof.record.canonical import digest
from stackproof.record.form import Item, Record, Scenario

_BAD: Final = ("failed", "unknown")
# Where an object was in memory is another place in every run.
_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]{6,}\b")


def found_by(scenario: Scenario) -> Mapping[str, str]:
    """Give what a failed scenario found, by fingerprints: its failing subtests, or its message."""
    if scenario.outcome != "failed":
        return {}
    parts = [(part.part, part.message) for part in scenario.parts if part.outcome == "failed"]
    found = {}
    for part, message in parts or [("", scenario.message)]:
        told = [scenario.scenario, part, _ADDRESS.sub("0x", message)]
        found[digest(told)[:16]] = f"scenario {scenario.scenario}" + (f" [{part}]" if part else "")
    return found


def newly_bad(before: Record, after: Record) -> Iterator[Item]:
    """Give the scenarios that fail or see nothing now, and didn't, or that found something else."""
    old = _by_name(before.scenarios)
    for scenario in after.scenarios:
        was = old.get(scenario.scenario)
        known = found_by(was) if was else {}
        unseen = scenario.outcome == "unknown" and (was is None or was.outcome not in _BAD)
        if unseen or found_by(scenario).keys() - known.keys():
            yield Item(type=scenario.outcome, name=scenario.scenario, why=scenario.message)


def mended(before: Record, after: Record) -> Iterator[Item]:
    """Give the scenarios that hold now and didn't."""
    old = _by_name(before.scenarios)
    for scenario in after.scenarios:
        was = old.get(scenario.scenario)
        if scenario.outcome == "passed" and was and was.outcome in _BAD:
            yield Item(type=scenario.outcome, name=scenario.scenario)


def still_failing(record: Record) -> list[str]:
    """Name the scenarios that fail as they did in the record before."""
    new = {item.name for item in record.changes.scenarios_new} if record.changes else set()
    failed = (s.scenario for s in record.scenarios if s.outcome == "failed")
    return [name for name in failed if name not in new]


def _by_name(scenarios: Iterable[Scenario]) -> Mapping[str, Scenario]:
    return {scenario.scenario: scenario for scenario in scenarios}
