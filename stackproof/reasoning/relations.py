"""Questions about neighbours whose answer must not be taken from what could not be seen."""

from __future__ import annotations

from collections.abc import Iterator

from stackproof.model import Resource, Stack, Unknown, UnresolvedError


def referrers(target: Resource, stack: Stack, type_: str, path: str) -> tuple[Resource, ...]:
    """Give the resources of a type whose property points to the target.

    Unlike with `Stack.seen_referrers`, an empty answer means that there are none: UnresolvedError
    is raised when none is seen, but one points to something unknown, which may be the target.
    """
    found = stack.seen_referrers(target, type_, path)
    hidden_referrer = None if found else stack.hidden_referrer(type_, path)
    if hidden_referrer is not None:
        raise UnresolvedError(hidden_referrer)
    return found


def all_referrers(target: Resource, stack: Stack, type_: str, path: str) -> tuple[Resource, ...]:
    """Give every resource of a type whose property points to the target.

    Raises UnresolvedError when there may be more of them than are seen.
    """
    found = tuple(referrers_or_unknown(target, stack, type_, path))
    hidden = next((item for item in found if isinstance(item, Unknown)), None)
    if hidden is not None:
        raise UnresolvedError(hidden)
    return tuple(item for item in found if isinstance(item, Resource))


def referrers_or_unknown(
    target: Resource, stack: Stack, type_: str, path: str
) -> Iterator[Resource | Unknown]:
    """Give the same one by one, and an Unknown when there may be more of them."""
    try:
        yield from stack.seen_referrers(target, type_, path)
        hidden_referrer = stack.hidden_referrer(type_, path)
    except UnresolvedError as error:
        yield error.unknown
        return
    if hidden_referrer is not None:
        yield hidden_referrer
