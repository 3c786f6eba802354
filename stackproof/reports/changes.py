"""What changed since the record before, in lines that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from stackproof.model.sentences import listed
from stackproof.parity.accounting import short
from stackproof.record.comparable import sentence
from stackproof.record.findings import shown
from stackproof.record.form import SEVERITIES, Changed, Changes, Item, Named, Record
from stackproof.record.scenarios import still_failing
from stackproof.types.owners import called

_MOST = 8
_NOT_KEPT = "no history has the record (--history, or nightly.history in the settings)"


def lines(record: Record, most: int | None = _MOST) -> Iterator[str]:
    """Say what changed: what is worst first, at most so many of a kind by name."""
    changes = record.changes
    if changes is None:
        why = "the first record" if record.chain else _NOT_KEPT
        yield f"{why}: nothing to compare with"
        return
    yield from map(sentence, changes.differences)
    told = [
        *_failures(changes, most),
        *_rest(changes, most),
    ]
    if failing := still_failing(record):
        told.append(f"scenarios still failing ({len(failing)}): {listed(failing, most)}")
    if changes.still:
        told.append(f"still failing: {changes.still}{_ages(record)}")
    since = f" since {changes.began[:16].replace('T', ' ')}" if changes.began else ""
    yield f"what changed{since}:" if told else f"nothing changed{since}"
    yield from (f"  {line}" for line in told)


def _failures(changes: Changes, most: int | None) -> Iterator[str]:
    groups: tuple[tuple[str, Sequence[Named]], ...] = (
        ("new failures", changes.new),
        ("drifted", changes.drifted),
        ("fixed", changes.fixed),
        ("no longer known", changes.unknown),
        ("failures not seen again", changes.not_seen),
        ("waived since then", changes.waived),
        ("failures gone with their resources", changes.gone_with),
        ("by the catalogue's update, not the stack's", changes.by_catalogue),
        ("failures no longer chosen by the settings", changes.unchosen),
        ("by the settings, not the stack's", changes.by_settings),
    )
    for what, found in groups:
        if names := _named(found):
            yield f"{what} ({len(names)}): {listed(names, most)}"


def _rest(changes: Changes, most: int | None) -> Iterator[str]:
    groups: tuple[tuple[str, Sequence[Item]], ...] = (
        ("resources that came", changes.came),
        ("resources that are gone", changes.gone),
        ("scenarios that fail now", changes.scenarios_new),
        ("scenarios that hold again", changes.scenarios_fixed),
        ("waivers that end soon, or ended", changes.waivers_ending),
        ("controls by the catalogue's update", changes.controls),
        ("controls by the settings", changes.settings),
    )
    for what, items in groups:
        if items:
            yield f"{what} ({len(items)}): {listed([_item(item) for item in items], most)}"
    if changes.changed:
        told = [_change(change) for change in changes.changed]
        yield f"properties that changed ({len(told)}): {listed(told, most)}"


def _named(found: Iterable[Named]) -> list[str]:
    """Name findings once, at however many sights they are."""
    by: dict[str, tuple[Named, list[str]]] = {}
    for change in found:
        by.setdefault(change.fingerprint, (change, []))[1].append(change.sight)
    told = []
    for change, sights in by.values():
        facet = f" [{change.facet}]" if change.facet else ""
        where = "" if sights == ["live"] else f" ({', '.join(sights)})"
        thing = called(change.name, change.owner)
        told.append(f"{change.severity} {change.control} on {thing}{facet}{where}")
    return told


def _item(item: Item) -> str:
    what = f"{short(item.type)} " if item.type.startswith("aws:") else ""
    why = f" ({shown(item.why)})" if item.why and item.why != "judged" else ""
    return f"{what}{item.name}{why}"


def _change(change: Changed) -> str:
    kept = change.before is not None or change.after is not None
    values = f" from {shown(change.before)} to {shown(change.after)}" if kept else ""
    return f"{short(change.type)} {change.name} {change.property}{values}"


def _ages(record: Record) -> str:
    """Say since when the oldest failure of each severity is there."""
    oldest: dict[str, str] = {}
    for finding in record.findings:
        since = finding.failing_since
        if finding.outcome == "fail" and since:
            oldest[finding.severity] = min(since, oldest.get(finding.severity, since))
    now = datetime.fromisoformat(record.run.began)
    days = {name: (now - datetime.fromisoformat(since)).days for name, since in oldest.items()}
    told = [f"{name} for {days[name]} days" for name in SEVERITIES if days.get(name)]
    return f" (the oldest: {', '.join(told)})" if told else ""
