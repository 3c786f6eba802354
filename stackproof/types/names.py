"""The rule by which Pulumi's wire names (camelCase) and Python names (snake_case) go together."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def to_snake(name: str) -> str:
    """Give the Python name of a wire name: `dbSubnetGroupName` becomes `db_subnet_group_name`."""
    return _WORD.sub("_", name).lower()


@cache
def to_camel(name: str) -> str:
    """Give the wire name of a Python name: `db_subnet_group_name` becomes `dbSubnetGroupName`."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@cache
def bare(name: str) -> str:
    """Give the letters of a name, however its words are told apart."""
    return name.replace("_", "").lower()


@cache
def alike(name: str, other: str) -> bool:
    """Tell whether two names are the singular and the plural of one."""
    return any(
        a + "s" == b or a + "es" == b or (a.endswith("y") and a[:-1] + "ies" == b)
        for a, b in ((bare(name), bare(other)), (bare(other), bare(name)))
    )
