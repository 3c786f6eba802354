"""Questions about neighbours whose answer must not be taken from what could not be seen."""

from __future__ import annotations

from stackproof.model import Resource, Stack, Unknown, UnresolvedError


def pointing_to(target: Resource, stack: Stack, type_: str, name: str) -> tuple[Resource, ...]:
    """Give the resources of a type whose property `name` points to the target.

    Unlike `Stack.referrers`, an empty answer means that there are none: UnresolvedError is raised
    when none is seen, but one points to something unknown, which may be the target.
    """
    found = stack.referrers(target, type_, name)
    if not found:
        for resource in stack.all(type_):
            hidden = _hidden(resource, name)
            if hidden is not None:
                raise UnresolvedError(hidden.at(f"{resource.name}.{name}"))
    return found


def _hidden(resource: Resource, name: str) -> Unknown | None:
    if name in resource.references:
        return None
    value = resource.raw(name)
    leaves = value if isinstance(value, (list, tuple)) else (value,)
    return next((leaf for leaf in leaves if isinstance(leaf, Unknown)), None)
