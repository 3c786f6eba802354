"""Selectors: which controls an entry of the settings is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from stackproof.model import Category, Control, Framework, Resource, Severity
from stackproof.model.called import is_called
from stackproof.types.table import other_tokens

# By which each rule book is called in settings, in small letters.
FRAMEWORKS: Final[Mapping[str, Framework]] = {
    framework.name.lower(): framework for framework in Framework
}
KEYS: Final = ("id", "category", "severity", "framework", "type")
# Beside those of a control: what names one of the resources that it judges.
RESOURCE: Final = "resource"


@dataclass(frozen=True, slots=True)
class Selector:
    """Patterns of which all must match: of a control's id, category, severity, framework, types.

    With `resource`, a pattern of any name that a resource has, it is about such resources alone.
    A framework is the name of a rule book (`pci`), or that and a pattern of its ids (`pci/8.*`);
    ids that a control covers in part count. `origin` says who selects: the file, or a profile.
    """

    patterns: Mapping[str, str] = field(default_factory=dict)
    origin: str = field(default="", compare=False)

    def matches(self, control: Control) -> bool:
        """Tell whether it is about a control, on whichever resources."""
        return all(
            any(fnmatchcase(value, pattern) for value in _values(control, key))
            for key, pattern in self.patterns.items()
            if key != RESOURCE
        )

    @property
    def everywhere(self) -> bool:
        """Tell whether it is about every resource."""
        return RESOURCE not in self.patterns

    def names(self, resource: Resource) -> bool:
        """Tell whether it is about a resource, by any name that the resource has."""
        return self.everywhere or is_called(resource, self.patterns[RESOURCE])

    def may_name(self, resource: Resource) -> bool:
        """Tell whether a resource may have the name: nothing of it is known, or not its ARN yet."""
        nameless = not (resource.urn or resource.id or resource.arn)
        return nameless or (resource.arn is None and self.patterns[RESOURCE].startswith("arn:"))

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
            # By all its names: a URN may have an older one.
            others = (other for type_ in control.types for other in other_tokens(type_))
            return (*control.types, *others)
        case _:
            return tuple(
                pattern
                for name, framework in FRAMEWORKS.items()
                for named in (control.frameworks, control.in_part)
                if framework in named
                for pattern in (name, *(f"{name}/{id_}" for id_ in named[framework]))
            )


def problem(key: str, pattern: str) -> str | None:
    """Say what is wrong with a pattern that can match nothing, or `None`."""
    known = {
        "category": [category.value for category in Category],
        "severity": [severity.value for severity in Severity],
        "framework": list(FRAMEWORKS),
    }.get(key)
    name = pattern.partition("/")[0] if key == "framework" else pattern
    if known is None or any(fnmatchcase(id_, name) for id_ in known):
        return None
    return f"{key} {pattern!r} is none of {', '.join(known)}"
