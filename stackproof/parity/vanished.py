"""Vanished: what the state or the outputs name and AWS does not have fails a control of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from stackproof.model import (
    Category,
    Control,
    Fail,
    Finding,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.parity.accounting import TYPELESS, Accounting, Entry, Status
from stackproof.parity.naming import Source
from stackproof.types.tokens import KMS_KEY

EVERY_TYPE = "aws:*"
_ORDER = tuple(Severity)


def exists(resource: Resource) -> Outcome:
    """What the state and the outputs name must be there: who relies on it finds nothing otherwise.

    A resource that waits for its deletion is gone already for whoever uses it. The severity is the
    highest of the controls that judge its type.
    """
    if resource["exists"]:
        return Pass()
    return Fail(
        "resource",
        "there, for the stack names it",
        resource["seen"] or "gone",
        "Bring it back with `pulumi up --refresh` and its data from a backup; if it was meant to "
        "go, take it out of the program.",
    )


EXISTS = Control(
    id="resource-exists",
    title="What the state and the outputs name is there",
    severity=Severity.HIGH,
    category=Category.PARITY,
    types=(EVERY_TYPE,),
    judge=exists,
    cases=Cases(
        passing=Given(KMS_KEY, {"exists": True}),
        failing=(Change("exists", value=False),),
        unknown=(Hide("exists"),),
    ),
)


def missing(
    accounting: Accounting, controls: Iterable[Control], gaps: Collection[str]
) -> Iterator[Finding]:
    """Give the findings about what is named and was not read.

    What can't be read and a control would judge is Unknown for each of its controls, unless its
    type is among the `gaps`, which have their findings already.
    """
    judging: dict[str, list[Control]] = {}
    for control in controls:
        for type_ in control.types:
            judging.setdefault(type_, []).append(control)
    for entry in accounting.entries:
        if entry.resource.unread:
            continue  # it was listed, and is unknown to its controls already
        held = [control for type_ in entry.types for control in judging.get(type_, ())]
        if entry.status is Status.VANISHED:
            yield _finding(entry, held, there=False)
        elif entry.status is Status.UNREADABLE and entry.unknown is not None:
            if entry.unknown not in TYPELESS and entry.source is not Source.TAGS:
                yield _finding(entry, held, there=entry.unknown)
            if not set(entry.types).intersection(gaps):
                yield from (Finding(item, entry.resource, entry.unknown) for item in held)


def _finding(entry: Entry, held: Iterable[Control], there: Any) -> Finding:
    severities = [control.severity for control in held]
    severity = min(severities, key=_ORDER.index) if severities else Severity.MEDIUM
    control = replace(EXISTS, severity=severity)
    judged = replace(entry.resource, data={"exists": there, "seen": entry.why})
    (outcome,) = control.outcomes(judged, Stack((judged,), Sight.LIVE)).values()
    return Finding(control, entry.resource, outcome)
