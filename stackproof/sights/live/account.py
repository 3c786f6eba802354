"""A whole account: everything that it has in some regions, read as if it were one stack's."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stackproof.children import Pool
from stackproof.model import Unknown
from stackproof.sights.live.aws_made import unused_networks
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws, listed
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.reading import Reading
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import REGIONS, Snapshot, shown_by, who_asks
from stackproof.sights.live.tagging import claim_tagged
from stackproof.sights.live.translate import translated
from stackproof.types.identities import identity
from stackproof.types.regions import partition_of

# How what a snapshot of one region has comes together with that of others.
_LISTED = ("resources", "regions", "unreadable", "foreign", "lost", "witnesses")
_SORTED = ("tagged", "made_by_aws", "dying")
_BY_KEY = ("gaps", "answers", "unsure")
_THREADS = 16
_REGIONS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it was read; `unused` are the default networks that nothing uses, by region."""

    snapshot: Snapshot
    unused: Mapping[str, Sequence[str]]


def enabled_regions(aws: Aws, home: str) -> tuple[str, ...]:
    """Give the regions that are enabled for the account, `home` first.

    Raises LiveError when AWS doesn't tell them.
    """
    answer = aws.fetch(REGIONS, home)
    told = answer if isinstance(answer, Unknown) else _names(listed(answer))
    if isinstance(told, Unknown):
        raise LiveError(f"the regions of the account cannot be listed: {told.detail or told.cause}")
    # An account is of one partition, whatever an emulator lists.
    own = {region for region in told if partition_of(region) == partition_of(home)}
    return (home, *sorted(own - {home}))


def _names(regions: Sequence[Mapping[str, str]]) -> list[str] | Unknown:
    return translated(lambda: [region["RegionName"] for region in regions], _names, REGIONS)


def take_account(
    aws: Aws, readers: Sequence[Reader], regions: Sequence[str], home: str | None = None
) -> Account:
    """Read everything in some regions; what has no region is read in `home`, else in the first.

    What carries tags and is of no type that is read is named by its ARN. Raises LiveError when the
    endpoint does not answer or the credentials are refused.
    """
    began = time.monotonic()
    caller, partition = who_asks(aws, regions[0])
    scopes = [
        Scope(region, caller, partition, (), {}, primary=region == (home or regions[0]), whole=True)
        for region in regions
    ]
    with Pool(_THREADS) as pool, Pool(_REGIONS_AT_ONCE) as several:
        readings = [Reading(aws, readers, scope, pool) for scope in scopes]
        list(several.map(lambda reading: _read(aws, reading), readings))
    unused = {}
    for scope in scopes:
        found = unused_networks(scope)
        made = [part for parts in found.values() for part in parts]
        scope.foreign |= {id(part) for part in made}
        scope.made_by_aws |= {part.identity for part in made}
        if found:
            unused[scope.region] = list(found)
    return Account(shown_by(aws, readings, began, _strange(scopes, readers)), unused)


def together(parts: Sequence[Account]) -> Account:
    """Give an account whose regions were read apart, in the order of the regions."""
    shown = [part.snapshot for part in parts]
    calls: Counter[str] = Counter()
    for read in shown:
        calls.update(read.calls)
    told: dict[str, Any] = {"calls": dict(calls), "seconds": max(part.seconds for part in shown)}
    for name in _LISTED:
        told[name] = tuple(item for part in shown for item in getattr(part, name))
    for name in _SORTED:
        told[name] = tuple(sorted({item for part in shown for item in getattr(part, name)}))
    for name in _BY_KEY:
        told[name] = {key: held for part in shown for key, held in getattr(part, name).items()}
    unused = {region: ids for part in parts for region, ids in part.unused.items()}
    return Account(replace(shown[0], **told), unused)


def _read(aws: Aws, reading: Reading) -> None:
    claim_tagged(aws, reading.scope)
    reading.ask_names()
    reading.ask_listings()


def _strange(scopes: Sequence[Scope], readers: Sequence[Reader]) -> set[str]:
    """Give the ARNs that carry tags and are of no type that is read."""
    readable = {type_ for reader in readers for type_ in reader.types}
    arns = {
        arn
        for scope in scopes
        for tagged in (scope.tagged, scope.tagged_worldwide)
        if not isinstance(tagged, Unknown)
        for arn in tagged
    }
    return {arn for arn in arns if readable.isdisjoint(_types(arn))}


def _types(arn: str) -> tuple[str, ...]:
    told = identity(arn)
    return () if told is None else told.types
