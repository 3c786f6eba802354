"""Pulumi's own names of a resource's properties, by the table of types."""

from __future__ import annotations

from stackproof.model import Resource
from stackproof.types.table import type_of


def strange_names(resource: Resource) -> set[str]:
    """Give the names of properties that a resource shows but its Pulumi class doesn't have."""
    known = type_of(resource.type)
    assert known is not None, f"Pulumi has no type {resource.type}"
    return set(resource.data) - {*known.shape.kinds, "id"}
