"""What there is to be explained: one reading of a stack, and what its state says of the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stackproof import log
from stackproof.closest import closest
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Finding, Resource, Stack
from stackproof.model.called import names_of
from stackproof.model.sentences import listed
from stackproof.outputs import Outputs
from stackproof.parity.accounting import Entry, short
from stackproof.settings.settings import Settings
from stackproof.sights.state import State
from stackproof.types.owners import called
from stackproof.verify import Run, guessed_region, settled, verify_state
from stackproof.waivers import Waiver

_FINGERPRINT = re.compile(r"[0-9a-f]{6,32}")
_MOST = 8


@dataclass(frozen=True, slots=True)
class Known:
    """A run, the stack that it judged, the state beside it, and how owners were found.

    `live` is None when only the state was judged. `whose` are the facts of the log's events,
    `warnings` what is to be said of where it was looked for.
    """

    run: Run
    settings: Settings
    live: Stack | None
    state: State | None
    whose: Sequence[log.Facts] = field(default_factory=tuple)
    warnings: Sequence[str] = ()

    @property
    def resources(self) -> Iterator[Resource]:
        """Give every resource that any of them knows; what is known twice comes twice."""
        for stack in (self.live, self.state and self.state.stack):
            yield from (*stack, *stack.foreign) if stack else ()
        yield from (entry.resource for entry in self.run.accounting.entries)

    def entry(self, resource: Resource) -> Entry | None:
        """Give how a resource ends."""
        entries = self.run.accounting.entries
        return next((e for e in entries if e.resource.identity == resource.identity), None)

    def of(self, resource: Resource) -> list[Finding]:
        """Give the findings on a resource."""
        return [f for f in self.run.findings if f.resource.identity == resource.identity]


def read_live(
    outputs: Outputs, state: State | None, waived: Sequence[Waiver], settings: Settings
) -> Known:
    """Read and judge a deployed stack, and listen to how it is found whose things are."""
    whose: list[log.Facts] = []
    with log.heard(log.WHOSE, whose.append):
        snapshot, run = settled(outputs, state, waived, 0.0, settings=settings)
    guessed = guessed_region(str(outputs.path), snapshot)
    return Known(run, settings, snapshot.stack(), state, tuple(whose), guessed)


def read_state_alone(
    state: State, name: str | Path, waived: Sequence[Waiver], settings: Settings
) -> Known:
    """Judge what a state says."""
    return Known(verify_state(state, str(name), waived, settings), settings, None, state)


def findings_of(known: Known, words: Sequence[str]) -> list[Finding]:
    """Give the findings that words name: a fingerprint, or a control and a resource.

    Gives none for what can only be a resource. Raises StackproofError when there is no such thing.
    """
    if len(words) == 1:
        (word,) = words
        hits = [f for f in known.run.findings if f.fingerprint.startswith(word)]
        return hits if _FINGERPRINT.fullmatch(word) else []
    control, name = words
    controls = {finding.control.id for finding in known.run.findings}
    if control not in controls:
        hint = closest(control, controls, "`stackproof controls` lists them")
        raise StackproofError(f"no control {control!r} judged this stack; {hint}", Code.UNEXPLAINED)
    resources = {r.identity for r in _called(known.resources, name)}
    hits = [
        finding
        for finding in known.run.findings
        if finding.control.id == control
        and (finding.resource.identity in resources or name in asked_by(finding.resource))
    ]
    if not hits:
        on = {
            name
            for f in known.run.findings
            if f.control.id == control
            for name in (f.resource.name,)
        }
        raise StackproofError(
            f"{control} has no finding on {name!r}; "
            f"{closest(name, on, f'it judged {listed(sorted(on), _MOST)}')}",
            Code.UNEXPLAINED,
        )
    return hits


def resource_of(known: Known, name: str) -> tuple[Resource, list[Resource]]:
    """Give the resource of a name, and the parts of it that have the same one.

    Raises StackproofError when there is none, or when several are called so.
    """
    hits = _called(known.resources, name)
    if not hits:
        _refuse_control(known, name)
        names = {resource.name for resource in known.resources if resource.name}
        raise StackproofError(
            f"nothing is called {name!r}: give a URN, ARN, id or name, a finding's fingerprint "
            "(with the --stack, --state or --outputs of its run), or a control with a resource; "
            f"{closest(name, names, '`verify` names what there is')}",
            Code.UNEXPLAINED,
        )
    main = [hit for hit in hits if hit.type in _main_types()] or hits
    if len(main) > 1:
        labels = listed([f'"{label_of(hit)}"' for hit in main], _MOST)
        raise StackproofError(
            f"several are called {name!r}; name one as {labels}, or by its URN or ARN",
            Code.UNEXPLAINED,
        )
    return main[0], [hit for hit in hits if hit is not main[0]]


def _refuse_control(known: Known, name: str) -> None:
    """Raise StackproofError for a control's id: without a resource nothing can be explained."""
    from stackproof.controls import catalogue

    on = sorted({f.resource.name for f in known.run.findings if f.control.id == name})
    if not on and name not in (*catalogue(), *known.settings.own):
        return
    judged = (
        f"name one that it judged, too: {listed(on, _MOST)}" if on else "it judged nothing here"
    )
    raise StackproofError(
        f"{name!r} is a control: {judged}; `stackproof controls {name}` says what it demands",
        Code.UNEXPLAINED,
    )


def label_of(resource: Resource) -> str:
    """Give a resource's type and name, as reports have it."""
    return f"{short(resource.type)} {called(resource.name, resource.owner)}".strip()


def asked_by(resource: Resource) -> set[str]:
    """Give everything that a resource may be asked for by."""
    label = f"{short(resource.type)} {resource.name}"
    return {*names_of(resource), label, label_of(resource)}


def twin_of(resource: Resource, stack: Stack) -> Resource | None:
    """Give the same resource in another stack: by URN, else by ARN or id within its type."""
    if resource.urn and (found := stack.find(resource.urn, resource.type)):
        return found
    keys = (resource.arn, resource.id)
    return next((hit for key in keys if key and (hit := stack.find(key, resource.type))), None)


def _called(resources: Iterable[Resource], name: str) -> list[Resource]:
    hits: dict[str, Resource] = {}
    known: set[Any] = set()
    for resource in resources:
        # A state and AWS know the same by different names: an ARN or id of its type tells it.
        keys = {(resource.type, key) for key in (resource.urn, resource.arn, resource.id) if key}
        if name in asked_by(resource) and known.isdisjoint(keys):
            hits.setdefault(resource.identity, resource)
            known |= keys
    return list(hits.values())


def _main_types() -> set[str]:
    from stackproof.sights.live.readers import readers

    return {reader.types[0] for reader in readers()}
