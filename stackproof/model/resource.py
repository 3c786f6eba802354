"""Resource: what one sight knows of one piece of infrastructure, in Pulumi's vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, final

from stackproof.model.json_text import parse
from stackproof.model.outcome import Cause, Unknown, UnresolvedError


@dataclass(frozen=True, slots=True)
class Block:
    """A nested object of a resource, which knows its path so that findings can name it.

    As text it has its path and no values: a trace may show it to anybody.
    """

    data: Mapping[str, Any] = field(repr=False)
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

        Raises UnresolvedError when a part on the way, or the value itself, is unknown, or when
        something else stands where an object should.
        """
        value: Any = self.data
        for part in path.split("."):
            # To ask for an abstract type costs ten times as much, and nearly all are plain.
            if type(value) is dict or isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
                value = value[int(part)] if int(part) < len(value) else None
            elif value is None or value in ("", []):
                return None
            else:
                raise self._odd(path, "no object")
            if isinstance(value, Unknown):
                raise UnresolvedError(value.at(self.at(path)))
        return value

    def blocks(self, name: str) -> Iterator[Block]:
        """Give the objects under a property that holds one object or a list of them.

        Raises UnresolvedError when the list, or the element reached, is unknown or no object.
        """
        for item in self.elements(name):
            if isinstance(item, Unknown):
                raise UnresolvedError(item)
            yield item

    def elements(self, name: str) -> Iterator[Block | Unknown]:
        """Give the objects under a property like `blocks`, but an Unknown for each hidden one.

        For judging them one by one, so that what is hidden in one can't hide another.
        """
        value = self.raw(name)
        single = not isinstance(value, (list, tuple))
        for index, item in enumerate(value if not single else [value] if value else ()):
            path = self.at(name) if single else f"{self.at(name)}[{index}]"
            if type(item) is dict or isinstance(item, Mapping):
                yield Block(item, path)
            else:
                odd = Unknown(Cause.UNREADABLE, path, "no object")
                yield item.at(path) if isinstance(item, Unknown) else odd

    def number(self, path: str) -> float | None:
        """Give the number at a dotted path, also where it is written as text; `None` when absent.

        Raises UnresolvedError when it is unknown or no number.
        """
        value = self.get(path)
        if value is None or value == "":
            return None
        try:
            number = value if type(value) is int else float(value)
        except (TypeError, ValueError, OverflowError):
            raise self._odd(path, "no number") from None
        if isinstance(value, bool) or not isfinite(number):
            raise self._odd(path, "no number")
        return int(number) if number == int(number) else number

    def text(self, path: str) -> str | None:
        """Give the text at a dotted path, `None` when absent; a number counts as its digits.

        Raises UnresolvedError when it is unknown or no text.
        """
        value = self.get(path)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._odd(path, "no text")
        return str(value)

    def values(self, path: str) -> list[Any]:
        """Give the texts or numbers of a list at a dotted path, empty when absent.

        One that stands alone is a list of one. Raises UnresolvedError when one of them is unknown
        or something else.
        """
        value = self.get(path)
        if value is None:
            return []
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        for item in items:
            if isinstance(item, Unknown):
                raise UnresolvedError(item.at(self.at(path)))
            if not isinstance(item, (str, int, float)):
                raise self._odd(path, "no list of texts or numbers")
        return items

    def mapping(self, path: str) -> Mapping[str, Any]:
        """Give the map at a dotted path, empty when absent; its values may be unknown.

        Raises UnresolvedError when it is unknown or no map.
        """
        value = self.get(path)
        if value is None or value == "":
            return {}
        if not isinstance(value, Mapping):
            raise self._odd(path, "no map")
        return value

    def document(self, name: str) -> Any:
        """Give the parsed JSON text of a property (policies, container definitions)."""
        text = self[name]
        if text is None or isinstance(text, (Mapping, list)):
            return text
        try:
            return parse(text)
        except (TypeError, ValueError) as error:
            raise self._odd(name, f"not JSON: {error}") from None

    def record(self, name: str) -> Mapping[str, Any]:
        """Give the parsed JSON text of a property that holds an object, empty when absent.

        Raises UnresolvedError when it is unknown or holds something else.
        """
        document = self.document(name)
        if document is None or document == "":
            return {}
        if not isinstance(document, Mapping):
            raise self._odd(name, "no JSON object")
        return document

    def _odd(self, path: str, why: str) -> UnresolvedError:
        return UnresolvedError(Unknown(Cause.UNREADABLE, self.at(path), why))


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


@dataclass(frozen=True, slots=True, repr=False)
class Resource(Block):
    """One resource at one sight; immutable.

    `data` holds the properties: plain data with Pulumi's names in snake_case, where any leaf
    may be `Unknown`. `references` maps a top-level property to the URNs it was computed from,
    which is how neighbours are found while ids are not known yet. `owner` names what it is a part
    of, where its id is unique only in there.
    """

    type: str = ""
    name: str = ""
    urn: str | None = None
    id: str | None = None
    arn: str | None = None
    account: str | None = None
    region: str | None = None
    owner: str | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Give what the resource is called, never what it holds."""
        return f"<{self.type} {self.name}: {', '.join(self.data) or 'nothing'}>"

    @property
    def unread(self) -> Unknown | None:
        """Give why the resource could not be read, where its data are `Unread`."""
        return self.data.unknown if isinstance(self.data, Unread) else None

    @property
    def identity(self) -> str:
        """Give what names this resource across runs: its URN, else its ARN, else type and id.

        A part without either is named by its owner as well.
        """
        return self.urn or self.identity_on_aws

    @property
    def identity_on_aws(self) -> str:
        """Give what tells this resource from all others where no state names it."""
        if self.arn:
            return self.arn
        place = "::".join(filter(None, (self.region or "", self.owner)))
        return f"{self.type}::{place}::{self.id or self.name}"
