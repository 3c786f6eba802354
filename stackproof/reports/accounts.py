"""How the accounting of a run is told: five counts, then whatever was not judged, by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stackproof.model.gap import Gap
from stackproof.parity.accounting import MOST, TYPELESS, Accounting, Entry, Status, short
from stackproof.parity.drift import Comparison

# How many of a kind a line on a screen names; every document names them all.
ON_A_LINE = 20
# All but what was judged, which the findings tell of.
TOLD = tuple(status for status in Status if status is not Status.JUDGED)


def record(accounting: Accounting) -> dict[str, Any]:
    """Give the accounting as plain data: counts by status, and all resources not judged."""
    return {
        "counts": {status.value: n for status, n in accounting.counts.items()},
        "resources": [_entry(entry) for status in TOLD for entry in accounting.of(status)],
        "not_aws": dict(accounting.elsewhere),
    }


def parity(comparison: Comparison | None) -> dict[str, Any] | None:
    """Give what came out of comparing with a state as plain data, None when there was none."""
    if comparison is None:
        return None
    return {
        "properties_compared": comparison.compared,
        "properties_not_shown": comparison.unshown,
        "unmanaged": [
            _entry(Entry(resource, Status.JUDGED, (resource.type,)))
            | {"status": "unmanaged", "why": ""}
            for resource in comparison.unmanaged
        ],
    }


def unread(gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    """Give what was not read as plain data."""
    return [
        {
            "operation": gap.operation,
            "cause": gap.cause.value,
            "region": gap.region,
            "types": list(gap.types),
        }
        for gap in gaps
    ]


def not_read(gaps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name what was not read, and what it would have shown; nothing where all was."""
    if gaps:
        yield "not read", "; ".join(map(_not_read, gaps))


def _not_read(gap: Mapping[str, Any]) -> str:
    types = [short(type_) for type_ in gap["types"]]
    more = f" and {len(types) - MOST} more" if len(types) > MOST else ""
    where = f"{gap['operation']} in {gap['region']} ({gap['cause']})"
    return f"{where}: {', '.join(types[:MOST])}{more}"


def beside_state(told: Mapping[str, Any], most: int | None = None) -> Iterator[tuple[str, str]]:
    """Say what was compared with the state, then name what no state knows."""
    shown, hidden = told["properties_compared"], told["properties_not_shown"]
    yield "compared with the state", f"{shown} properties; {hidden} more are not shown by AWS"
    yield from named({"resources": told["unmanaged"]}, most)


def counted(told: Mapping[str, Any]) -> str:
    """Say in a line how many resources ended how."""
    counts = ", ".join(f"{n} {status}" for status, n in told["counts"].items())
    elsewhere = ", ".join(f"{name} {n}" for name, n in told["not_aws"].items())
    more = f"; no AWS resources: {elsewhere}" if elsewhere else ""
    return f"accounted for: {counts}{more}"


def named(told: Mapping[str, Any], most: int | None = None) -> Iterator[tuple[str, str]]:
    """Give each status of what was not judged with a line that names its resources.

    Of a group at most `most` are named, all where that isn't said, and the others are counted.
    """
    by_status: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in told["resources"]:
        name = entry["name"] if entry["type"] else entry["arn"] or entry["id"]
        by_status[entry["status"]][_group(entry)].append(name)
    for status, groups in by_status.items():
        told_of = "; ".join(
            f"{group}: {listed(names, most)}" if group else listed(names, most)
            for group, names in groups.items()
        )
        yield status, told_of


def listed(names: Sequence[str], most: int | None) -> str:
    """Give names in a line: at most so many, and how many more there are."""
    more = f" and {len(names) - most} more" if most and len(names) > most else ""
    return ", ".join(names[:most]) + more


def _group(entry: Mapping[str, Any]) -> str:
    type_ = short(entry["type"]) if entry["type"] else ""
    return " ".join(filter(None, (type_, entry["why"] and f"({entry['why']})")))


def _entry(entry: Entry) -> dict[str, Any]:
    resource, unknown = entry.resource, entry.unknown
    why = entry.why
    if unknown is not None:
        why = f"{unknown.cause}: {unknown.detail}".removesuffix(": ")
        why = unknown.detail if unknown in TYPELESS else why
    return {
        "status": entry.status.value,
        "type": resource.type,
        "urn": resource.urn,
        "name": resource.name,
        "id": resource.id,
        "arn": resource.arn,
        "region": resource.region,
        "named_by": entry.source and entry.source.value,
        "why": why,
    }
