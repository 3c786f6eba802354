"""Questions about neighbours whose answer must not be taken from what could not be seen."""

from __future__ import annotations

from stackproof.model import Resource, Stack, UnresolvedError


def pointing_to(target: Resource, stack: Stack, type_: str, path: str) -> tuple[Resource, ...]:
    """Give the resources of a type whose property points to the target.

    Unlike with `Stack.referrers`, an empty answer means that there are none: UnresolvedError is
    raised when none is seen, but one points to something unknown, which may be the target.
    """
    found = stack.referrers(target, type_, path)
    astray = None if found else stack.astray(type_, path)
    if astray is not None:
        raise UnresolvedError(astray)
    return found
