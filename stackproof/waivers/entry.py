"""Waiver: one failure that its owner accepts until a day, as an entry of a file says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Final

from stackproof.closest import closest
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Resource
from stackproof.model.called import is_called

_ANY: Final = "*"


class WaiversError(StackproofError):
    """Raised when waivers cannot be used: one sentence for each problem, a line each."""

    code = Code.WAIVERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One accepted failure: a control, its resources, why, whose, and its last day.

    A resource may have one name at preview and another on AWS, hence several patterns. `expect`
    is the number of resources that it is meant for, where somebody counted them.
    """

    control: str
    resource: tuple[str, ...]
    stack: str = _ANY
    reason: str
    owner: str
    until: date
    expect: int | None = None

    @classmethod
    def read(cls, entry: Any) -> Waiver:
        """Read an entry of a file, in which every value is text, a list or a mapping.

        Raises WaiversError with a sentence for each problem, a line each.
        """
        problems = list(_problems(entry))
        if problems:
            raise WaiversError("\n".join(problems))
        return cls(**{key: _KEYS[key].read(value) for key, value in entry.items()})

    def covers(self, control: str, resource: Resource, *, stranger: bool = False) -> bool:
        """Tell whether it is about a control and a resource, by any name that the resource has.

        A `stranger` is in no state: who wrote a pattern has not seen it, so only its id or ARN,
        written whole, covers it.
        """
        if control != self.control:
            return False
        if stranger:
            return not {resource.id, resource.arn}.isdisjoint(self.resource)
        return self.names(resource)

    def names(self, resource: Resource) -> bool:
        """Tell whether it is about a resource, by any name that the resource has."""
        return any(is_called(resource, pattern) for pattern in self.resource)

    @property
    def text(self) -> str:
        """Name it: its control, its resources and its owner."""
        return f"{self.control} on {', '.join(self.resource)}, {self.owner}"

    def concerns(self, stack: str | None) -> bool:
        """Tell whether it is about a stack; one without a name is only in every stack."""
        return self.stack == _ANY if stack is None else fnmatchcase(stack, self.stack)


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key of an entry means, and how its value is read; one that is no good gives None."""

    meaning: str
    read: Callable[[Any], Any]


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _patterns(value: Any) -> tuple[str, ...] | None:
    read = [_text(item) for item in (value if isinstance(value, list) else [value])]
    kept = tuple(item for item in read if item)
    return kept if kept and len(kept) == len(read) else None


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    # Python reads weeks (2026-W50-1) and days without hyphens as well.
    return day if day.isoformat() == value else None


def _count(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


_KEYS: Final[Mapping[str, _Key]] = {
    "control": _Key("the id of the control that refuses what is accepted", _text),
    "resource": _Key(
        "a pattern of the resource's name, URN, id or ARN, or a list of patterns", _patterns
    ),
    "stack": _Key("a pattern of the stack's name", _text),
    "reason": _Key("text that says why the failure is accepted", _text),
    "owner": _Key("the name of who answers for it", _text),
    "until": _Key("the last day on which it holds, as YYYY-MM-DD", _day),
    "expect": _Key("the number of resources that it covers, as digits", _count),
}
_REQUIRED: Final = frozenset(key.name for key in fields(Waiver) if key.default is MISSING)


def _problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"it is {entry!r}, which must be a mapping with the keys {_keys()}"
        return
    for name, key in _KEYS.items():
        if name not in entry:
            if name in _REQUIRED:
                yield f"{name} is missing; it must be {key.meaning}"
        elif key.read(entry[name]) is None:
            yield f"{name} is {entry[name]!r}; it must be {key.meaning}"
    for name in entry:
        if name not in _KEYS:
            yield f"there is no key {name!r}; {closest(name, _KEYS, f'its keys are {_keys()}')}"


def _keys() -> str:
    return ", ".join(_KEYS)
