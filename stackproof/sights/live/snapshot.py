"""Snapshot: everything of a stack, read once and concurrently, for all who judge it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.model.resource import Unread
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.details import ask_details
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.membership import Whose, claimed, related, whose
from stackproof.sights.live.reader import Item, Key, Reader, all_asks
from stackproof.sights.live.scope import Scope, Tagged, worldwide
from stackproof.sights.live.translate import build_of, key_of, targets_of, translated
from stackproof.sights.live.unread import unread_gaps
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SECURITY_GROUP,
    ROUTE_TABLE,
    SECURITY_GROUP,
)

IDENTITY = Ask("sts", "GetCallerIdentity")
TAGGED = Ask("resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList")

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_THREADS = 16
_ARNS = 100  # GetResources takes as many at once


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The live resources of a stack and the facts of the run that read them.

    `gaps` says which types could not be listed whole, `unreadable` which items no reader could
    translate; those whose id is known are among the resources, all unknown. `calls` counts the
    requests sent, retries included, by service; `seconds` is the wall time of the reading.
    `foreign` are those resources of others that the stack's point to or stand in. `tagged` are the
    ARNs that carry the stack's own tags. `answers` is what was said of single resources that are
    named and that no listing shows, by their identities: None when there is no such thing.
    `made_by_aws` are the ARNs of what the stack names and AWS made by itself (an instance of a
    group).
    """

    resources: tuple[Resource, ...]
    gaps: Mapping[str, Unknown]
    account: str
    regions: tuple[str, ...]
    endpoint: str | None
    calls: Mapping[str, int]
    seconds: float
    unreadable: tuple[Unreadable, ...] = ()
    foreign: tuple[Resource, ...] = ()
    partition: str = "aws"
    tagged: tuple[str, ...] = ()
    answers: Mapping[str, Unknown | None] = field(default_factory=dict)
    made_by_aws: tuple[str, ...] = ()

    @property
    def emulated(self) -> bool:
        """Tell whether a local emulator answered, not AWS."""
        return is_loopback(self.endpoint)

    def stack(self) -> Stack:
        """Give the snapshot as the stack that controls judge."""
        return Stack(self.resources, Sight.LIVE, self.gaps, self.foreign)

    def save(self, path: Path) -> None:
        """Write the snapshot where another process can load it."""
        path.write_text(json.dumps(asdict(self), default=_plain))

    @classmethod
    def load(cls, path: Path) -> Snapshot:
        """Read a saved snapshot."""
        data = json.loads(path.read_text(), object_hook=_revive)
        return cls(
            resources=tuple(_resource(item) for item in data.pop("resources")),
            foreign=tuple(_resource(item) for item in data.pop("foreign")),
            regions=tuple(data.pop("regions")),
            unreadable=tuple(
                Unreadable(**item | {"types": tuple(item["types"])})
                for item in data.pop("unreadable")
            ),
            tagged=tuple(data.pop("tagged")),
            made_by_aws=tuple(data.pop("made_by_aws")),
            **data,
        )


def is_loopback(endpoint: str | None) -> bool:
    """Tell whether an endpoint URL is on this machine."""
    return endpoint is not None and urlsplit(endpoint).hostname in _LOOPBACK


def take(
    aws: Aws,
    readers: Sequence[Reader],
    *,
    regions: Sequence[str],
    keys: Iterable[str],
    own_tags: Mapping[str, str],
    account: str | None = None,
    state: Stack | None = None,
) -> Snapshot:
    """Read everything that belongs to a stack, and what it points to and stands in.

    `regions` are in order of importance: services without regions are read in the first.
    `keys` are the ids, ARNs and names known of the stack, `own_tags` the tags all of its
    resources carry, `state` what its state file says. Raises LiveError when the endpoint does not
    answer, the credentials are refused, or they are for another account than `account`.
    """
    began = time.monotonic()
    known = set(keys)
    caller, partition = _identity(aws, regions[0], account)
    with ThreadPoolExecutor(_THREADS) as pool:
        scopes = [
            Scope(
                region,
                caller,
                partition,
                known,
                own_tags,
                state=state,
                primary=region == regions[0],
            )
            for region in regions
        ]
        own = list(pool.map(lambda scope: _tagged(aws, scope), scopes))
        carried = any(_carried(scope) for scope in scopes)
        gaps: dict[str, Unknown] = {}
        for position, scope in enumerate(scopes):
            scope.carried = carried
            gaps |= _read(aws, readers, scope, pool)
            for later in scopes[position + 1 :]:
                later.leave_to(scope)
    return Snapshot(
        tuple(resource for scope in scopes for resource in scope.ours()),
        gaps,
        caller,
        tuple(regions),
        aws.endpoint,
        dict(aws.calls),
        time.monotonic() - began,
        tuple(lost for scope in scopes for lost in scope.unreadable),
        tuple(resource for scope in scopes for resource in scope.theirs()),
        partition,
        tuple(sorted({arn for arns in own for arn in arns})),
        made_by_aws=tuple(sorted({arn for scope in scopes for arn in scope.made_by_aws})),
    )


def read_one(
    aws: Aws, readers: Sequence[Reader], scope: Scope, *, type_: str, id_: str, state: Item
) -> Resource | Unknown | None:
    """Read one resource by its Pulumi id and last known properties: `None` when it is gone.

    An id of its type that AWS's own resource of the kind has (a main route table, a default
    group) leads to that; with nothing known, its ARN or name does as well as its id, and so does an
    ARN among the properties. Raises KeyError when these lack what the question for it needs.
    """
    reader = next(reader for reader in readers if type_ in reader.types)
    scope.learn({id_})
    answer = aws.fetch(reader.listing, scope.region, reader.one(id_, state))
    if isinstance(answer, Unknown):
        return answer
    keyed: list[tuple[Item, Key]] = []
    for item in _items(reader, reader.one(id_, state), answer):
        key = key_of(reader, item, scope)
        if isinstance(key, Unreadable):
            return key.unknown
        keyed.append((item, key))
    _tags_of(aws, scope, [key for _, key in keyed])
    details = ask_details(aws, scope.region, [(reader, item) for item, _ in keyed], map)
    for (item, key), found in zip(keyed, details, strict=True):
        for resource in build_of(reader, item, found, key, scope)[0]:
            if _is_called(resource, type_, id_, state):
                return resource.unread or resource
        for name, detail in reader.details.items():
            if type_ in detail.gives and isinstance(found[name], Unknown):
                return cast(Unknown, found[name])
    return None


# What AWS makes by itself, and under which type a program may look it up besides its own.
_ADOPTED = {DEFAULT_ROUTE_TABLE: ROUTE_TABLE, DEFAULT_SECURITY_GROUP: SECURITY_GROUP}


def _is_called(resource: Resource, type_: str, id_: str, state: Item) -> bool:
    if type_ not in (resource.type, _ADOPTED.get(resource.type)):
        return False
    if resource.arn is not None and resource.arn == state.get("arn"):
        return True
    others = () if state else (resource.arn, resource.data.get("name"))
    # A VPC's own table is imported by the VPC: Terraform AWS Provider, aws_default_route_table.
    whose = resource.data.get("vpc_id") if resource.type == DEFAULT_ROUTE_TABLE else None
    return id_ in (resource.id, *others, whose)


def guard(readers: Iterable[Reader], extra: Iterable[Ask] = ()) -> frozenset[tuple[str, str]]:
    """Give the operations that a run may send: those that readers declare, and a few more."""
    asks = [IDENTITY, TAGGED, *all_asks(readers), *extra]
    return frozenset((ask.service, ask.operation) for ask in asks)


def _identity(aws: Aws, region: str, account: str | None) -> tuple[str, str]:
    answer = aws.fetch(IDENTITY, region)
    where = aws.endpoint or f"AWS in {region}"
    if not isinstance(answer, Found):
        said = answer if isinstance(answer, Unknown) else None
        why = f"{said.cause} ({said.detail})" if said else "no identity"
        raise LiveError(f"{where} does not answer who the caller is: {why}")
    who = translated(lambda: _who(answer.value), _who, IDENTITY)
    if isinstance(who, Unknown):
        raise LiveError(f"{where} does not say who the caller is: {who.detail}")
    caller, partition = who
    if account is not None and caller != account:
        raise LiveError(
            f"the credentials are for account {caller}, but the outputs file is of account "
            f"{account}; choose the profile of account {account}"
        )
    return caller, partition


def _who(answer: Mapping[str, str]) -> tuple[str, str]:
    return answer["Account"], answer["Arn"].split(":")[1]


def _tagged(aws: Aws, scope: Scope) -> list[str]:
    """Learn what carries the stack's own tags, and give its ARNs."""
    if not scope.own_tags:
        return []
    scope.tagged = _listed(aws, scope, scope.region)
    if scope.primary:
        at_home = scope.region == scope.home
        scope.tagged_worldwide = scope.tagged if at_home else _listed(aws, scope, scope.home)
    own = [
        arn
        for tagged in (scope.tagged, scope.tagged_worldwide)
        if not isinstance(tagged, Unknown)
        for arn in tagged
        if tagged is scope.tagged or worldwide(arn)
    ]
    scope.claim(own)
    return own


def _carried(scope: Scope) -> bool:
    """Tell whether anything carries the stack's tags: if nothing does, they tell nothing."""
    return any(isinstance(tagged, Mapping) and tagged for tagged in (scope.tagged,))


def _listed(aws: Aws, scope: Scope, region: str) -> Tagged:
    filters = [{"Key": key, "Values": [value]} for key, value in scope.own_tags.items()]
    answer = aws.fetch(TAGGED, region, {"TagFilters": filters, "ResourcesPerPage": 100})
    return _tag_maps(answer)


def _tags_of(aws: Aws, scope: Scope, keys: Iterable[Key]) -> None:
    """Learn the tags of items whose listing doesn't carry them and that don't have the stack's."""
    arns = {key.arn for key in keys if key.tags is None and key.arn}
    regional = sorted(arn for arn in arns if not worldwide(arn))
    scope.tagged = _with_tags(aws, scope.region, scope.tagged, regional)
    others = sorted(arn for arn in arns if worldwide(arn))
    scope.tagged_worldwide = _with_tags(aws, scope.home, scope.tagged_worldwide, others)


def _with_tags(aws: Aws, region: str, tagged: Tagged, arns: Sequence[str]) -> Tagged:
    if isinstance(tagged, Unknown):
        return tagged
    for some in chunks([arn for arn in arns if arn not in tagged], _ARNS):
        found = _tag_maps(aws.fetch(TAGGED, region, {"ResourceARNList": some}))
        if isinstance(found, Unknown):
            tagged = {**tagged, **dict.fromkeys(some, found)}
        else:
            tagged = {**tagged, **{arn: {} for arn in some}, **found}
    return tagged


def _tag_maps(answer: Fetched) -> dict[str, dict[str, str]] | Unknown:
    """Give the tags by ARN; Unknown as a whole where one item doesn't say whose it is."""

    def read() -> dict[str, dict[str, str]]:
        return {
            item["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
            for item in _found(answer)
        }

    return answer if isinstance(answer, Unknown) else translated(read, _tag_maps, TAGGED)


@dataclass(slots=True)
class _Candidate:
    reader: Reader
    item: Item
    key: Key


def _read(
    aws: Aws, readers: Sequence[Reader], scope: Scope, pool: ThreadPoolExecutor
) -> dict[str, Unknown]:
    gaps = scope.gaps
    pending: list[_Candidate] = []
    asked: set[str] = set()
    met: set[str] = set()
    ordered = waves(readers)
    # What is admitted late may lead to what is asked about early: until nothing is left to ask.
    while True:
        before = len(asked)
        for wave in ordered:
            questions = [
                (reader, target)
                for reader in wave
                if _wanted(reader, scope)
                for target in _targets(reader, scope)
                if _first(asked, repr((reader.types, target)))
            ]
            answers = pool.map(
                lambda question: aws.fetch(question[0].listing, scope.region, question[1]),
                questions,
            )
            for (reader, target), answer in zip(questions, answers, strict=True):
                if isinstance(answer, Unknown):
                    gaps.update(dict.fromkeys(reader.types, answer))
                for item in _items(reader, target, answer):
                    if _first(met, repr((reader.types, item))):
                        key = key_of(reader, item, scope)
                        if isinstance(key, Unreadable):
                            scope.unreadable.append(key)
                            gaps.update(dict.fromkeys(key.types, key.unknown))
                        else:
                            pending.append(_Candidate(reader, item, key))
            pending = _admit(aws, scope, pending, Whose.OURS, pool)
        if len(asked) > before:
            continue
        # Others' things wait until nothing more can turn out to be the stack's.
        left = _admit(aws, scope, pending, Whose.FOREIGN, pool)
        if len(left) == len(pending):
            break
        pending = left
    _leave(pending, scope)
    return _inherited(ordered, unread_gaps(scope) | _hidden_references(readers, scope) | gaps)


def _leave(pending: Iterable[_Candidate], scope: Scope) -> None:
    """Take note of what stays out because AWS made it, or because nothing told whose it is."""
    for candidate in pending:
        if candidate.key.foreign:
            scope.leave_to_aws(candidate.item, candidate.reader.types)
        verdict = whose(candidate.key, candidate.reader, scope)
        if isinstance(verdict, Unknown):
            scope.gaps.update(dict.fromkeys(candidate.reader.types, verdict))


def _targets(reader: Reader, scope: Scope) -> list[Mapping[str, Any]]:
    targets = targets_of(reader, scope)
    if isinstance(targets, Unknown):
        scope.gaps.update(dict.fromkeys(reader.types, targets))
        return []
    return targets


def _first(seen: set[str], value: str) -> bool:
    """Tell whether a value comes for the first time, and remember it."""
    new = value not in seen
    seen.add(value)
    return new


def _inherited(
    ordered: Iterable[Iterable[Reader]], gaps: Mapping[str, Unknown]
) -> dict[str, Unknown]:
    """Add the types that are asked about for each resource of a type that is a gap."""
    all_gaps = dict(gaps)
    for wave in ordered:
        for reader in wave:
            lost = next((all_gaps[parent] for parent in reader.parents if parent in all_gaps), None)
            if lost is not None:
                all_gaps = dict.fromkeys(reader.types, lost) | all_gaps
    return all_gaps


def _hidden_references(readers: Sequence[Reader], scope: Scope) -> dict[str, Unknown]:
    """Make gaps of what belongs only by being named, when what would name it was not seen.

    Where the stack's tags can be read they tell as well, and nothing is lost.
    """
    blind = scope.blind
    if blind is None and not scope.own_tags:
        blind = next(iter(scope.gaps.values()), None)
    if blind is None:
        return {}
    types = (type_ for reader in readers if reader.referenced for type_ in reader.types)
    return dict.fromkeys(types, blind)


def _wanted(reader: Reader, scope: Scope) -> bool:
    if not reader.regional and not scope.primary:
        return False
    if reader.parents:
        return any(scope.members[parent] for parent in reader.parents)
    # What was not seen may be what would have led here; and where no tags tell, a mere name may
    # be that of anything.
    blind = scope.blind is not None or not scope.own_tags
    hidden = reader.referenced and bool(scope.gaps)
    return blind or hidden or reader.trigger in {"", *scope.services}


def _admit(
    aws: Aws,
    scope: Scope,
    pending: Sequence[_Candidate],
    kind: Whose,
    pool: ThreadPoolExecutor,
) -> list[_Candidate]:
    """Build the candidates of a kind, until none brings in another; give those that are left."""
    left = list(pending)
    while True:
        _tags_of(aws, scope, (c.key for c in left if related(c.key, scope)))
        sorted_out = [(c, whose(c.key, c.reader, scope) is kind) for c in left]
        admitted = [candidate for candidate, is_kind in sorted_out if is_kind]
        if not admitted:
            return left
        left = [candidate for candidate, is_kind in sorted_out if not is_kind]
        details = ask_details(aws, scope.region, [(c.reader, c.item) for c in admitted], pool.map)
        for candidate, found in zip(admitted, details, strict=True):
            for name, detail in candidate.reader.details.items():
                lost = found[name]
                if isinstance(lost, Unknown):
                    scope.gaps.update(dict.fromkeys(detail.gives, lost))
            built, lost = build_of(candidate.reader, candidate.item, found, candidate.key, scope)
            for resource in built:
                ours = kind is Whose.OURS or claimed(resource, candidate.key, scope)
                scope.add(resource, candidate.key.names, ours=ours)
            if lost is not None and kind is Whose.OURS:
                scope.unreadable.append(lost)


def waves(readers: Sequence[Reader]) -> list[list[Reader]]:
    """Order readers so that parents come first and what is only referenced comes last."""
    placed: set[str] = set()
    left = sorted(readers, key=lambda reader: reader.referenced)
    ordered: list[list[Reader]] = []
    while left:
        wave = [
            reader
            for reader in left
            if set(reader.parents) <= placed and reader.referenced == left[0].referenced
        ]
        if not wave:
            names = sorted({type_ for reader in left for type_ in reader.types})
            raise ValueError(f"readers wait for each other or for unread types: {names}")
        ordered.append(wave)
        placed |= {type_ for reader in wave for type_ in reader.types}
        left = [reader for reader in left if reader not in wave]
    return ordered


def _items(reader: Reader, target: Mapping[str, Any], answer: Fetched) -> list[Item]:
    carried = {name: target[name] for name in reader.carry}
    return [
        {**carried, **(item if isinstance(item, Mapping) else {"Value": item})}
        for item in _found(answer)
    ]


def _found(answer: Fetched) -> list[Any]:
    if not isinstance(answer, Found) or answer.value is None:
        return []
    return answer.value if isinstance(answer.value, list) else [answer.value]


def _plain(value: Any) -> Any:
    return asdict(value.unknown) if isinstance(value, Unread) else str(value)


def _resource(item: dict[str, Any]) -> Resource:
    data = item.pop("data")
    return Resource(Unread(data) if isinstance(data, Unknown) else data, **item)


def _revive(data: dict[str, Any]) -> Any:
    if data.keys() == {"cause", "property", "detail"}:
        return Unknown(**(data | {"cause": Cause(data["cause"])}))
    return data
