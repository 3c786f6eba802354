"""Selectors: which controls an entry of the settings is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from stackproof.model import Category, Control, Framework, Severity

# By which each rule book is called in settings, in small letters.
FRAMEWORKS: Final[Mapping[str, Framework]] = {one.name.lower(): one for one in Framework}
KEYS: Final = ("id", "category", "severity", "framework", "type")


@dataclass(frozen=True, slots=True)
class Selector:
    """Patterns of which all must match: of a control's id, category, severity, framework, types.

    A framework is the name of a rule book (`pci`), or that and a pattern of its ids (`pci/8.*`);
    ids that a control covers in part count.
    """

    patterns: Mapping[str, str] = field(default_factory=dict)

    def matches(self, control: Control) -> bool:
        """Tell whether it is about a control."""
        return all(
            any(fnmatchcase(value, pattern) for value in _values(control, key))
            for key, pattern in self.patterns.items()
        )

    @property
    def text(self) -> str:
        """Give it as it is written in a line."""
        told = ", ".join(f"{key}: {pattern}" for key, pattern in self.patterns.items())
        return self.patterns["id"] if set(self.patterns) == {"id"} else told


def _values(control: Control, key: str) -> tuple[str, ...]:
    match key:
        case "id":
            return (control.id,)
        case "category":
            return (control.category.value,)
        case "severity":
            return (control.severity.value,)
        case "type":
            return control.types
        case _:
            return tuple(
                said
                for name, framework in FRAMEWORKS.items()
                for named in (control.frameworks, control.in_part)
                if framework in named
                for said in (name, *(f"{name}/{id_}" for id_ in named[framework]))
            )


def problem(key: str, pattern: str) -> str | None:
    """Say what is wrong with a pattern that can match nothing, or `None`."""
    known = {
        "category": [one.value for one in Category],
        "severity": [one.value for one in Severity],
        "framework": list(FRAMEWORKS),
    }.get(key)
    name = pattern.partition("/")[0] if key == "framework" else pattern
    if known is None or any(fnmatchcase(one, name) for one in known):
        return None
    return f"{key} {pattern!r} is none of {', '.join(known)}"
