"""Resource: what one sight knows of one piece of infrastructure, in Pulumi's vocabulary."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final

from stackproof.model.outcome import Cause, Unknown, UnresolvedError


@dataclass(frozen=True, slots=True)
class Block:
    """A nested object of a resource, which knows its path so that findings can name it."""

    data: Mapping[str, Any]
    path: str = ""

    def __getitem__(self, name: str) -> Any:
        """Give a property, `None` when it is absent; raise UnresolvedError when it is unknown."""
        value = self.data.get(name)
        if isinstance(value, Unknown):
            raise UnresolvedError(value.at(self.at(name)))
        return value

    def at(self, name: str) -> str:
        """Give the full path of one of this object's properties."""
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> Any:
        """Give a property as it is, an Unknown leaf included."""
        return self.data.get(name)

    def get(self, path: str) -> Any:
        """Give the value at a dotted path (`settings.0.value`), `None` when any part is absent.

        Raises UnresolvedError when a part on the way, or the value itself, is unknown.
        """
        value: Any = self.data
        for part in path.split("."):
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
                value = value[int(part)] if int(part) < len(value) else None
            else:
                return None
            if isinstance(value, Unknown):
                raise UnresolvedError(value.at(self.at(path)))
        return value

    def blocks(self, name: str) -> Iterator[Block]:
        """Give the objects under a property that holds one object or a list of them.

        Raises UnresolvedError when the list, or the element reached, is unknown.
        """
        value = self[name]
        if value is None:
            return
        if isinstance(value, Mapping):
            yield Block(value, self.at(name))
            return
        for index, item in enumerate(value):
            path = f"{self.at(name)}[{index}]"
            if isinstance(item, Unknown):
                raise UnresolvedError(item.at(path))
            yield Block(item, path)

    def elements(self, name: str) -> Iterator[Block | Unknown]:
        """Give the objects under a property like `blocks`, but an Unknown for each hidden one.

        For judging them one by one, so that what is hidden in one can't hide another.
        """
        value = self.raw(name)
        single = isinstance(value, (Mapping, Unknown))
        for index, item in enumerate([value] if single else value or ()):
            path = self.at(name) if single else f"{self.at(name)}[{index}]"
            yield item.at(path) if isinstance(item, Unknown) else Block(item, path)

    def values(self, name: str) -> list[Any]:
        """Give the elements of a list property (empty when absent); every one must be known."""
        value = self[name]
        if value is None:
            return []
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        for item in items:
            if isinstance(item, Unknown):
                raise UnresolvedError(item.at(self.at(name)))
        return items

    def document(self, name: str) -> Any:
        """Give the parsed JSON text of a property (policies, container definitions)."""
        text = self[name]
        if text is None or not isinstance(text, str):
            return text
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise UnresolvedError(
                Unknown(Cause.UNREADABLE, self.at(name), f"not JSON: {error}")
            ) from None


@final
class Unread(Mapping[str, Any]):
    """The properties of a resource that is there but can't be read: each one is unknown."""

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown

    def __getitem__(self, name: str) -> Unknown:
        return self.unknown

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unread) and other.unknown == self.unknown

    def __hash__(self) -> int:
        return hash(self.unknown)


@dataclass(frozen=True, slots=True)
class Resource(Block):
    """One resource at one sight; immutable.

    `data` holds the properties: plain data with Pulumi's names in snake_case, where any leaf
    may be `Unknown`. `references` maps a top-level property to the URNs it was computed from,
    which is how neighbours are found while ids are not known yet.
    """

    type: str = ""
    name: str = ""
    urn: str | None = None
    id: str | None = None
    arn: str | None = None
    account: str | None = None
    region: str | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def unread(self) -> Unknown | None:
        """Give why the resource could not be read, where its data are `Unread`."""
        return self.data.unknown if isinstance(self.data, Unread) else None

    @property
    def identity(self) -> str:
        """Give what names this resource across runs: its URN, else its ARN, else type and id."""
        return self.urn or self.arn or f"{self.type}::{self.region or ''}::{self.id or self.name}"
