"""Gates: which failures of a record make its run fail. What could not be seen always counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED, worst
from stackproof.model import Severity
from stackproof.model.json_text import parse, text_of
from stackproof.model.sentences import listed, many
from stackproof.record.comparable import elsewhere, place_of
from stackproof.record.form import SEVERITIES, Finding, Named, Record, Scenario
from stackproof.record.scenarios import found_by
from stackproof.settings.nightly_form import Budget
from stackproof.types.owners import called

_NAMED: Final = 3
UNKEPT: Final = "the record could not be kept"
VERSION: Final = 1
_Found = TypeVar("_Found", Finding, Named, Finding | Named)


class BaselineError(StackproofError):
    """Raised for a file that is no baseline; says which and why."""

    code = Code.RECORD


@dataclass(frozen=True, slots=True)
class Baseline:
    """Failures that are known, by stack: fingerprints of findings, and of what scenarios found.

    `places` say in which accounts, and by whom asked, they were; of older files nobody knows.
    """

    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def knows(self, stack: str, name: str) -> bool:
        """Tell whether a failure is known."""
        return name in self.known.get(stack, ())


@dataclass(frozen=True, slots=True)
class Gate:
    """What lets failures through: those less severe than `fail_on`, known ones, old ones.

    With `only_new` a failure that the last record has lets the run pass. What is older than a
    budget allows never does.
    """

    fail_on: Severity | None = None
    only_new: bool = False
    baseline: Baseline = field(default_factory=Baseline)
    budgets: Sequence[Budget] = ()


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gates make of a record: the exit code, and a sentence for each reason.

    `kept` is False where the record was to be kept, and could not be.
    """

    exit_code: int
    reasons: tuple[str, ...]
    kept: bool = True


def gated(record: Record, gate: Gate) -> Gated:
    """Judge a record by the gates."""
    gate, doubts = _of_here(record, gate)
    told_on = Severity(record.run.fail_on)
    fail_on = gate.fail_on or told_on
    failing = [f for f in (*record.findings, *record.not_seen) if f.outcome == "fail"]
    over = [f for f in failing if _over(f, record, gate.budgets)]
    counted = [f for f in record.findings if f.outcome == "fail" and _counts(f, fail_on)]
    stack = record.run.stack
    new = _new(record, counted) if gate.only_new else counted
    kept = [f for f in new if not gate.baseline.knows(stack, f.fingerprint)]
    failed = [s for s in record.scenarios if s.outcome == "failed"]
    severe = [s for s in failed if s.at_least(fail_on)]
    broken = [s.scenario for s in severe if _scenario_counts(s, record, gate)]
    spared = [s.scenario for s in severe if s.scenario not in broken]
    passed = len(_once(counted)) - len(_once(kept))
    through = " let through, as known or not new"
    lesser = f" let through, as below {fail_on}"
    below = [f for f in failing if _counts(f, told_on) and not _counts(f, fail_on)]
    light = [s.scenario for s in failed if not s.at_least(fail_on)]
    sentences = (
        (len(_once(over)), "failure", f" older than the budget: {_names(over)}"),
        (len(_once(kept)), "failure", f": {_names(kept)}"),
        (len(broken), "scenario", f" failed: {listed(broken, _NAMED)}"),
        (passed, "failure", through),
        (len(spared), "scenario", f"{through}: {listed(spared, _NAMED)}"),
        (len(_once(below)), "failure", lesser),
        (len(light), "scenario", f"{lesser}: {listed(light, _NAMED)}"),
    )
    reasons = [f"{many(number, noun)}{told}" for number, noun, told in sentences if number]
    reasons += [*doubts, *_by_settings(record, failing)]
    if over or kept or broken:
        return Gated(FAILED, tuple(reasons))
    if _blind(record):
        return Gated(COULD_NOT, (*reasons, "not everything could be seen"))
    return Gated(VERIFIED, tuple(reasons))


def _of_here(record: Record, gate: Gate) -> tuple[Gate, list[str]]:
    """Give the gate without what is known of other accounts or endpoints, and say what that is."""
    doubts: list[str] = []
    changes, here = record.changes, place_of(record)
    if gate.only_new and changes and (others := elsewhere(changes)):
        gate = replace(gate, only_new=False)
        told = " and ".join(f"{difference.what} {difference.before}" for difference in others)
        doubts.append(f"the last record is of the {told}: all failures count as new")
    known = gate.baseline.places.get(record.run.stack, frozenset())
    if here and known and here not in known:
        gate = replace(gate, baseline=Baseline())
        doubts.append(
            f"the baseline knows failures of {record.run.stack} in {' and in '.join(sorted(known))}"
            f", not in {here}: none counts as known"
        )
    return gate, doubts


def _by_settings(record: Record, failing: Iterable[Finding]) -> Iterator[str]:
    """Say which failures are none any more because the settings are others."""
    if (changes := record.changes) is None:
        return
    still = {finding.fingerprint for finding in failing}
    excused = [finding for finding in changes.by_settings if finding.fingerprint not in still]
    for found, told in (
        (changes.unchosen, "no longer chosen by the settings"),
        (excused, "no longer called so by the settings"),
    ):
        if found:
            yield f"{many(len(_once(found)), 'failure')} {told}: {_names(found)}"


def unkept(judged: Gated) -> Gated:
    """Give what the gates make of a record that could not be kept: never that all is verified."""
    code = worst((judged.exit_code, COULD_NOT))
    return Gated(code, (*judged.reasons, UNKEPT), kept=False)


def let_through(record: Record, exit_code: int | None) -> bool:
    """Tell whether gates that gave an exit code let pass what the record itself calls failed."""
    return exit_code == VERIFIED and record.run.exit_code == FAILED


def _new(record: Record, counted: Iterable[Finding]) -> list[Finding]:
    """Give the failures that the record before did not have; under a waiver it had none."""
    changes = record.changes
    if changes is None:
        return list(counted)
    came = (*changes.new, *changes.drifted, *changes.by_catalogue, *changes.by_settings)
    keys = {(change.sight, change.fingerprint) for change in came}
    return [f for f in counted if (f.sight, f.fingerprint) in keys]


def _scenario_counts(scenario: Scenario, record: Record, gate: Gate) -> bool:
    changes = record.changes
    new = changes is None or scenario.scenario in {item.name for item in changes.scenarios_new}
    if gate.only_new and not new:
        return False
    return not all(gate.baseline.knows(record.run.stack, name) for name in found_by(scenario))


def _counts(finding: Finding, fail_on: Severity) -> bool:
    return Severity(finding.severity).at_least(fail_on)


def _over(finding: Finding, record: Record, budgets: Iterable[Budget]) -> bool:
    if finding.failing_since is None:
        return False
    began, since = map(datetime.fromisoformat, (record.run.began, finding.failing_since))
    return any(
        _counts(finding, Severity(budget.severity)) and began - since > timedelta(days=budget.days)
        for budget in budgets
    )


def _blind(record: Record) -> bool:
    unseen = record.summary["unknown"] or record.errors or record.not_seen
    return bool(
        unseen
        or record.run.exit_code not in (VERIFIED, FAILED)
        or any(scenario.outcome == "unknown" for scenario in record.scenarios)
    )


def _once(findings: Iterable[_Found]) -> dict[str, _Found]:
    """Give findings once, at however many sights they are."""
    return {finding.fingerprint: finding for finding in findings}


def _names(findings: Iterable[Finding | Named]) -> str:
    found = sorted(
        _once(findings).values(), key=lambda f: (SEVERITIES.index(f.severity), f.control)
    )
    named = [f"{f.control} on {called(f.name, f.owner)}" for f in found]
    return listed(named, _NAMED)


def baseline_of(records: Iterable[Record]) -> str:
    """Give a baseline of the failures of records as text, to be committed."""
    stacks: dict[str, dict[str, str]] = {}
    places: dict[str, set[str]] = {}
    for record in records:
        places.setdefault(record.run.stack, set()).add(place_of(record))
        told = stacks.setdefault(record.run.stack, {})
        for finding in record.findings:
            if finding.outcome == "fail":
                facet = f" [{finding.facet}]" if finding.facet else ""
                name = called(finding.name, finding.owner)
                told[finding.fingerprint] = f"{finding.control} on {name}{facet}"
        for scenario in record.scenarios:
            told.update(found_by(scenario))
    sorted_ = {name: dict(sorted(told.items())) for name, told in sorted(stacks.items())}
    # Where a record doesn't say it, nobody can tell that its failures are not those of here.
    known = {name: sorted(of) for name, of in sorted(places.items()) if all(of)}
    return json.dumps({"baseline": VERSION, "stacks": sorted_, "places": known}, indent=2)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline; raise BaselineError when it is none."""
    try:
        data = parse(text_of(file))
    except OSError as error:
        raise BaselineError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise BaselineError(f"{file} is no baseline: {error}") from None
    stacks = data.get("stacks") if isinstance(data, dict) else None
    if not isinstance(stacks, dict) or data.get("baseline") != VERSION:
        raise BaselineError(f"{file} is no baseline: `stackproof baseline` writes one")
    if not all(isinstance(told, dict) for told in stacks.values()):
        raise BaselineError(f"{file} is no baseline: each stack holds fingerprints and names")
    places = data.get("places", {})
    if not isinstance(places, dict) or not all(map(_names_places, places.values())):
        raise BaselineError(f"{file} is no baseline: each stack has a list of places")
    return Baseline(*({name: frozenset(of) for name, of in d.items()} for d in (stacks, places)))


def _names_places(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(place, str) for place in value)
