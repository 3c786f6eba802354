"""What a resource is called: by the program, by AWS, and by patterns that are about it."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Final

from stackproof.model.resource import Resource

# What other resources call a resource by, besides its id and ARN: known at preview already
# when the program names the resource itself.
PHYSICAL_NAMES: Final = (
    "name",
    "bucket",
    "identifier",
    "cluster_identifier",
    "replication_group_id",
)


def physical_names(resource: Resource) -> list[str]:
    """Give the names that a resource has on AWS, as its properties say them."""
    held = [resource.raw(name) for name in PHYSICAL_NAMES] if resource.data else []
    return [name for name in held if isinstance(name, str) and name]


def names_of(resource: Resource) -> list[str]:
    """Give every name of a resource, the same at each sight as far as it is known there.

    A resource that AWS shows has the program's name in its URN, which only a state tells.
    """
    logical = resource.urn.rpartition("::")[2] if resource.urn else None
    own = (resource.name, logical, resource.urn, resource.id, resource.arn)
    return [name for name in (*own, *physical_names(resource)) if name]


def is_called(resource: Resource, pattern: str) -> bool:
    """Tell whether a pattern (`*`, `?`, `[ab]`) is about a resource, by any of its names."""
    return any(fnmatchcase(name, pattern) for name in names_of(resource))


def without_logical_names(resources: Collection[Resource]) -> str:
    """Say, to go on with, that the program's names of resources are unknown; empty where not."""
    if not resources or any(resource.urn for resource in resources):
        return ""
    return "; what the program calls a resource is known only with a state"
