"""What is another one from one record to the next, told by fingerprints and identities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from stackproof.parity.controls import PARITY
from stackproof.parity.drift import DRIFT
from stackproof.record.comparable import differences
from stackproof.record.controls_changed import UNCHOSEN, ControlsChanged
from stackproof.record.form import (
    Changed,
    Changes,
    Finding,
    Item,
    Named,
    Record,
    Resource,
)
from stackproof.record.scenarios import mended, newly_bad

ENDING_DAYS: Final = 14
# What a failure under a waiver is, is still there.
FAILING: Final = ("fail", "waived")
# What is too long is kept as a digest: that it is another one is known, and not which.
DIGEST_ALONE: Final = "a value of which only a digest is kept"
_THERE: Final = ("judged", "without a control", "unreadable")
_Key = tuple[str, str]


def changes_between(before: Record, after: Record) -> Changes:
    """Say what is another one in `after`."""
    controls = ControlsChanged(before, after)
    old = {_key(f): f for f in (*before.not_seen, *before.findings)}
    now = {_key(f): f for f in after.findings}
    looked_at = {_key(f) for f in before.findings}
    here, there = _resources(before), _resources(after)
    changed = {i: list(_changed(here[i], r)) for i, r in there.items() if i in here}
    touched = {i for i in there if changed.get(i) != []}
    told: dict[str, list[Named]] = {}
    still: set[str] = set()

    def tell(what: str, finding: Finding) -> None:
        told.setdefault(what, []).append(named(finding))

    for key, finding in now.items():
        was = old.get(key)
        if finding.outcome == "fail":
            if was is not None and was.outcome == "fail":
                still.add(finding.fingerprint)
            elif (by := controls.concerning(finding)) and identity(finding) not in touched:
                tell(by, finding)
            else:
                # Where the resource is another one as well, the stack may have done it.
                tell("drifted" if finding.control == DRIFT.id else "new", finding)
        elif finding.outcome == "waived":
            # Under a waiver a failure is no longer one; it is not mended either.
            if was is None or was.outcome != "waived":
                tell("waived", finding)
        elif was is not None and was.outcome == "fail" and finding.outcome != "unknown":
            tell(controls.concerning(finding) or "fixed", finding)
        elif finding.outcome == "unknown" and (was is None or was.outcome != "unknown"):
            tell(controls.concerning(finding) or "unknown", finding)
    seen = _Seen(after)
    for was in (old[key] for key in old if key not in now):
        what = seen.end_of(was, controls)
        if was.outcome == "fail":
            tell(what, was)
        elif what == "not_seen" and was.outcome != "unknown" and _key(was) in looked_at:
            # What held is no failure that nobody saw again: it is unknown from now on.
            tell("unknown", was)
    return Changes(
        before=before.chain.digest if before.chain else None,
        began=before.run.began,
        still=len(still),
        **{what: sorted(found, key=_worst) for what, found in told.items()},
        came=[_item(r) for identity, r in there.items() if identity not in here],
        gone=[
            _item(r)
            for identity, r in here.items()
            if identity not in there and seen.looked_at(r.type)
        ],
        changed=[change for changes in changed.values() for change in changes],
        controls=controls.catalogue,
        settings=controls.settings,
        waivers_ending=list(ending(after)),
        scenarios_new=list(newly_bad(before, after)),
        scenarios_fixed=list(mended(before, after)),
        differences=differences(before, after),
    )


def linked(record: Record, before: Record | None) -> Record:
    """Give a record as the one after another: since when failures are there, and what changed.

    A failure that nobody could look at again is kept with it, as `not_seen`.
    """
    earlier = (*before.not_seen, *before.findings) if before else ()
    since = {_key(f): f.failing_since for f in earlier if f.failing_since}
    found = [
        f.model_copy(update={"failing_since": _since(f, since, record.run.began)})
        for f in record.findings
    ]
    after = record.model_copy(update={"findings": found})
    if before is None:
        return after
    now = {_key(f) for f in found}
    seen, controls = _Seen(after), ControlsChanged(before, after)
    kept = [
        f
        for f in earlier
        if f.failing_since and _key(f) not in now and seen.end_of(f, controls) == "not_seen"
    ]
    after = after.model_copy(update={"not_seen": kept})
    return after.model_copy(update={"changes": changes_between(before, after)})


def ending(record: Record) -> Iterator[Item]:
    """Give the waivers that end within a fortnight of the record, or have ended."""
    day = datetime.fromisoformat(record.run.began).date()
    for waiver in record.waivers:
        until = date.fromisoformat(waiver.until)
        if until - day <= timedelta(days=ENDING_DAYS):
            name = f"{waiver.control} on {', '.join(waiver.patterns)}"
            word = "ended on" if until < day else "until"
            yield Item(type="waiver", name=name, why=f"{waiver.owner}'s, {word} {waiver.until}")


def named(finding: Finding) -> Named:
    """Give a finding in the few words of a change."""
    return Named(**{name: getattr(finding, name) for name in Named.model_fields})


class _Seen:
    """What a record has looked at: where nobody looked, nothing is fixed."""

    def __init__(self, record: Record) -> None:
        self._lost = {type_ for gap in record.gaps for type_ in gap.types}
        self._ends = {r.identity: r.status for r in record.resources}
        self._nothing = not record.resources or bool(record.errors)
        self._sights = {f.sight for f in record.findings} | {record.run.sight}
        self._judged = {(f.sight, f.control, identity(f)) for f in record.findings}
        self._by_resource = bool(record.left_out and record.left_out.resources)
        self._compared = record.parity is not None

    def looked_at(self, type_: str) -> bool:
        """Tell whether a resource of a type would have been seen."""
        return not self._nothing and type_ not in self._lost

    def end_of(self, was: Finding, controls: ControlsChanged) -> str:
        """Say what became of a failure that no finding is about any more."""
        if gone := controls.gone(was):
            return gone
        there = identity(was)
        if was.sight not in self._sights or not self.looked_at(was.type):
            return "not_seen"
        status = self._ends.get(there)
        if status in (None, "vanished", "not this stack's"):
            return "gone_with"
        # It is there: nobody looked, it is left out, or this facet of it is no more.
        if status == "unreadable":
            return "not_seen"
        if self._looked(was, there):
            return "fixed"
        return UNCHOSEN if self._by_resource else "not_seen"

    def _looked(self, was: Finding, there: str) -> bool:
        """Tell whether somebody looked for a failure on a resource that could be read."""
        if was.control in PARITY:
            # Of what is there, and as the program set it, nothing is said.
            return was.control != DRIFT.id or self._compared
        return (was.sight, was.control, there) in self._judged


def identity(finding: Finding) -> str:
    """Give what names the resource of a finding across runs."""
    place = "::".join(filter(None, (finding.region or "", finding.owner)))
    return finding.urn or finding.arn or f"{finding.type}::{place}::{finding.id or finding.name}"


def _key(finding: Finding) -> _Key:
    return finding.sight, finding.fingerprint


def _since(finding: Finding, since: Mapping[_Key, str], began: str) -> str | None:
    known = since.get(_key(finding))
    if finding.outcome in FAILING:
        return known or began
    return known if finding.outcome == "unknown" else None


def _worst(finding: Named) -> tuple[int, str, str, str]:
    order = ("critical", "high", "medium", "low").index(finding.severity)
    return order, finding.control, finding.name, finding.facet


def _resources(record: Record) -> dict[str, Resource]:
    return {r.identity: r for r in record.resources if r.status in _THERE}


def _item(resource: Resource) -> Item:
    return Item(type=resource.type, name=resource.name, why=resource.status)


def _changed(before: Resource, after: Resource) -> Iterator[Changed]:
    old, new = _properties(before), _properties(after)
    hidden = before.hidden.keys() | after.hidden.keys()
    for name in sorted((old.keys() | new.keys()) - hidden):
        # Which tag it is says more than that it is one of them.
        if old.get(name) != new.get(name) and (name != "tags" or before.tags == after.tags):
            was, now = (_kept(told.get(name)) for told in (old, new))
            yield Changed(type=after.type, name=after.name, property=name, before=was, after=now)


def _properties(resource: Resource) -> Mapping[str, tuple[str, Any]]:
    return {
        **{name: ("value", value) for name, value in resource.facts.items()},
        **{name: ("digest", told) for name, told in resource.digests.items()},
        **{f"tags.{key}": ("value", value) for key, value in resource.tags.items()},
    }


def _kept(told: tuple[str, Any] | None) -> Any:
    if told is None:
        return None
    return told[1] if told[0] == "value" else DIGEST_ALONE
