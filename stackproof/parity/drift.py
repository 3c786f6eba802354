"""Drift: what a program set and AWS shows differently, property by property."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from stackproof.model import (
    Category,
    Cause,
    Control,
    Fail,
    Finding,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.model.secrecy import disclosed
from stackproof.model.unknowns import has_unknown
from stackproof.parity.equivalence import Difference, differences, is_nothing
from stackproof.parity.showing import Showing
from stackproof.parity.unmanaged import unmanaged
from stackproof.sights.state import State
from stackproof.types import tokens as t
from stackproof.types.left_unset import left_unset
from stackproof.types.program_only import PROGRAM_ONLY

# What a value could be compared with is not there, or was never meant to be shown.
_NEVER_SHOWN = (Cause.UNREADABLE, Cause.UNSUPPORTED)
_LONGEST = 120
# Of one property, how many places that differ are named.
_MOST_PATHS = 5
# Numbers that scaling moves, by the type whose they are and what tells that it does.
_SCALED: Final = {
    t.ECS_SERVICE: ({"desired_count"}, t.APPSCALING_TARGET, "resource_id"),
    t.DYNAMODB_TABLE: ({"read_capacity", "write_capacity"}, t.APPSCALING_TARGET, "resource_id"),
    t.AUTOSCALING_GROUP: ({"desired_capacity"}, t.AUTOSCALING_POLICY, "autoscaling_group_name"),
}


def as_declared(resource: Resource) -> Mapping[str, Outcome]:
    """A change behind the program's back is reviewed by nobody, and undone by the next `up`.

    What the program set is compared with what AWS shows, or would show if it had it; other
    spellings of the same and what AWS fills in are no drift. What it left unset is compared where
    that changes what the thing does and AWS fills in nothing either.
    """
    live = resource["live"]
    return {
        name: _outcome(resource.type, name, wanted, _at(live, name))
        for name, wanted in resource["declared"].items()
    }


def _at(live: Any, path: str) -> Any:
    """Give what AWS shows at a path."""
    for name in path.split("."):
        live = live.get(name) if isinstance(live, Mapping) else None
    return live


def _outcome(type_: str, name: str, wanted: Any, shown: Any) -> Outcome:
    if isinstance(shown, Unknown):
        return shown.at(name)
    found = [*islice(differences(type_, name, shown, wanted), _MOST_PATHS + 1)]
    if not found:
        return Pass()
    first, *further = found
    return Fail(
        first.path,
        f"as the program set it: {_text(first.path, first.wanted)}{_also(further)}",
        first.shown,
        "Run `pulumi up --refresh` to set it back, or put the change into the program.",
    )


def _also(further: Sequence[Difference]) -> str:
    """Name what else differs within the same property, as far as a line holds it."""
    paths = [found.path for found in further[: _MOST_PATHS - 1]]
    more = " and more" if len(further) == _MOST_PATHS else ""
    return f"; so too {', '.join(paths)}{more}" if paths else ""


def _text(path: str, value: Any) -> str:
    if value is None:
        return "not set"
    safe = disclosed(path, value)
    text = " ".join((safe if isinstance(safe, str) else json.dumps(safe, default=str)).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


DRIFT = Control(
    id="resource-as-declared",
    title="Properties are what the program set",
    severity=Severity.MEDIUM,
    category=Category.PARITY,
    types=("aws:*",),
    judge=as_declared,
    cases=Cases(
        passing=Given(
            t.KMS_KEY,
            {
                "declared": {"enable_key_rotation": True, "description": "database"},
                "live": {"enable_key_rotation": True, "description": "database", "multi": False},
            },
        ),
        failing=(
            Change("live.enable_key_rotation", value=False),
            Change("live.description", "somebody's"),
        ),
        unknown=(Hide("live.description"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out of comparing with a state: what drifted, and what is in no state.

    `compared` counts the properties that were, `unshown` those that the program set and AWS shows
    of nothing of the type.
    """

    findings: Sequence[Finding] = ()
    compared: int = 0
    unshown: int = 0
    unmanaged: Sequence[Resource] = ()


def compare(state: State, live: Iterable[Resource]) -> Comparison:
    """Compare what the state says that the program set with what AWS shows, by URN."""
    resources = tuple(live)
    by_urn = {resource.urn: resource for resource in resources}
    stack = Stack(resources, Sight.LIVE)
    showing = Showing(resources)
    findings: list[Finding] = []
    compared = unshown = 0
    for held in state.stack:
        twin = by_urn.get(held.urn) if held.urn else None
        if twin is None or twin.unread:
            continue
        wanted = dict(_declared(held, state.inputs.get(str(held.urn), {})))
        shown = {name: value for name, value in wanted.items() if _is_shown(twin, name, showing)}
        scaled = _scaled(twin, stack)
        unshown += len(wanted) - len(shown)
        declared = {name: value for name, value in shown.items() if name not in scaled}
        compared += len(declared)
        declared |= _added(twin, state.inputs.get(str(held.urn), {}))
        judged = replace(twin, data={"declared": declared, "live": twin.data})
        findings += (
            Finding(DRIFT, twin, outcome, facet)
            for facet, outcome in DRIFT.outcomes(judged, stack).items()
            if isinstance(outcome, (Fail, Unknown))
        )
    return Comparison(findings, compared, unshown, unmanaged(state, resources))


def _declared(held: Resource, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the properties that the program set, as the provider wrote them down."""
    for name, value in inputs.items():
        if name == "tags" and isinstance(held.raw("tags_all"), Mapping):
            # Those of the provider are the program's as well.
            yield name, held.raw("tags_all")
        elif name != "tags_all" and not has_unknown(value):
            yield name, value


def _added(twin: Resource, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give what AWS has by default of what the program left unset, where it shows something else.

    A state that doesn't say what the program set says nothing of what it left out.
    """
    found = {}
    for path, default in left_unset(twin.type, inputs) if inputs else ():
        shown = _at(twin.data, path)
        if shown is None or has_unknown(shown) or (default is None and is_nothing(shown)):
            continue
        if any(differences(twin.type, path, shown, default)):
            found[path] = default
    return found


def _is_shown(twin: Resource, name: str, showing: Showing) -> bool:
    if name in PROGRAM_ONLY.get(twin.type, ()):
        return False  # it would be compared with itself
    if name not in twin.data:
        return showing.would(twin, name)
    value = twin.raw(name)
    if isinstance(value, Unknown):
        return value.cause not in _NEVER_SHOWN
    return not has_unknown(value)


def _scaled(twin: Resource, stack: Stack) -> set[str]:
    """Give the properties of a resource that scaling sets, where something scales it."""
    names, scaler, path = _SCALED.get(twin.type, (set(), "", ""))
    called = {twin.raw("name"), twin.name, twin.id} - {None}
    for resource in stack.around(scaler) if scaler else ():
        target = resource.raw(path)
        if isinstance(target, str) and target.rpartition("/")[2] in called:
            return names
    return set()
