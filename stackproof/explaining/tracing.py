"""Tracing: which facts a control reads while it judges one resource.

A view over a stack that notes each property when it is asked for. It is made for the one judgement
that is to be explained; other runs judge the plain data and pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from stackproof.model import Control, Outcome, Resource, Stack
from stackproof.model.called import PHYSICAL_NAMES

_QUESTIONS: Final = ("all", "around")
_CONTAINERS: Final = (Mapping, list, tuple)


@dataclass(frozen=True, slots=True)
class Fact:
    """A property as it was read; `value` is None where it is not set."""

    resource: Resource
    path: str
    value: Any


@dataclass(slots=True)
class Trace:
    """What was read: facts by resource and path, and types of which resources were looked for."""

    on: bool = False
    read: dict[tuple[str, str], Fact] = field(default_factory=dict)
    looked_for: dict[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        """Give the facts in the order of reading, without those of which parts were read."""
        return [
            fact
            for (identity, path), fact in self.read.items()
            if not (isinstance(fact.value, _CONTAINERS) and self._deeper(identity, path))
            # A stack asks everything by what it may be called, to find who points to it.
            and not (fact.value is None and path in PHYSICAL_NAMES)
        ]

    def note(self, resource: Resource, path: str, value: Any) -> None:
        """Take note of a fact."""
        if self.on:
            self.read.setdefault((resource.identity, path), Fact(resource, path, value))

    def _deeper(self, identity: str, path: str) -> bool:
        inside = (f"{path}.", f"{path}[")
        return any(of == identity and at.startswith(inside) for of, at in self.read)


def traced(
    control: Control, resource: Resource, stack: Stack, parameters: Mapping[str, Any]
) -> tuple[dict[str, Outcome], Trace]:
    """Judge a resource of a stack as ever, and give what was read for it.

    The resource may also be one of others', which the stack holds.
    """
    trace = Trace()
    seen = {id(member): _seen(member, trace) for member in (*stack, *stack.foreign)}
    shadow = Stack(
        [seen[id(member)] for member in stack],
        stack.sight,
        stack.gaps,
        [seen[id(member)] for member in stack.foreign],
    )
    for name in _QUESTIONS:
        # Its own methods ask by these as well, so that nothing is looked for unnoticed.
        setattr(shadow, name, _noting(getattr(shadow, name), trace))
    trace.on = True
    outcomes = control.outcomes(seen[id(resource)], shadow, parameters)
    trace.on = False
    return outcomes, trace


def _noting(
    ask: Callable[[str], tuple[Resource, ...]], trace: Trace
) -> Callable[[str], tuple[Resource, ...]]:
    def asked(type_: str) -> tuple[Resource, ...]:
        found = ask(type_)
        if trace.on:
            trace.looked_for[type_] = max(len(found), trace.looked_for.get(type_, 0))
        return found

    return asked


def _seen(resource: Resource, trace: Trace) -> Resource:
    if resource.unread is not None:
        return resource
    return replace(resource, data=_Object(resource.data, resource, "", trace))


class _Object(dict[str, Any]):
    """A map that takes note of what is asked of it; a `dict`, so that it is taken for one."""

    __slots__ = ("_note",)

    def __init__(self, data: Mapping[str, Any], resource: Resource, at: str, trace: Trace) -> None:
        place = f"{at}." if at else ""
        super().__init__(
            (name, _inside(value, resource, f"{place}{name}", trace))
            for name, value in data.items()
        )
        self._note: Callable[[str, Any], None] = lambda name, value: trace.note(
            resource, f"{place}{name}", value
        )

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        self._note(name, value)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        value = super().get(name, default)
        self._note(name, super().get(name))
        return value

    def __contains__(self, name: object) -> bool:
        self._note(str(name), super().get(str(name)))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._note_all()
        return super().__iter__()

    def keys(self) -> Any:
        self._note_all()
        return super().keys()

    def values(self) -> Any:
        self._note_all()
        return super().values()

    def items(self) -> Any:
        self._note_all()
        return super().items()

    def _note_all(self) -> None:
        for name, value in super().items():
            self._note(name, value)


def _inside(value: Any, resource: Resource, at: str, trace: Trace) -> Any:
    if isinstance(value, Mapping):
        return _Object(value, resource, at, trace)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = (_inside(item, resource, f"{at}[{n}]", trace) for n, item in enumerate(value))
        return list(items) if isinstance(value, list) else tuple(items)
    return value
