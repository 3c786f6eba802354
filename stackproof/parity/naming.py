"""What the state, the outputs and the stack's tags name, each resource once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.sights.state import State
from stackproof.types.addresses import SHOWN, host_of
from stackproof.types.adopted import ADOPTED
from stackproof.types.identities import Identity, identity

MADE_BY_AWS = "AWS made it"
# "It does not represent a real-world entity in AWS": the AWS provider's pages of both.
_ONLY_WAIT = (
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:ses/domainIdentityVerification:DomainIdentityVerification",
)
_OURS = ("aws", "aws-native")


class Source(StrEnum):
    """Who names a resource; whoever comes first here is who is quoted."""

    STATE = "the state"
    OUTPUTS = "the outputs"
    TAGS = "the stack's tags"


@dataclass(frozen=True, slots=True)
class Named:
    """A resource as somebody names it.

    `types` are the types that it may be of: none when nothing here knows such a name. `foreign`
    says why it is not this stack's, and is empty when it is; `unseen` why it is and can't be seen.
    `host` is for what is named by its address. An `open` name may as well be that of something that
    nothing here reads.
    """

    resource: Resource
    types: tuple[str, ...]
    source: Source
    foreign: str = ""
    host: str | None = None
    open: bool = False
    unseen: Unknown | None = None

    @property
    def key(self) -> str:
        """Give what tells it from all others that are named."""
        return self.resource.identity


def named(
    state: State | None,
    outputs: Iterable[str],
    tagged: Iterable[str],
    account: str | None,
    partition: str | None = None,
) -> tuple[Named, ...]:
    """Give every resource that is named; `tagged` are the ARNs that carry the stack's tags.

    `account` is the one that is looked at and `partition` its own, what is of others is foreign, or
    can't be seen where the state says that the stack has it there; with None nothing is: a state by
    itself shows what is the stack's in whichever account.
    A plain name counts only when the state says whose it is: in outputs only ARNs, ids of a known
    form and addresses of known services do, so that a CIDR or a port is never taken for a resource.
    """
    known = _Known()
    found = [*_by_state(state, account)] if state else []
    for wanted in found:
        known.add(wanted)
    for source, names in ((Source.OUTPUTS, outputs), (Source.TAGS, tagged)):
        for name in sorted(set(names)):
            told = identity(name)
            if told is not None and not known.has(told):
                wanted = _told(told, source, account, partition)
                known.add(wanted)
                found.append(wanted)
    return tuple(found)


def elsewhere(state: State | None) -> Mapping[str, int]:
    """Count the resources of the state that are no AWS resources, by provider or type."""
    types = (resource.type for resource in state.stack) if state else ()
    return dict(
        sorted(
            Counter(
                type_.rpartition(":")[2] if type_ in _ONLY_WAIT else type_.partition(":")[0]
                for type_ in types
                if not _is_ours(type_)
            ).items()
        )
    )


def _is_ours(type_: str) -> bool:
    return type_.partition(":")[0] in _OURS and type_ not in _ONLY_WAIT


def _by_state(state: State, account: str | None) -> Iterator[Named]:
    looked_up = "the program only looks it up"
    for resources, foreign in ((state.stack, ""), (state.stack.foreign, looked_up)):
        for resource in resources:
            if _is_ours(resource.type):
                abroad = _abroad(resource.account, account)
                kind = ADOPTED.get(resource.type)
                types = (resource.type, kind) if kind else (resource.type,)
                unseen = _of_another_account(abroad) if abroad and not foreign else None
                yield Named(resource, types, Source.STATE, foreign, unseen=unseen)


def _abroad(owner: str | None, account: str | None) -> str:
    return "" if None in (owner, account) or owner == account else f"it is of account {owner}"


def _of_another_account(why: str) -> Unknown:
    return Unknown(Cause.UNREADABLE, detail=f"{why}, which who asks is not of")


def _beyond(theirs: str | None, ours: str | None) -> str:
    return "" if None in (theirs, ours) or theirs == ours else f"it is in the partition {theirs}"


def _told(told: Identity, source: Source, account: str | None, partition: str | None) -> Named:
    resource = Resource(
        data={},
        type=told.types[0] if len(told.types) == 1 else "",
        name=told.id.rpartition("/")[2] if told.types else told.id,
        id=told.id,
        arn=told.arn,
        account=told.account,
        region=told.region,
    )
    foreign = (
        _beyond(told.partition, partition)
        or _abroad(told.account, account)
        or (MADE_BY_AWS if told.made_by_aws else "")
    )
    return Named(resource, told.types, source, foreign, told.host, told.open)


class _Known:
    """The names under which a resource was met already."""

    def __init__(self) -> None:
        self._arns: set[str] = set()
        self._ids: set[tuple[str, str]] = set()
        self._every_id: set[str] = set()
        self._every_host: set[str] = set()
        self._hosts: set[tuple[str, str]] = set()

    def add(self, wanted: Named) -> None:
        resource = wanted.resource
        self._every_id |= {resource.id} if resource.id else set()
        texts = (value for value in resource.data.values() if isinstance(value, str))
        # Hosts of no known type, which are looked for here, all have a dot; most texts have none.
        self._every_host |= {host for text in texts if "." in text and (host := host_of(text))}
        hosts = {*shown_hosts(resource), *([wanted.host] if wanted.host else [])}
        self._hosts |= {(type_, host) for type_ in wanted.types for host in hosts}
        if resource.arn:
            self._arns.add(resource.arn)
        self._ids |= {(type_, resource.id) for type_ in wanted.types if resource.id}

    def has(self, told: Identity) -> bool:
        if told.arn in self._arns or any((type_, told.id) in self._ids for type_ in told.types):
            return True
        if not told.types:
            return told.id in self._every_id or told.host in self._every_host
        return any((type_, told.host) in self._hosts for type_ in told.types)


def shown_hosts(resource: Resource) -> frozenset[str]:
    """Give the hosts at which a resource answers, as far as only its properties tell them."""
    found = set()
    for path in SHOWN.get(resource.type, ()):
        try:
            value = resource.get(path)
        except UnresolvedError:
            continue
        if isinstance(value, str) and (host := host_of(value)):
            found.add(host)
    return frozenset(found)
