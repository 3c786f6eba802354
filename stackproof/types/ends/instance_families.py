"""Families of instances that AWS calls previous generation, by what the class begins with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from stackproof.types.ends import Table

_READ: Final = date(2026, 8, 22)
PREVIOUS: Final[Mapping[str, Table[None]]] = {
    "": Table(
        "Amazon EC2 Instance Types, Specifications for previous generation instances",
        _READ,
        dict.fromkeys(
            (
                *("a1", "c1", "c3", "c4", "cc1", "cc2", "cg1", "cr1", "g2", "g3", "hs1", "i2"),
                *("m1", "m2", "m3", "m4", "p2", "r3", "r4", "t1"),
            )
        ),
    ),
    "cache": Table(
        "Amazon ElastiCache User Guide, Supported node types, Previous generation",
        _READ,
        dict.fromkeys(("c1", "m1", "m2", "m3", "m4", "r3", "r4", "t1", "t2")),
    ),
    "db": Table(
        "Amazon RDS User Guide, DB instance class types, Previous generation",
        _READ,
        dict.fromkeys(("m1", "m2", "m3", "m4", "r3", "r4", "t1", "t2")),
    ),
}


def previous_generation(class_: str) -> Table[None] | None:
    """Give the table that holds the family of a class (`db.m4.large`), `None` where none does."""
    first, *rest = class_.split(".")
    service, family = (first, rest[0]) if rest[1:] else ("", first)
    table = PREVIOUS.get(service)
    return table if table is not None and family in table.rows else None
