"""How the accounting of a run is told: five counts, then whatever was not judged, by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from stackproof.model.sentences import listed
from stackproof.parity.accounting import MOST, short
from stackproof.record.form import Accounting, Gap, Parity, Resource

# How many of a kind a line on a screen names; every document names them all.
ON_A_LINE = 20


def not_read(gaps: Sequence[Gap]) -> Iterator[tuple[str, str]]:
    """Name what was not read, and what it would have shown; nothing where all was."""
    if gaps:
        yield "not read", "; ".join(map(_not_read, gaps))


def _not_read(gap: Gap) -> str:
    types = [short(type_) for type_ in gap.types]
    where = f"{gap.operation} in {gap.region} ({gap.cause})"
    return f"{where}: {listed(types, MOST)}"


def seen_in_part(told: Accounting, most: int | None = None) -> Iterator[tuple[str, str]]:
    """Name resources that were read, and what of them nothing ever shows; nothing without any."""
    if told.seen_in_part:
        yield (
            "seen in part",
            "; ".join(
                f"{listed(names, most)}: {unseen}" for unseen, names in told.seen_in_part.items()
            ),
        )


def beside_state(told: Parity, most: int | None = None) -> Iterator[tuple[str, str]]:
    """Say what was compared with the state, then name what no state knows."""
    shown, hidden = told.properties_compared, told.properties_not_shown
    yield "compared with the state", f"{shown} properties; {hidden} more are not shown by AWS"
    yield from named(told.unmanaged, most)


def counted(told: Accounting) -> str:
    """Say in a line how many resources ended how."""
    counts = ", ".join(f"{n} {status}" for status, n in told.counts.items())
    elsewhere = ", ".join(f"{name} {n}" for name, n in told.not_aws.items())
    more = f"; no AWS resources: {elsewhere}" if elsewhere else ""
    return f"accounted for: {counts}{more}"


def named(resources: Iterable[Resource], most: int | None = None) -> Iterator[tuple[str, str]]:
    """Give each status of what was not judged with a line that names its resources.

    Of a group at most `most` are named, all where that isn't said, and the others are counted.
    """
    by_status: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in resources:
        name = entry.name if entry.type else entry.arn or entry.id or entry.name
        by_status[entry.status][_group(entry)].append(name)
    for status, groups in by_status.items():
        told_of = "; ".join(
            f"{group}: {listed(names, most)}" if group else listed(names, most)
            for group, names in groups.items()
        )
        yield status, told_of


def _group(entry: Resource) -> str:
    type_ = short(entry.type) if entry.type else ""
    return " ".join(filter(None, (type_, entry.why and f"({entry.why})")))
