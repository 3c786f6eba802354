"""The stack's own tags: those that all of its resources carry and no other stack's do.

What the state's tagged resources share is what a program puts on all that it makes, whatever the
tags are called. That alone doesn't tell the stack from others: a team, a cost centre or "made by
Pulumi" is on the things of many. So the shared tags identify the stack only when one of them names
the system (a project, an application, a service…) and another its environment, or one the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from stackproof.model import Resource

_SYSTEM = frozenset(
    (
        *("app", "application", "component", "product", "project", "repo", "repository"),
        *("service", "solution", "system", "workload"),
    )
)
_ENVIRONMENT = frozenset(("env", "environment", "stage", "workspace"))
_STACK = frozenset(("stack",))


def shared_tags(resources: Iterable[Resource]) -> dict[str, str]:
    """Give the tags that all tagged resources have in common, AWS's own left out."""
    common: set[tuple[str, str]] | None = None
    for resource in resources:
        tags = _tags(resource)
        if tags:
            common = set(tags.items()) if common is None else common & tags.items()
    return dict(sorted(common or ()))


def identifying(tags: Mapping[str, str]) -> dict[str, str]:
    """Give those of the shared tags that tell one stack from another: none when they don't."""
    kinds = [
        {key: value for key, value in tags.items() if _meaning(key) in words}
        for words in (_SYSTEM, _ENVIRONMENT, _STACK)
    ]
    system, environment, stack = kinds
    if stack or (system and environment):
        return {**system, **environment, **stack}
    return {}


def _tags(resource: Resource) -> dict[str, str]:
    given = [resource.raw("tags"), resource.raw("tags_all")]
    return {
        key: value
        for tags in given
        if isinstance(tags, Mapping)
        for key, value in tags.items()
        if isinstance(value, str) and not key.startswith("aws:")
    }


def _meaning(key: str) -> str:
    """Give what a tag's key means: `acme:ProjectName` and `project_name` both `project`."""
    word = re.split(r"[:/]", key)[-1]
    plain = re.sub(r"[^a-z]", "", word.lower())
    return plain.removesuffix("name").removesuffix("id") or plain
