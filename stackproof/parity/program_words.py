"""The program's own words, where AWS has none: a state's, beside what was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from stackproof.model import Resource
from stackproof.sights.state import State
from stackproof.types.program_only import PROGRAM_ONLY


def with_program_words(live: Iterable[Resource], state: State | None) -> tuple[Resource, ...]:
    """Give what was read with what only the program tells, as the state has it, by URN."""
    held = (
        {}
        if state is None
        else {declared.urn: declared for declared in state.stack if declared.type in PROGRAM_ONLY}
    )
    return tuple(_filled(resource, held.get(resource.urn)) for resource in live)


def _filled(live: Resource, held: Resource | None) -> Resource:
    if held is None or live.unread is not None:
        return live
    words = {name: held.raw(name) for name in PROGRAM_ONLY.get(live.type, ())}
    known = {name: value for name, value in words.items() if value is not None}
    return replace(live, data={**live.data, **known}) if known else live
