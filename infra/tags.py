"""Tags: the same base on every resource, plus what the resource is and belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["Tags", "for_iam"]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags that every resource of a stack carries."""

    base: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", MappingProxyType(dict(self.base)))

    def of(self, component: str, name: str) -> dict[str, str]:
        """Return the tags of the resource `name`, a part of `component`."""
        return {**self.base, "Component": component, "Name": name}


def for_iam(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags as IAM takes them: of keys that differ only in case, the last.

    AWS Identity and Access Management User Guide, "Rules for tagging in IAM and AWS STS".
    """
    last = {key.lower(): key for key in tags}
    return {key: tags[key] for key in last.values()}
