"""Ask AWS for single resources that are named and that no listing has shown."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from stackproof.children import Pool
from stackproof.model import Cause, Resource, Unknown
from stackproof.model.resource import Unread
from stackproof.sights.live.fetch import Aws, Missing
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import Snapshot, read_one
from stackproof.types.tokens import S3_BUCKET

_THREADS = 8
Answer = Resource | Unknown | None


def ask(
    aws: Aws,
    readers: Sequence[Reader],
    snapshot: Snapshot,
    missing: Iterable[tuple[Resource, Sequence[str]]],
) -> Snapshot:
    """Give the snapshot with what AWS says of resources that are named and were not read.

    Each is asked for by itself, with each type that it may be of and in each region in which it may
    be, so that only what AWS denies to have counts as gone. What is there joins the others.
    """
    began = time.monotonic()
    named = {resource.identity: (resource, types) for resource, types in missing}
    if not named:
        return snapshot
    by_type = {type_: reader for reader in readers for type_ in reader.types}
    with Pool(_THREADS) as pool:
        found = pool.map(
            lambda asked: list(_answers(aws, by_type, snapshot, *asked)), named.values()
        )
        by_name = dict(zip(named, found, strict=True))
    met = {resource.identity for resource in snapshot.resources}
    there = {
        answer.identity: answer
        for answers in by_name.values()
        for answer in answers
        if isinstance(answer, Resource) and answer.identity not in met
    }
    # Gone is what is in none of the places; what can't be looked at in one of them may be there.
    lacking = {
        key: next((answer for answer in answers if isinstance(answer, Unknown)), None)
        for key, answers in by_name.items()
        if answers and not any(isinstance(answer, Resource) for answer in answers)
    }
    return replace(
        snapshot,
        resources=(
            *snapshot.resources,
            *(resource for resource in there.values() if not resource.unread),
        ),
        foreign=(*snapshot.foreign, *(resource for resource in there.values() if resource.unread)),
        answers=lacking,
        calls=dict(aws.calls),
        seconds=snapshot.seconds + time.monotonic() - began,
    )


def _answers(
    aws: Aws,
    by_type: Mapping[str, Reader],
    snapshot: Snapshot,
    named: Resource,
    types: Sequence[str],
) -> Iterator[Answer]:
    """Give what each place says; nothing when the name is not enough to ask there."""
    state = {**named.data, **({"arn": named.arn} if named.arn else {})}
    for type_ in types:
        reader = by_type.get(type_)
        if reader is None:
            continue
        regions = (named.region,) if named.region and reader.regional else snapshot.regions
        for region in regions if reader.regional else regions[:1]:
            scope = Scope(region, snapshot.account, snapshot.partition, (), {})
            try:
                answer = read_one(
                    aws, [reader], scope, type_=type_, id_=named.id or "", state=state
                )
            except KeyError:
                continue
            if answer is None and type_ == S3_BUCKET and named.urn is None:
                answer = _of_others(aws, reader, region, named)
            yield answer


def _of_others(aws: Aws, reader: Reader, region: str, named: Resource) -> Resource | None:
    """Give a bucket that is another account's: its name says no account, and no listing shows it.

    One that nobody has answers NoSuchBucket to everybody. Amazon S3 API Reference, "Error
    responses".
    """
    answer = aws.fetch(reader.details["acl"].ask, region, {"Bucket": named.id})
    if isinstance(answer, Missing):
        return None
    hidden = Unknown(Cause.ACCESS_DENIED, detail="the bucket is another account's")
    return replace(named, data=Unread(hidden), type=S3_BUCKET)
