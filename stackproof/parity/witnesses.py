"""What stands in the stack's own network and was not read: its network interface bears witness."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stackproof.model import Resource
from stackproof.parity.naming import Named
from stackproof.types.interfaces import Witness
from stackproof.types.tokens import NETWORK_INTERFACE


def strangers(
    witnesses: Iterable[Witness], read: Iterable[Resource], named: Iterable[Named]
) -> list[Resource]:
    """Give an interface for each thing that nothing read or named accounts for.

    Where an interface doesn't tell which thing it is of, whatever is of such a kind accounts for
    it. It is called by how AWS describes it.
    """
    known = [*read, *(wanted.resource for wanted in named)]
    arns = {resource.arn for resource in known}
    called = {
        (_module(resource), name) for resource in known for name in (resource.id, resource.name)
    }
    modules = {_module(resource) for resource in known}
    found: dict[str, Resource] = {}
    for told in witnesses:
        if told.arns:
            names = {re.split("[:/]", arn)[-1] for arn in told.arns}
            met = not arns.isdisjoint(told.arns) or any(
                (module, name) in called for module in told.modules for name in names
            )
        else:
            met = not modules.isdisjoint(told.modules)
        if not met:
            found.setdefault(told.of, _interface(told))
    return list(found.values())


def _interface(told: Witness) -> Resource:
    return Resource(
        {},
        type=NETWORK_INTERFACE,
        name=f"of {told.of}",
        id=told.id,
        region=told.region,
    )


def _module(resource: Resource) -> str:
    return resource.type.removeprefix("aws:").partition("/")[0]
