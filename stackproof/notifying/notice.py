"""What is to be told of a night, the worst first, whatever the form in which it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from stackproof.exit_codes import VERIFIED
from stackproof.model import Severity
from stackproof.record.comparable import sentence
from stackproof.record.form import SEVERITIES, Finding, Item, Named, Record
from stackproof.record.gates import UNKEPT, Gated
from stackproof.record.tickets import ticket
from stackproof.reports.columns import owners_of
from stackproof.reports.identities import identity
from stackproof.reports.texts import line
from stackproof.settings.nightly_form import Channel
from stackproof.types.owners import called

# Of a kind so many are told by name; the report has them all.
MOST: Final = 10
_LONGEST: Final = 300
_NEW: Final = "new failures"
_UNKNOWN: Final = "could be seen before, and no longer"
_ENDED: Final = ("fixed", "failures gone with their resources")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told: of a finding its ticket, control, severity, and whose it is."""

    text: str
    ticket: str = ""
    control: str = ""
    severity: str = ""
    owner: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What is told of one kind."""

    what: str
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of one stack's night."""

    stack: str
    account: str
    verdict: str
    exit_code: int
    began: str
    since: str | None
    still: int
    groups: Sequence[Group] = field(default_factory=tuple)

    @property
    def title(self) -> str:
        """Give it in a line."""
        word = {0: "verified", 1: "failed"}.get(self.exit_code, "not verified")
        counts = [f"{len(group.told)} {group.what}" for group in self.groups]
        return f"{self.stack}: {word}{': ' if counts else ''}{', '.join(counts)}"

    @property
    def new(self) -> bool:
        """Tell whether anything is another than the night before."""
        return bool(self.groups)


def notice_of(record: Record, gated: Gated, channel: Channel) -> Notice | None:
    """Give what a channel is told of a night; None where it wants to hear nothing of it.

    A channel of owners hears of their resources only, and of what nobody's resources are about
    nothing.
    """
    run = record.run
    groups = tuple(
        group for group in (*_groups(record, channel), *_not_kept(gated, channel)) if group.told
    )
    told = Notice(
        stack=_cut(run.stack),
        account=line(run.account),
        verdict=_cut(run.verdict),
        exit_code=gated.exit_code,
        began=run.began,
        since=record.changes.began if record.changes else None,
        still=record.changes.still if record.changes else 0,
        groups=groups,
    )
    failing = gated.exit_code != VERIFIED
    if channel.owners:
        return told if groups else None
    wanted = {"always": True, "failing": failing, "changed": told.new or _blind(record)}
    return told if wanted[channel.when] else None


def _groups(record: Record, channel: Channel) -> Iterator[Group]:
    owners = _owners(record)
    least = Severity(channel.severity)

    def of(named: Iterable[Named | Finding]) -> list[Told]:
        once = {finding.fingerprint: finding for finding in named}
        kept = [
            finding
            for finding in once.values()
            if Severity(finding.severity).at_least(least)
            and _concerns(channel, owners.get(finding.fingerprint, ()))
        ]
        kept.sort(
            key=lambda finding: (SEVERITIES.index(finding.severity), finding.control, finding.name)
        )
        return [_told(record, finding, owners.get(finding.fingerprint, ())) for finding in kept]

    changes = record.changes
    if changes and not channel.owners:
        alike = [Told(_cut(sentence(difference))) for difference in changes.differences]
        yield Group("not alike the record before", alike)
    if changes is None:
        yield Group(_NEW, of(f for f in record.findings if f.outcome == "fail"))
        yield Group("could not be seen", of(f for f in record.findings if f.outcome == "unknown"))
    else:
        yield Group(_NEW, of((*changes.new, *changes.drifted)))
        yield Group(_UNKNOWN, of(changes.unknown))
        yield Group("failures not seen again", of(changes.not_seen))
        yield Group("by the catalogue's update, not the stack's", of(changes.by_catalogue))
        yield Group("failures no longer chosen by the settings", of(changes.unchosen))
        yield Group("by the settings, not the stack's", of(changes.by_settings))
        for what, ended in zip(_ENDED, (changes.fixed, changes.gone_with), strict=True):
            yield Group(what, of(ended))
        yield Group("waived since then", of(changes.waived))
    if channel.owners:
        return
    light = {scenario.scenario for scenario in record.scenarios if not scenario.at_least(least)}

    def heavy(items: Iterable[Item]) -> list[Told]:
        return _items(item for item in items if item.name not in light)

    broken = [Item(type="", name=s.scenario) for s in record.scenarios if s.outcome == "failed"]
    yield Group("scenarios that fail now", heavy(changes.scenarios_new if changes else broken))
    if changes:
        yield Group("scenarios that hold again", heavy(changes.scenarios_fixed))
        yield Group("waivers that end soon, or ended", _items(changes.waivers_ending))
        yield Group("controls by the settings", _items(changes.settings))
    yield Group("not looked at", [Told(_cut(error)) for error in record.errors])


def _not_kept(gated: Gated, channel: Channel) -> Iterator[Group]:
    # What this night found is told once: the next one has nothing to compare with.
    if not gated.kept and not channel.owners:
        yield Group("not kept", [Told(UNKEPT)])


def _owners(record: Record) -> Mapping[str, Sequence[str]]:
    """Give who owns the resource of each finding, by its fingerprint, where tags say so."""
    of = {resource.identity: owners_of(resource) for resource in record.resources}
    findings = (*record.not_seen, *record.findings)
    return {
        finding.fingerprint: owners for finding in findings if (owners := of.get(identity(finding)))
    }


def _concerns(channel: Channel, owners: Sequence[str]) -> bool:
    return not channel.owners or any(
        fnmatchcase(owner, pattern) for pattern in channel.owners for owner in owners
    )


def _told(record: Record, finding: Named | Finding, owners: Sequence[str]) -> Told:
    facet = f" [{finding.facet}]" if finding.facet else ""
    # A message begins with the name where it stands alone.
    message = finding.message.removeprefix(f"{finding.name}: ")
    return Told(
        text=_cut(f"{called(finding.name, finding.owner)}{facet}: {message}"),
        ticket=ticket(record.run.stack, finding.fingerprint),
        control=line(finding.control),
        severity=finding.severity,
        owner=_cut(", ".join(owners)),
        since=finding.failing_since,
    )


def _items(items: Iterable[Item]) -> list[Told]:
    return [Told(_cut(f"{item.name} {item.why}".strip())) for item in items]


def _blind(record: Record) -> bool:
    return bool(record.errors)


def _cut(text: str) -> str:
    plain = line(text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
