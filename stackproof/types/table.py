"""What Pulumi says of each AWS type and function, by the generated table.

The table is made by `stackproof.types.generate`; a test compares it with the installed SDK.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from typing import Any

from stackproof.types import packed
from stackproof.types.names import alike, bare, to_camel


class Form(Enum):
    """What a value is; the value of a member is its letter in the table."""

    TEXT = "s"
    INTEGER = "i"
    NUMBER = "n"
    BOOLEAN = "b"
    # Text that holds a document, which a program may also write out as an object of its own words.
    DOCUMENT = "j"
    # A file or an archive.
    ASSET = "a"
    ANY = "*"
    LIST = "["
    # Keys are the user's own words.
    MAP = "{"
    OBJECT = "@"
    # What an older name of the type writes as a list of one.
    ONE = "1"


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a value: `of` is that of a list's or a map's elements."""

    form: Form
    of: Kind | None = None
    _module: str = ""
    _number: int = 0

    @property
    def shape(self) -> Shape:
        """Give the properties of an object."""
        return _shape(self._module, self._number)

    @property
    def plain(self) -> bool:
        """Tell whether there are no names of Pulumi's in such a value, at any depth."""
        return self.form not in (Form.OBJECT, Form.ONE) and (self.of is None or self.of.plain)


class Shape:
    """The properties of an object: by their names in Python, and by those on the wire."""

    def __init__(self, module: str, written: Mapping[str, str]) -> None:
        self._module = module
        self._written = written

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Give the kind of each property by its name in Python."""
        return {key.partition("=")[0]: _kind(self._module, k) for key, k in self._written.items()}

    @cached_property
    def wire(self) -> Mapping[str, str]:
        """Give the name on the wire of each property by its name in Python."""
        pairs = (key.partition("=") for key in self._written)
        return {name: wire or to_camel(name) for name, _, wire in pairs}

    @cached_property
    def _bare(self) -> Mapping[str, str]:
        return {bare(name): name for name in self.kinds}

    def spelt(self, name: str) -> str:
        """Give the property that has the same letters, or is its plural or singular.

        The name itself where there is none, or more than one.
        """
        if name in self.kinds:
            return name
        found = self._bare.get(bare(name))
        near = [found] if found else [own for own in self.kinds if alike(own, name)]
        return near[0] if len(near) == 1 else name

    @cached_property
    def python(self) -> Mapping[str, str]:
        """Give the name in Python of each property by the one on the wire."""
        return {wire: name for name, wire in self.wire.items()}


@dataclass(frozen=True, slots=True)
class PulumiType:
    """A resource type: its token, its properties, and which of these are outputs only."""

    token: str
    shape: Shape
    outputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class PulumiFunction:
    """A function of the provider: what it is asked with, and what it answers."""

    token: str
    arguments: Shape
    result: Shape


def canonical(token: str) -> str:
    """Give the one token by which a type is known here, whichever of its names it goes by."""
    known: str = packed.head()["names"].get(token, token)
    return known


def tagged() -> Mapping[str, str | None]:
    """Give the types that the provider tags, each with the property that holds its name, if any."""
    found: Mapping[str, str | None] = packed.head()["tagged"]
    return found


@cache
def other_tokens(token: str) -> tuple[str, ...]:
    """Give the further tokens that Pulumi registers for a type."""
    return tuple(other for other, known in packed.head()["names"].items() if known == token)


@cache
def type_of(token: str) -> PulumiType | None:
    """Give what is known of a type by any of its names; `None` for one that isn't AWS's.

    An older name that writes properties in another way has a shape of its own: that one's words
    on the wire, the newer name's in Python.
    """
    for name in (token, canonical(token)):
        module = _module_of(name)
        found = packed.module(module)["types"].get(name)
        if found is not None:
            return PulumiType(token, _shape(module, found["shape"]), frozenset(found["outputs"]))
    return None


def has(token: str, name: str) -> bool:
    """Tell whether a type has a property."""
    known = type_of(token)
    return known is not None and name in known.shape.kinds


@cache
def function_of(token: str) -> PulumiFunction | None:
    """Give what is known of a function of the AWS provider (`aws:ec2/getVpc:getVpc`)."""
    module = _module_of(token)
    found = packed.module(module)["functions"].get(token)
    if found is None:
        return None
    arguments, result = found
    return PulumiFunction(token, _shape(module, arguments), _shape(module, result))


def types() -> Iterator[PulumiType]:
    """Give all types of the AWS provider, each once, by the token by which it is known here."""
    for module in packed.head()["modules"]:
        for token in packed.module(module)["types"]:
            found = type_of(token)
            if found is not None and canonical(token) == token:
                yield found


def every_token() -> Iterator[str]:
    """Give the tokens of all types, their further ones as well."""
    for known in types():
        yield known.token
        yield from other_tokens(known.token)


def functions() -> Iterator[str]:
    """Give the tokens of all functions of the AWS provider."""
    for module in packed.head()["modules"]:
        yield from packed.module(module)["functions"]


def _module_of(token: str) -> str:
    package, _, path = token.partition(":")
    return path.partition("/")[0] if package == "aws" else ""


@cache
def _shape(module: str, number: int) -> Shape:
    written: Any = packed.module(module)["shapes"][number]
    return Shape(module, written)


@cache
def _kind(module: str, letters: str) -> Kind:
    form = Form(letters[0])
    if form is Form.OBJECT:
        return Kind(form, None, module, int(letters[1:]))
    return Kind(form, _kind(module, letters[1:]) if letters[1:] else None)
