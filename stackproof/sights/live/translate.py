"""Translate: what readers make of AWS's answers, where what they can't read is a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.model.json_text import TextError
from stackproof.model.resource import Unread
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.everything import questions_of
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.fitting import fitted
from stackproof.types.owners import owner_of

# What meets a member that is not there, or is not what it should be. Foreign data can be anything.
ODD = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,  # RecursionError, and what a generator makes of StopIteration
    StopIteration,
    TypeError,
    UnresolvedError,
    ValueError,
)

T = TypeVar("T")


def translated(
    translate: Callable[[], T], by: Callable[..., Any], ask: Ask, of: str = "an item"
) -> T | Unknown:
    """Give what is made of foreign data, Unknown where that can't be; `by` names the reader."""
    try:
        return translate()
    except ODD as error:
        return Unknown(Cause.UNREADABLE, detail=f"{ask.name}: {_why(error, by, of)}")


def targets_of(reader: Reader, scope: Scope) -> list[Mapping[str, Any]] | Unknown:
    """Give the questions of a reader's listing, Unknown where what leads to them can't be read."""
    questions = questions_of if scope.whole else _usual
    return translated(
        lambda: list(questions(reader, scope)), reader.build, reader.listing, "what it belongs to"
    )


def _usual(reader: Reader, scope: Scope) -> Iterable[Mapping[str, Any]]:
    return reader.targets(scope)


def key_of(reader: Reader, item: Item, scope: Scope) -> Key | Unreadable:
    """Give what an item is called, and note what it tells; Unreadable where that can't be told."""
    try:
        key = reader.key(item, scope)
        _check(key.id, key.arn, *key.names, *key.parent_ids)
        if key.tags is not None and not isinstance(key.tags, Mapping):
            raise TypeError(f"tags are a {type(key.tags).__name__}")
        reader.tells(item, scope)
    except ODD as error:
        why = _why(error, reader.build, "an item")
        return Unreadable(reader.types, scope.region, reader.listing.name, why)
    return key


def build_of(
    reader: Reader, item: Item, details: Details, key: Key, scope: Scope
) -> tuple[list[Resource], Unreadable | None]:
    """Give the resources that a reader makes of an item, and what it could not read.

    What was made before the odd part was met is kept: a failure that is seen stays one.
    """
    built: list[Resource] = []
    try:
        for resource in reader.build(item, details, scope):
            _check(resource.id, resource.arn)
            data = fitted(resource.type, resource.data)
            built.append(replace(resource, data=data, owner=owner_of(resource)))
    except ODD as error:
        own = {resource.type for resource in built if resource.id == key.id}
        types = tuple(type_ for type_ in reader.types if type_ not in own) or reader.types
        why = _why(error, reader.build, repr(key.id))
        lost = Unreadable(types, scope.region, reader.listing.name, why, key.id, key.arn)
        return [*built, *unread(lost, scope)], lost
    return built, None


def unread(lost: Unreadable, scope: Scope) -> Iterable[Resource]:
    """Give the resources, one of each type, of which nothing is known but that they are there."""
    data = Unread(lost.unknown)
    for type_ in lost.types:
        yield Resource(
            data=data,
            type=type_,
            name=lost.id or "",
            id=lost.id,
            arn=lost.arn,
            account=scope.account,
            region=scope.region,
        )


def _check(*texts: Any) -> None:
    for text in texts:
        if not isinstance(text, (str, type(None))):
            raise TypeError(f"an id is a {type(text).__name__}")


def _why(error: Exception, by: Callable[..., Any], of: str) -> str:
    """Say which reader met what. The values themselves stay out: they may be secret."""
    match error:
        case KeyError():
            odd = f"found no {error.args[0]!r} in {of}"
        case UnresolvedError():
            odd = f"needs what is unknown: {error}"
        case AttributeError() | IndexError() | TypeError() | TextError():
            odd = f"can't read {of}: {error}"
        case _:
            odd = f"can't read {of}: {type(error).__name__}"
    return f"reader {by.__module__.rpartition('.')[2]} {odd}"
