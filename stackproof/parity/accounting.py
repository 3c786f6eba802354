"""Accounting: every resource that is named or read ends as exactly one of five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.model.sentences import listed
from stackproof.parity.naming import MADE_BY_AWS, Named, Source
from stackproof.parity.owners import owners_told
from stackproof.parity.twins import Reach, Twins
from stackproof.types.companions import speaking
from stackproof.types.tokens import S3_BUCKET
from stackproof.types.unshown import UNSHOWN

# Who looks for it is told what is missing: a reader.
NO_READER = Unknown(Cause.UNREADABLE, detail="nothing reads this type")
# What only a network interface tells of, and nothing names.
UNREAD_THERE = Unknown(
    Cause.UNREADABLE, detail="what it is of stands in the stack's network, and nothing reads it"
)
TYPELESS = (NO_READER, UNREAD_THERE)
_NOT_ASKED = Unknown(Cause.UNREADABLE, detail="its name is not enough to ask for it")
_HOST_NOT_SEEN = Unknown(Cause.NOT_IN_STACK, detail="what it belongs to was not seen")
_OPEN = Unknown(
    Cause.UNREADABLE, detail="what is called so may be of a type that nothing here reads"
)
_MAYBE_ANOTHERS = Unknown(
    Cause.UNREADABLE, detail="this account has no such thing: it is gone, or another account's"
)
_NOBODYS = "neither the state nor this account knows it"
DYING = "it waits for its deletion"
MOST = 8


class Status(StrEnum):
    """How a resource ends."""

    JUDGED = "judged"
    UNCOVERED = "without a control"
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    FOREIGN = "not this stack's"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource and how it ends.

    `types` are those that it may be of, `source` is who names it, None when it was only read;
    `unknown` says why an unreadable one could not be seen, and `why` why a foreign one is. What the
    stack names and others' tags claim is `disputed`.
    """

    resource: Resource
    status: Status
    types: tuple[str, ...]
    source: Source | None = None
    unknown: Unknown | None = None
    why: str = ""
    disputed: bool = False

    @property
    def label(self) -> str:
        """Give what people call the resource: its ARN where its type isn't known."""
        resource = self.resource
        if not resource.type:
            return resource.arn or resource.id or resource.name
        return f"{short(resource.type)} {resource.name}"


@dataclass(frozen=True, slots=True)
class Accounting:
    """The resources of a run, each once; `elsewhere` counts those of other providers than AWS.

    With `selected` there are controls that the settings left out.
    """

    entries: Sequence[Entry] = ()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    selected: bool = False

    @property
    def counts(self) -> dict[Status, int]:
        """Count the resources of each status, those that did not occur included."""
        found = Counter(entry.status for entry in self.entries)
        return {status: found[status] for status in Status}

    @property
    def seen_in_part(self) -> dict[str, list[str]]:
        """Give what of resources that were read nothing ever shows, and the resources."""
        found: dict[str, list[str]] = {}
        for entry in self.of(Status.JUDGED) + self.of(Status.UNCOVERED):
            if unseen := UNSHOWN.get(entry.resource.type):
                found.setdefault(unseen, []).append(entry.label)
        return found

    def of(self, status: Status) -> list[Entry]:
        """Give the entries of a status."""
        return [entry for entry in self.entries if entry.status is status]

    @property
    def unreadable(self) -> str:
        """Say how many resources could not be read and which; empty when all could."""
        entries = self.of(Status.UNREADABLE)
        typeless = [entry.label for entry in entries if entry.unknown in TYPELESS]
        unseen = [entry.label for entry in entries if entry.unknown not in TYPELESS]
        told = (
            self._sentence(len(typeless), "{are} of types that can't be read", typeless),
            self._sentence(len(unseen), "could not be seen", unseen),
        )
        return "; ".join(filter(None, told))

    @property
    def uncovered(self) -> str:
        """Say how many resources no control covers, and their types; empty when there are none."""
        types = Counter(short(entry.resource.type) for entry in self.of(Status.UNCOVERED))
        labels = [f"{type_} ({n})" if n > 1 else type_ for type_, n in sorted(types.items())]
        which = "control that was chosen" if self.selected else "control"
        return self._sentence(types.total(), f"{{are}} of types that no {which} covers", labels)

    @property
    def disputed(self) -> str:
        """Say what the stack names and was not judged, for its tags are another's."""
        labels = [entry.label for entry in self.entries if entry.disputed]
        return self._sentence(
            len(labels), "{are} named by the stack and tagged as another's", labels
        )

    def _sentence(self, number: int, what: str, labels: Sequence[str]) -> str:
        if not number:
            return ""
        text = what.format(are="is" if number == 1 else "are")
        return f"{number} of {len(self.entries)} resources {text}: {listed(labels, MOST)}"


def account(
    named: Iterable[Named],
    live: Iterable[Resource],
    reach: Reach,
    *,
    gaps: Mapping[str, Unknown],
    answers: Mapping[str, Unknown | None],
    unsure: Mapping[str, Unknown] | None = None,
    foreign: Iterable[Resource] = (),
    made_by_aws: Collection[str] = (),
    dying: Collection[str] = (),
    elsewhere: Mapping[str, int] | None = None,
    own_tags: Mapping[str, str] | None = None,
    called: Collection[str] = (),
    strangers: Iterable[Resource] = (),
    stateful: bool = False,
    guessed: Sequence[str] = (),
) -> Accounting:
    """Account for what is named and what was read, of the stack and of others (`foreign`).

    `gaps` says which types could not be listed. `answers` is what AWS said when it was asked for a
    single resource that no listing had shown, by the key of what is named: None when it has no
    such thing. `unsure` has the identities of what nothing but its name says is there, and why it
    could not be read. `made_by_aws` are ARNs of what AWS made by itself, `dying` are the
    identities of what waits for its deletion: for whoever names it, it has vanished. `own_tags` are
    those that tell the stack's things from others', `called` are the words of its outputs: mere
    names among them name what was read all the same. `strangers` are network interfaces of what
    was not read and stands in the stack's network. Beside a state (`stateful`) an output that tells
    no account names what is the stack's only where the state knows it. `guessed` are the regions
    that were looked into where nothing says which are the stack's.
    """
    own, theirs = tuple(live), tuple(foreign)
    twins = Twins((*own, *theirs), reach)
    hosts = Stack((*own, *theirs), Sight.LIVE, gaps)
    owners = owners_told((*own, *theirs))
    entries: list[Entry] = []
    sources: dict[str, Source] = {}
    gone: set[str] = set()
    for wanted in named:
        twin = twins.of(wanted)
        if twin is not None:
            sources.setdefault(twin.identity, wanted.source)
            if twin.identity_on_aws in dying and wanted.source is not Source.TAGS:
                gone.add(twin.identity)
        elif wanted.resource.arn in made_by_aws:
            entries.append(_entry(wanted, Status.FOREIGN, why=MADE_BY_AWS))
        elif entry := _missing(wanted, reach, gaps, answers, hosts):
            doubted = _doubted(entry, wanted, owners, stateful=stateful)
            entries.append(_maybe_elsewhere(doubted, wanted, reach, guessed))
    maybe = unsure or {}
    read = [
        replace(entry, status=Status.VANISHED, why=DYING) if resource.identity in gone else entry
        for resource in own
        if resource.identity_on_aws not in maybe or resource.identity in sources
        for unseen in [resource.unread or maybe.get(resource.identity_on_aws)]
        for entry in [_read(resource, reach, sources.get(resource.identity), unseen)]
    ]
    seen = [
        Entry(resource, Status.FOREIGN, (resource.type,), why=MADE_BY_AWS)
        if resource.identity in made_by_aws
        else _of_others(resource, sources.get(resource.identity), own_tags or {}, called)
        for resource in theirs
        if resource.identity_on_aws not in maybe
    ]
    unread = [
        Entry(stranger, Status.UNREADABLE, (), unknown=UNREAD_THERE) for stranger in strangers
    ]
    return Accounting([*read, *seen, *entries, *unread], elsewhere or {})


def _read(resource: Resource, reach: Reach, source: Source | None, unseen: Unknown | None) -> Entry:
    """Give how something ends that a listing has shown."""
    judged = Status.JUDGED if resource.type in reach.covered else Status.UNCOVERED
    status = Status.UNREADABLE if unseen else judged
    return Entry(resource, status, (resource.type,), source, unseen)


def _of_others(
    resource: Resource,
    source: Source | None,
    own_tags: Mapping[str, str],
    called: Collection[str],
) -> Entry:
    """Give how something ends that was read and is another's."""
    if source is None and not {resource.id, resource.name}.isdisjoint(called):
        source = Source.OUTPUTS
    tags = resource.raw("tags")
    shown = tags if isinstance(tags, Mapping) else {}
    other = [f"{key}: {shown[key]}" for key, own in own_tags.items() if shown.get(key, own) != own]
    why = f"it is tagged {', '.join(other)}" if other else "the stack only points to it"
    disputed = bool(other) and source is not None
    return Entry(resource, Status.FOREIGN, (resource.type,), source, why=why, disputed=disputed)


def _missing(
    wanted: Named,
    reach: Reach,
    gaps: Mapping[str, Unknown],
    answers: Mapping[str, Unknown | None],
    hosts: Stack,
) -> Entry | None:
    """Give how something ends that is named and was not read."""
    if wanted.foreign:
        return _entry(wanted, Status.FOREIGN, why=wanted.foreign)
    if wanted.unseen:
        return _entry(wanted, Status.UNREADABLE, wanted.unseen)
    unread = reach.readable.isdisjoint(wanted.types)
    if unread and not reach.shown_in.keys().isdisjoint(wanted.types):
        return _shown_in_others(wanted, reach, hosts)
    if unread:
        return _entry(wanted, Status.UNREADABLE, NO_READER)
    lost = next((gaps[type_] for type_ in wanted.types if type_ in gaps), None)
    unseen = lost or answers.get(wanted.key, _NOT_ASKED)
    if unseen is None and wanted.open:
        unseen = _OPEN
    if unseen is not None:
        return _entry(wanted, Status.UNREADABLE, unseen)
    # The tagging API goes on naming what was deleted for a while. AWS Resource Groups Tagging API
    # Reference, GetResources: "all the tagged or previously tagged resources".
    return None if wanted.source is Source.TAGS else _entry(wanted, Status.VANISHED)


def _doubted(entry: Entry, wanted: Named, owners: Mapping[str, str], *, stateful: bool) -> Entry:
    """Give how something ends that AWS denies to have and whose name tells no account.

    It may be another account's. A state names all that is the stack's. Without one an id in the
    outputs counts as named: programs export what they made, and a thing that is gone must not
    pass; but not where something that was read tells whose it is. An address is as often that of
    something that the program only uses, so that it is said and fails nothing. A bucket's name is
    one for all accounts: one that nobody has is gone.
    """
    if entry.status is not Status.VANISHED or wanted.source is not Source.OUTPUTS:
        return entry
    if wanted.resource.account is not None:
        return entry
    if stateful:
        return replace(entry, status=Status.FOREIGN, why=_NOBODYS)
    if owner := owners.get(wanted.resource.id or ""):
        return replace(entry, status=Status.FOREIGN, why=f"it is of account {owner}")
    if wanted.host and S3_BUCKET not in wanted.types:
        return replace(entry, status=Status.UNREADABLE, unknown=_MAYBE_ANOTHERS)
    return entry


def _maybe_elsewhere(entry: Entry, wanted: Named, reach: Reach, guessed: Sequence[str]) -> Entry:
    """Give how something ends that isn't in the regions that were looked into by a guess."""
    regional = not reach.worldwide.issuperset(wanted.types)
    if entry.status is Status.VANISHED and guessed and regional and not wanted.resource.region:
        why = f"it is not in {listed(guessed, MOST)}, and nothing says in which region it is"
        unknown = Unknown(Cause.UNREADABLE, detail=why)
        return replace(entry, status=Status.UNREADABLE, unknown=unknown)
    return entry


def _shown_in_others(wanted: Named, reach: Reach, hosts: Stack) -> Entry:
    """Give how something ends that AWS shows in what it belongs to: it was seen where that was."""
    hidden = _hidden(wanted, reach, hosts)
    if hidden is not None:
        return _entry(wanted, Status.UNREADABLE, hidden)
    uncovered = reach.covered.isdisjoint(wanted.types)
    return _entry(wanted, Status.UNCOVERED if uncovered else Status.JUDGED)


def _hidden(wanted: Named, reach: Reach, hosts: Stack) -> Unknown | None:
    """Give why what something belongs to does not show it, `None` when it does."""
    settings = [
        (companion, key)
        for companion in speaking(wanted.resource.type)
        if isinstance(key := wanted.resource.raw(companion.points), str)
    ]
    found = [
        host.raw(companion.setting)
        for companion, key in settings
        if (host := hosts.find(key, companion.parent)) is not None
    ]
    if found:
        unseen = [value for value in found if isinstance(value, Unknown)]
        return unseen[0] if len(unseen) == len(found) else None
    places = {place for type_ in wanted.types for place in reach.shown_in.get(type_, ())}
    lost = next((hosts.gaps[place] for place in sorted(places) if place in hosts.gaps), None)
    return lost or (_HOST_NOT_SEEN if settings else None)


def _entry(wanted: Named, status: Status, unknown: Unknown | None = None, why: str = "") -> Entry:
    return Entry(wanted.resource, status, wanted.types, wanted.source, unknown, why)


def short(type_: str) -> str:
    """Give a type as people write it: `ec2.KeyPair` for `aws:ec2/keyPair:KeyPair`."""
    _, _, rest = type_.partition(":")
    module, _, name = rest.partition("/")
    return f"{module}.{name.rpartition(':')[2]}" if name else type_
