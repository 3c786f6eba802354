"""Pulumi's own names of a resource's properties, taken from its class in pulumi_aws."""

from __future__ import annotations

import importlib
from functools import cache

from stackproof.embedded.tagging import python_module
from stackproof.model import Resource


def strange_names(resource: Resource) -> set[str]:
    """Give the names of properties that a resource shows but its Pulumi class doesn't have."""
    return set(resource.data) - _names(resource.type)


@cache
def _names(type_: str) -> frozenset[str]:
    _, module, name = type_.split(":")
    package = importlib.import_module(f"pulumi_aws.{python_module(module.partition('/')[0])}")
    members = vars(getattr(package, name))
    return frozenset(key for key, member in members.items() if isinstance(member, property))
