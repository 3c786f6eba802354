"""Tags: the same base on every resource, plus what the resource is and belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Tags", "for_iam"]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags that every resource of a stack carries.

    Where a stack says what its components are for, it does so of all of them.
    """

    base: Mapping[str, str]
    purposes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("base", "purposes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def of(self, component: str, name: str) -> dict[str, str]:
        """Return the tags of the resource `name`, a part of `component`."""
        purpose = {"Purpose": self.purposes[component]} if self.purposes else {}
        return {**self.base, "Component": component, "Name": name, **purpose}


def for_iam(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags as IAM takes them: of keys that differ only in case, the last.

    AWS Identity and Access Management User Guide, "Rules for tagging in IAM and AWS STS".
    """
    last = {key.lower(): key for key in tags}
    return {key: tags[key] for key in last.values()}
