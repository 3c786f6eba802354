"""Verify a deployed stack: read it once, judge it with every control."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stackproof.controls import judge
from stackproof.model import Fail, Finding, NotApplicable, Pass, Unknown, Waived
from stackproof.outputs import Outputs

if TYPE_CHECKING:
    from stackproof.sights.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Run:
    """The facts of a verification and what it found.

    `calls` counts the API requests sent, by service; `seconds` is the wall time of it all.
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

    @property
    def exit_code(self) -> int:
        """Give 1 for any failure, 3 when something or everything could not be seen, else 0."""
        if any(isinstance(finding.outcome, Fail) for finding in self.findings):
            return 1
        blind = any(isinstance(finding.outcome, Unknown) for finding in self.findings)
        seen = any(isinstance(finding.outcome, (Pass, Waived)) for finding in self.findings)
        return 3 if blind or not seen else 0

    def count(self, kind: type[Pass | Fail | Unknown | NotApplicable | Waived]) -> int:
        """Count the findings of one kind of outcome."""
        return sum(isinstance(finding.outcome, kind) for finding in self.findings)


def snapshot_of(outputs: Outputs, state: Path | None = None) -> Snapshot:
    """Read everything that belongs to the stack; URNs come from the state file when given.

    Raises LiveError when nothing can be verified, StateError for a bad state file.
    """
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.snapshot import guard, take, with_urns

    declared = None
    keys = set(outputs.keys)
    if state is not None:
        from stackproof.sights.state import load

        declared = load(state)
        keys |= {key for r in declared for key in (r.id, r.arn) if key}
    snapshot = take(
        Aws(guard(readers())),
        readers(),
        regions=outputs.regions,
        keys=keys,
        own_tags=outputs.own_tags,
        account=outputs.account,
    )
    return snapshot if declared is None else with_urns(snapshot, declared)


def verify(outputs: Outputs, state: Path | None = None) -> Run:
    """Judge a deployed stack with every control of the catalogue."""
    began = time.monotonic()
    return judged(outputs, snapshot_of(outputs, state), began)


def judged(outputs: Outputs, snapshot: Snapshot, began: float) -> Run:
    """Judge a snapshot; `began` is the monotonic time at which the work started."""
    findings = judge(snapshot.stack())
    return Run(
        stack=str(outputs.get("stack", outputs.path)),
        account=snapshot.account,
        regions=snapshot.regions,
        endpoint=snapshot.endpoint,
        emulated=snapshot.emulated,
        calls=snapshot.calls,
        seconds=time.monotonic() - began,
        resources=len(snapshot.resources),
        findings=findings,
    )
