"""Snapshot: everything of a stack, read once and concurrently, for all who judge it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from stackproof import log
from stackproof.children import Pool
from stackproof.endpoints import emulated
from stackproof.error_codes import Code
from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.model.gap import Gap, gathered
from stackproof.model.resource import Unread
from stackproof.model.tags import tags_of
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.details import ask_details
from stackproof.sights.live.everything import ASKS
from stackproof.sights.live.fetch import Aws, Found
from stackproof.sights.live.reader import Details, Item, Key, Reader, all_asks
from stackproof.sights.live.reading import Reading, items_of
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.tagging import TAGGED, claim_tagged, learn_tags
from stackproof.sights.live.translate import build_of, key_of, translated
from stackproof.sights.live.unread import UNREAD
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.adopted import ADOPTED
from stackproof.types.companions import ACCOUNT_WIDE
from stackproof.types.interfaces import Witness
from stackproof.types.mere_names import of_another
from stackproof.types.tokens import DEFAULT_ROUTE_TABLE

IDENTITY = Ask("sts", "GetCallerIdentity")
REGIONS = Ask("ec2", "DescribeRegions", "Regions")
# What is asked of a whole account besides what readers ask.
WHOLE_ACCOUNT = (REGIONS, *ASKS)

_THREADS = 64


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
    group), and the identities of what it made in the account, `dying` those of what waits for its
    deletion. `lost` are the questions that were not answered. `unsure` are the identities on AWS of
    resources that stand for what may not be there, because the question for it was not answered:
    controls judge them as Unknown. `guessed` is whether nothing said which regions are the stack's:
    what is in none of those looked into may be in another one.
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
    dying: tuple[str, ...] = ()
    lost: tuple[Gap, ...] = ()
    unsure: Mapping[str, Unknown] = field(default_factory=dict)
    witnesses: tuple[Witness, ...] = ()
    guessed: bool = False

    @property
    def there(self) -> tuple[Resource, ...]:
        """Give the stack's resources that are there: they were seen, or the state names them."""
        return tuple(r for r in self.resources if r.urn or r.identity not in self.unsure)

    @property
    def emulated(self) -> bool:
        """Tell whether a local emulator answered, not AWS."""
        return emulated(self.endpoint)

    def stack(self) -> Stack:
        """Give the snapshot as the stack that controls judge.

        What an account says for new resources, and AWS then shows in each, is left out: one that
        was there before is as it shows itself.
        """
        told = {setting.type for setting in ACCOUNT_WIDE if setting.shown}
        judged = [resource for resource in self.resources if resource.type not in told]
        return Stack(judged, Sight.LIVE, self.gaps, self.foreign)

    def save(self, path: Path) -> None:
        """Write the snapshot where another process can load it."""
        # It holds what the stack's variables hold.
        path.touch(mode=0o600)
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
            dying=tuple(data.pop("dying")),
            witnesses=tuple(
                Witness(**item | {name: tuple(item[name]) for name in ("arns", "modules")})
                for item in data.pop("witnesses")
            ),
            lost=tuple(
                Gap(**item | {"types": tuple(item["types"]), "cause": Cause(item["cause"])})
                for item in data.pop("lost")
            ),
            **data,
        )


def take(
    aws: Aws,
    readers: Sequence[Reader],
    *,
    regions: Sequence[str],
    keys: Iterable[str],
    own_tags: Mapping[str, str],
    names: Iterable[str] = (),
    account: str | None = None,
    state: Stack | None = None,
    search: bool = False,
) -> Snapshot:
    """Read everything that belongs to a stack, and what it points to and stands in.

    `regions` are in order of importance: services without regions are read in the first.
    `keys` are the ids, ARNs and names known of the stack, `names` those that say nothing of their
    kind, `own_tags` the tags all of its resources carry, `state` what its state file says. With
    `search` all is listed at once, for the tagging API doesn't know the tags of every service.
    Raises LiveError when the endpoint does not answer, the credentials are refused, or they are
    for another account than `account`.
    """
    began = time.monotonic()
    known = set(keys)
    caller, partition = who_asks(aws, regions[0], account)
    with Pool(_THREADS) as pool:
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
        own = list(pool.map(lambda scope: claim_tagged(aws, scope), scopes))
        tags_in_use = any(isinstance(s.tagged, Mapping) and s.tagged for s in scopes)
        readings = [Reading(aws, readers, scope, pool) for scope in scopes]
        for scope in scopes:
            scope.searched = search
        for position, reading in enumerate(readings):
            reading.scope.tags_in_use = tags_in_use
            reading.ask_listings()
            for later in scopes[position + 1 :]:
                later.leave_to(reading.scope)
        for reading in readings:
            for other in scopes:
                if other is not reading.scope:
                    reading.scope.leave_to(other)
            reading.ask_by_ids()
        # A bucket that lost its tags leads nobody to S3 when outputs say its name and no ARN.
        if state is None and _unmet(names, scopes):
            for reading in readings:
                reading.scope.searched = True
                reading.ask_listings()
                reading.ask_by_ids()
    return shown_by(aws, readings, began, {arn for arns in own for arn in arns})


def shown_by(
    aws: Aws, readings: Sequence[Reading], began: float, tagged: Iterable[str]
) -> Snapshot:
    """Give what the readings of all regions show; `tagged` are the ARNs that tags tell."""
    scopes = [reading.scope for reading in readings]
    gaps: dict[str, Unknown] = {}
    lost: list[Gap] = []
    for reading in readings:
        found = reading.gaps()
        gaps |= found
        _tell(found, reading.scope.region)
        # What nothing reads is accounted for by its name.
        asked = [(type_, gap) for type_, gap in found.items() if type_ not in UNREAD]
        lost += gathered([*asked, *reading.scope.lost], reading.scope.region)
    return Snapshot(
        tuple(resource for scope in scopes for resource in scope.ours()),
        gaps,
        scopes[0].account,
        tuple(scope.region for scope in scopes),
        aws.endpoint,
        dict(aws.calls),
        time.monotonic() - began,
        tuple(lost for scope in scopes for lost in scope.unreadable),
        tuple(resource for scope in scopes for resource in scope.theirs()),
        scopes[0].partition,
        tuple(sorted(tagged)),
        made_by_aws=tuple(sorted({arn for scope in scopes for arn in scope.made_by_aws})),
        dying=tuple(sorted({name for scope in scopes for name in scope.dying})),
        lost=tuple(lost),
        unsure={name: gap for scope in scopes for name, gap in scope.unsure.items()},
        witnesses=tuple(
            told for scope in scopes for told in scope.witnesses if told.id not in scope.keys
        ),
    )


def _tell(gaps: Mapping[str, Unknown], region: str) -> None:
    for type_, gap in gaps.items():
        log.tell(log.GAP, type=type_, region=region, cause=gap.cause.value, detail=gap.detail)


def _unmet(names: Iterable[str], scopes: Sequence[Scope]) -> set[str]:
    """Give the mere names that nothing read is called or says of itself.

    What stands deeper in a resource (the environment of a function) speaks of others, and so does
    a property that says what another is called (the bucket of a trail).
    """
    read = [r for scope in scopes for held in scope.members.values() for r in held]
    told = {text for r in read for text in (r.id, r.name, *_tag_values(r))}
    told |= {part for r in read if r.arn for part in re.split("[:/]", r.arn)}
    told |= {
        text
        for r in read
        for name, text in r.data.items()
        if isinstance(text, str) and not of_another(r.type, name)
    }
    return {*names} - told


def _tag_values(resource: Resource) -> Iterable[str]:
    tags = tags_of(resource)
    return () if isinstance(tags, Unknown) else map(str, tags.values())


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
    answer = aws.fetch(reader.listing, scope.region, reader.get_parameters(id_, state))
    if isinstance(answer, Unknown):
        return answer
    keyed: list[tuple[Item, Key]] = []
    for item in items_of(reader, reader.get_parameters(id_, state), answer):
        key = key_of(reader, item, scope)
        if isinstance(key, Unreadable):
            return key.unknown
        keyed.append((item, key))
    learn_tags(aws, scope, [key for _, key in keyed])
    details = ask_details(aws, scope.region, [(reader, item) for item, _ in keyed], map)
    for (item, key), found in zip(keyed, details, strict=True):
        if reader.dying(item, found):
            continue
        for resource in build_of(reader, item, found, key, scope)[0]:
            if _is_called(resource, type_, id_, state):
                return _lost(reader, found, type_) or resource.unread or resource
            if _is_known(resource, type_, reader, state):
                return resource.unread or replace(resource, id=id_)
        if lost := _lost(reader, found, type_):
            return lost
    return None


def _lost(reader: Reader, found: Details, type_: str) -> Unknown | None:
    """Give why it is not known whether an item has what a detail shows."""
    answers = (found[name] for name, detail in reader.details.items() if type_ in detail.provides)
    return next((answer for answer in answers if isinstance(answer, Unknown)), None)


def _is_called(resource: Resource, type_: str, id_: str, state: Item) -> bool:
    if type_ not in (resource.type, ADOPTED.get(resource.type)):
        return False
    if resource.arn is not None and resource.arn == state.get("arn"):
        return True
    others = () if state else (resource.arn, resource.data.get("name"))
    # A VPC's own table is imported by the VPC: Terraform AWS Provider, aws_default_route_table.
    whose = resource.data.get("vpc_id") if resource.type == DEFAULT_ROUTE_TABLE else None
    return id_ in (resource.id, *others, whose)


def _is_known(resource: Resource, type_: str, reader: Reader, state: Item) -> bool:
    """Tell whether a resource whose id the provider made up is the one of these properties."""
    names = reader.known_by.get(type_)
    if names is None or resource.type != type_:
        return False
    return all(resource.data.get(name) == state.get(name) for name in names)


def guard(readers: Iterable[Reader], extra: Iterable[Ask] = ()) -> frozenset[tuple[str, str]]:
    """Give the operations that a run may send: those that readers declare, and a few more."""
    asks = [IDENTITY, TAGGED, *all_asks(readers), *WHOLE_ACCOUNT, *extra]
    return frozenset((ask.service, ask.operation) for ask in asks)


def who_asks(aws: Aws, region: str, account: str | None = None) -> tuple[str, str]:
    """Give the account that asks and its partition; raise LiveError for another than `account`."""
    answer = aws.fetch(IDENTITY, region)
    where = aws.endpoint or f"AWS in {region}"
    if not isinstance(answer, Found):
        unknown = answer if isinstance(answer, Unknown) else None
        why = f"{unknown.cause} ({unknown.detail})" if unknown else "no identity"
        raise LiveError(f"{where} does not answer who the caller is: {why}", Code.NO_ANSWER)
    who = translated(lambda: _who(answer.value), _who, IDENTITY)
    if isinstance(who, Unknown):
        raise LiveError(f"{where} does not say who the caller is: {who.detail}", Code.NO_ANSWER)
    caller, partition = who
    if account is not None and caller != account:
        raise LiveError(
            f"the credentials are for account {caller}, but the stack is of account "
            f"{account}; choose the profile of account {account}",
            Code.OTHER_ACCOUNT,
        )
    return caller, partition


def _who(answer: Mapping[str, str]) -> tuple[str, str]:
    return answer["Account"], answer["Arn"].split(":")[1]


def _plain(value: Any) -> Any:
    return asdict(value.unknown) if isinstance(value, Unread) else str(value)


def _resource(item: dict[str, Any]) -> Resource:
    data = item.pop("data")
    return Resource(Unread(data) if isinstance(data, Unknown) else data, **item)


def _revive(data: dict[str, Any]) -> Any:
    if data.keys() == {"cause", "property", "detail"}:
        return Unknown(**(data | {"cause": Cause(data["cause"])}))
    return data
