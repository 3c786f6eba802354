"""Tags: the same base on every resource, plus what the resource is and belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["Tags"]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags that every resource of a stack carries."""

    base: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", MappingProxyType(dict(self.base)))

    def of(self, component: str, name: str) -> dict[str, str]:
        """Return the tags of the resource `name`, a part of `component`."""
        return {**self.base, "Component": component, "Name": name}
