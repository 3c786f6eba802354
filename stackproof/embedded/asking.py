"""Ask the embedded AWS as the readers do, for whoever wants to know what is there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, session
from stackproof.model import Unknown

if TYPE_CHECKING:
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.reader import Reader
    from stackproof.sights.live.scope import Scope


def listed(cloud: Cloud, type_: str, request: Properties) -> list[tuple[str, Properties]]:
    """Give the id of each resource of a type that a question of its reader's leads to, and all of
    what the answer says of it.

    Raises EmbeddedError when AWS could not be asked.
    """
    from stackproof.sights.live.codes import LiveError
    from stackproof.sights.live.reading import items_of

    reader, scope = reader_of(type_), scope_of(cloud, cloud.region)
    aws = asking(cloud.endpoint)
    aws.forget()
    try:
        answer = aws.fetch(reader.listing, scope.region, request)
    except LiveError as error:
        raise EmbeddedError(f"{type_} could not be listed: {error}") from None
    if isinstance(answer, Unknown):
        raise EmbeddedError(f"{type_} could not be listed: {answer.cause} ({answer.detail})")
    return [(reader.key(item, scope).id, item) for item in items_of(reader, request, answer)]


def reader_of(type_: str) -> Reader:
    """Give the reader of a type."""
    from stackproof.sights.live.readers import readers

    return next(reader for reader in readers() if type_ in reader.types)


def scope_of(cloud: Cloud, region: str) -> Scope:
    """Give the scope of one region of the embedded AWS, in which nothing is known yet."""
    from stackproof.sights.live.scope import Scope

    return Scope(region, cloud.account, cloud.partition, (), {})


@cache
def asking(endpoint: str) -> Aws:
    """Give what asks an embedded AWS: its clients are kept, for making one takes a while."""
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.snapshot import guard

    return Aws(guard(readers()), endpoint, session())


@cache
def is_readable(type_: str) -> bool:
    """Tell whether a type has a reader."""
    from stackproof.sights.live.readers import readers

    return any(type_ in reader.types for reader in readers())
