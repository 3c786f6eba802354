"""A record as rows: what its digest is over, and what the history keeps.

Each finding, resource, control, scenario and waiver is a row, and so is the rest. What is another
one every night (times, counts of calls) stands in the rest alone, so that all other rows are the
same from night to night.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackproof.record.canonical import canonical
from stackproof.record.form import Record

RUN: Final = "run"
# By kind of row: the key of the record, and the fields that name a row among its kind.
KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "control": ("controls", ("id",)),
    "finding": ("findings", ("sight", "fingerprint")),
    "not_seen": ("not_seen", ("sight", "fingerprint")),
    "resource": ("resources", ("type", "region", "owner", "urn", "arn", "id", "name")),
    "scenario": ("scenarios", ("scenario",)),
    "waiver": ("waivers", ("number",)),
}
# What a scenario says that is about the night and not about the stack.
_OF_THE_NIGHT: Final = ("seconds", "readings", "at_first", "waits")


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One row: its kind, what names it among its kind, and all of it as canonical JSON."""

    kind: str
    key: str
    body: str


def rows_of(record: Record, *, as_given: bool = False) -> list[Row]:
    """Give a record as rows, in their order; `as_given`, without keys that it was read without."""
    data = record.model_dump(by_alias=True, exclude_unset=as_given)
    rows: list[Row] = []
    for kind, (place, names) in KINDS.items():
        items = sorted(data.pop(place, ()), key=lambda item: (_key(item, names), canonical(item)))
        if kind == "scenario":
            data["nights"] = [
                {name: item.pop(name) for name in _OF_THE_NIGHT if name in item} for item in items
            ]
        rows += (Row(kind, _key(item, names), canonical(item)) for item in items)
    rows.append(Row(RUN, "", canonical(data)))
    return sorted(rows)


def record_of_rows(rows: Iterable[Row]) -> Record:
    """Give the record that rows are of."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows):
        by_kind[row.kind].append(json.loads(row.body))
    (data,) = by_kind.pop(RUN)
    for night, scenario in zip(data.pop("nights"), by_kind.get("scenario", ()), strict=True):
        scenario.update(night)
    lists = {place: by_kind.get(kind, []) for kind, (place, _) in KINDS.items()}
    return Record.model_validate(data | lists)


def digest_of(record: Record) -> str:
    """Give the digest over a record and the digest of the one before it."""
    return digest_of_rows(rows_of(record))


def digest_of_rows(rows: Iterable[Row]) -> str:
    """Give the digest over rows; the rest says no digest and no signature of itself."""
    return hashlib.sha256(b"".join(map(digest_of_row, sorted(rows)))).hexdigest()


def digest_of_row(row: Row) -> bytes:
    """Give the digest of a row; that of the rest covers the digest of the record before."""
    body = row.body
    if row.kind == RUN:
        data = json.loads(body)
        previous = (data.pop("chain", None) or {}).get("previous")
        body = canonical(data | {"previous": previous})
    return hashlib.sha256(f"{row.kind}\0{row.key}\0{body}".encode()).digest()


def _key(item: Mapping[str, Any], names: Iterable[str]) -> str:
    return "\x1f".join("" if item.get(name) is None else str(item[name]) for name in names)
