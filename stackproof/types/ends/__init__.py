"""What AWS publishes with a date and goes out of date: each table says whence, and when read."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeAlias, TypeVar

from stackproof.error_codes import Code
from stackproof.errors import StackproofError

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Table(Generic[T_co]):
    """The rows of one page of AWS as they stood on the day when they were read."""

    source: str
    read: date
    rows: Mapping[str, T_co]

    def __str__(self) -> str:
        return f"{self.source}, as of {self.read}"


# The last day of standard support by version; `None` where AWS has named no day yet.
Ends: TypeAlias = Table[date | None]


class UnlistedError(StackproofError):
    """Raised for a version that is neither in a table nor newer than all of its kind there."""

    code = Code.TABLE


def end_of(table: Ends, version: str) -> date | None:
    """Give the last day on which AWS supports a version, `None` when it has named none.

    The row of `16` holds for `16.6`, that of `8.0` for `8.0.mysql_aurora.3.05.2`. A version before
    all rows of its kind ended with the first of them. One after all of them came out since the
    table was read and is supported: AWS promises at least a year, and no table gets half as old.
    Raises UnlistedError for any other.
    """
    parts = version.split(".")
    for length in range(len(parts), 0, -1):
        row = ".".join(parts[:length])
        if row in table.rows:
            return table.rows[row]
    kind, numbers = _numbers(version)
    rows = {row: n for row in table.rows for k, n in [_numbers(row)] if k == kind and n}
    if not rows or not numbers:
        raise UnlistedError(version)
    first, last = min(rows, key=rows.__getitem__), max(rows, key=rows.__getitem__)
    if numbers > rows[last]:
        return None
    ended = table.rows[first]
    if numbers < rows[first] and ended is not None:
        return ended
    raise UnlistedError(version)


def tables() -> Iterator[tuple[str, Table[object]]]:
    """Give every table of this package with the name that it has there."""
    for module in pkgutil.iter_modules(__path__):
        held = vars(importlib.import_module(f"{__name__}.{module.name}"))
        for name, value in held.items():
            for key, table in value.items() if isinstance(value, dict) else [("", value)]:
                if isinstance(table, Table):
                    yield f"{module.name}.{name}{key and f'[{key}]'}", table


def _numbers(version: str) -> tuple[str, tuple[int, ...]]:
    """Give the word that a version begins with, and its numbers: `python3.9`, `OpenSearch_2.9`."""
    kind = re.match(r"\D*", version)
    numbers = re.findall(r"\d+", version)
    return kind[0] if kind else "", tuple(map(int, numbers))
