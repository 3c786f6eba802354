"""Verify a deployed stack: read it once, judge it with every control."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stackproof.controls import judge
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Finding, outcome_word
from stackproof.outputs import Outputs
from stackproof.waivers import Waiver, Waivers

if TYPE_CHECKING:
    from stackproof.model import Resource
    from stackproof.sights.live.snapshot import Snapshot

_NAMES_ONLY = (
    "does not say the project and environment that resources are tagged with: what neither it nor "
    "a found resource names was not verified"
)
OUTCOMES = ("pass", "fail", "unknown", "not_applicable", "waived")


@dataclass(frozen=True, slots=True)
class Run:
    """The facts of a verification and what it found.

    `calls` counts the API requests sent, by service; `seconds` is the wall time of it all;
    `warnings` are sentences about what was given to the run.
    """

    stack: str
    account: str
    regions: tuple[str, ...]
    endpoint: str | None
    emulated: bool
    calls: Mapping[str, int]
    seconds: float
    resources: int
    findings: Sequence[Finding]
    warnings: Sequence[str] = ()

    @property
    def summary(self) -> dict[str, int]:
        """Count the findings of each outcome, those that did not occur included."""
        return tally(self.findings)

    @property
    def exit_code(self) -> int:
        """Give 1 for any failure, 3 when something or everything could not be seen, else 0."""
        count = self.summary
        if count["fail"]:
            return FAILED
        seen = count["pass"] + count["waived"]
        return COULD_NOT if count["unknown"] or not seen else VERIFIED

    @property
    def verdict(self) -> str:
        """Say in one sentence what the exit code means."""
        count = self.summary
        if count["fail"]:
            return f"failed: the stack is not what it claims ({_many(count['fail'], 'failure')})"
        if count["unknown"]:
            facts = _many(count["unknown"], "finding")
            return f"not verified: not everything could be seen ({facts} unknown)"
        if self.exit_code == COULD_NOT:
            return "not verified: there was nothing to judge"
        accepted = (
            f", but for {_many(count['waived'], 'waived failure')}" if count["waived"] else ""
        )
        return f"verified: everything was seen and everything holds{accepted}"


def tally(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by the word of their outcome."""
    counts = Counter(outcome_word(finding.outcome) for finding in findings)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def snapshot_of(outputs: Outputs, state: Path | None = None) -> Snapshot:
    """Read everything that belongs to the stack; URNs come from the state file when given.

    Raises LiveError when nothing can be verified, StateError for a bad state file.
    """
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.snapshot import guard, take, with_urns

    declared = None
    if state is not None:
        from stackproof.sights.state import read_state

        declared = read_state(state)
    snapshot = take(
        Aws(guard(readers())),
        readers(),
        regions=outputs.regions,
        keys=outputs.keys,
        own_tags=outputs.own_tags,
        account=outputs.account,
        state=declared,
    )
    return snapshot if declared is None else with_urns(snapshot, declared)


def verify(outputs: Outputs, state: Path | None = None, waived: Sequence[Waiver] = ()) -> Run:
    """Judge a deployed stack with every control of the catalogue."""
    began = time.monotonic()
    run = judged(outputs, snapshot_of(outputs, state), began, waived)
    if outputs.own_tags or state is not None:
        return run
    return replace(run, warnings=[*run.warnings, f"{outputs.path} {_NAMES_ONLY}"])


def judged(
    outputs: Outputs, snapshot: Snapshot, began: float, waived: Sequence[Waiver] = ()
) -> Run:
    """Judge a snapshot; `began` is the monotonic time at which the work started."""
    waivers = Waivers(waived, stack_name(outputs, snapshot.resources))
    findings = waivers.apply(judge(snapshot.stack()))
    return Run(
        stack=waivers.stack or str(outputs.path),
        account=snapshot.account,
        regions=snapshot.regions,
        endpoint=snapshot.endpoint,
        emulated=snapshot.emulated,
        calls=snapshot.calls,
        seconds=time.monotonic() - began,
        resources=len(snapshot.resources),
        findings=findings,
        warnings=waivers.unmatched(findings),
    )


def stack_name(outputs: Outputs, resources: Iterable[Resource] = ()) -> str | None:
    """Give the stack's name, by its outputs or by its resources' URNs; None when neither says."""
    if "stack" in outputs.values:
        return str(outputs["stack"])
    urn = next((resource.urn for resource in resources if resource.urn), None)
    return None if urn is None else urn.split("::")[0].removeprefix("urn:pulumi:")
