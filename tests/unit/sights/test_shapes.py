"""Every reader on answers made from botocore's own output shapes: whole, and with parts missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Found
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.reading import items_of
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.translate import build_of, key_of
from stackproof.sights.live.unreadable import Unreadable
from tests.unit.sights.answering import ACCOUNT, REGION

# What texts look like where a reader takes them apart.
_TEXTS = {
    "policy": '{"Statement": []}',
    "document": '{"Statement": []}',
    "body": '{"widgets": []}',
    "definition": "{}",
    "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/queue",
}
_KINDS: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 1.0,
    "double": 1.0,
    "timestamp": datetime(2026, 1, 1, tzinfo=UTC),
    "blob": b"{}",
}
ARN = f"arn:aws:case:{REGION}:{ACCOUNT}:kind/app/name/id/other/more"
# Maps of attributes, whose keys no shape tells.
_ATTRIBUTES = {"sns:GetTopicAttributes": {"Attributes": {"TopicArn": ARN}}}


# A session keeps what it has read: a service's model is megabytes.
SESSION = botocore.session.get_session()


@cache
def output(ask: Ask) -> StructureShape:
    model = SESSION.get_service_model(ask.service)
    shape = model.operation_model(ask.operation).output_shape
    assert isinstance(shape, StructureShape)
    return shape


def made(shape: Shape, name: str, inside: frozenset[str] = frozenset()) -> Any:
    """Make a value of a shape with every member; a shape inside itself is left empty."""
    if isinstance(shape, StructureShape):
        if shape.name in inside:
            return {}
        within = inside | {shape.name}
        return {key: made(member, key, within) for key, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [made(shape.member, name, inside)]
    if isinstance(shape, MapShape):
        keys = (made(shape.key, "key"), "key", "value")
        return {key: made(shape.value, "value", inside) for key in keys}
    if shape.type_name in _KINDS:
        return _KINDS[shape.type_name]
    if isinstance(shape, StringShape) and shape.enum:
        return shape.enum[0]
    if name.lower().endswith("arn") or "arn" in shape.name.lower():
        return ARN
    ending = next((end for end in _TEXTS if name.lower().endswith(end)), None)
    return _TEXTS[ending] if ending else "1"


@cache
def part(ask: Ask) -> Any:
    value = _ATTRIBUTES.get(ask.name) or made(output(ask), "")
    for member in (ask.result or "").split("."):
        value = value.get(member) if member and isinstance(value, Mapping) else value
    return value


def items(reader: Reader, value: Any) -> list[Any]:
    carried = dict.fromkeys(reader.parent_fields, ARN)
    return list(items_of(reader, carried, Found(value)))


def read(reader: Reader, item: Any) -> Unreadable | list[Resource]:
    scope = Scope(REGION, ACCOUNT, "aws", (), {})
    key = key_of(reader, item, scope)
    if isinstance(key, Unreadable):
        return key
    details = {name: part(detail.ask) for name, detail in reader.details.items()}
    built, lost = build_of(reader, item, details, key, scope)
    return lost or built


def name_of(reader: Reader) -> str:
    return f"{reader.listing.name}-{reader.types[0].rpartition(':')[2]}"


READERS = {name_of(reader): reader for reader in readers()}


@pytest.mark.parametrize("name", READERS)
def test_a_whole_answer_is_read(name: str) -> None:
    reader = READERS[name]
    for item in items(reader, part(reader.listing)):
        assert not isinstance(found := read(reader, item), Unreadable), found


def paths(value: Any, depth: int = 2) -> Iterator[tuple[Any, ...]]:
    """Give the path to every member, and to what stands first in every list."""
    if depth and isinstance(value, Mapping):
        for key, inner in value.items():
            yield (key,)
            yield from ((key, *path) for path in paths(inner, depth - 1))
    elif depth and isinstance(value, list) and value:
        yield from ((0, *path) for path in paths(value[0], depth))


def changed(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Give a copy with another value at the end of a path, without it where that is `...`."""
    first, *rest = path
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    if rest:
        copy[first] = changed(value[first], tuple(rest), change)
    elif change is ...:
        del copy[first]
    else:
        copy[first] = change
    return copy


# Where it is AWS's way of saying something that a member isn't there.
MEANS = {
    "apigateway:GetResources-Resource": ("parentId",),  # the root
    "ec2:DescribeNetworkAcls-NetworkAcl": ("IsDefault",),
    "ec2:DescribeRouteTables-RouteTable": ("Tags",),  # the main table as AWS made it
    "ec2:GetInstanceMetadataDefaults-InstanceMetadataDefaults": ("AccountLevel",),
    "ecr:DescribeRegistry-ReplicationConfiguration": ("replicationConfiguration", "rules"),
    "events:ListEventBuses-EventBusPolicy": ("Policy",),
    "logs:DescribeDestinations-LogDestinationPolicy": ("accessPolicy",),
    "rds:DescribeDBInstances-ClusterInstance": ("DBClusterIdentifier",),
}


@pytest.mark.parametrize("name", READERS)
def test_a_member_that_is_missing_costs_the_item_at_most_and_hides_nothing(name: str) -> None:
    reader = READERS[name]
    for item in items(reader, part(reader.listing)):
        whole = read(reader, item)
        assert isinstance(whole, list)
        for way in paths(item):
            found = read(reader, changed(item, way, ...))
            # A resource that is not made any more would be one that nobody knows of.
            same = found if isinstance(found, Unreadable) else {r.type for r in found}
            kept = isinstance(same, Unreadable) or {r.type for r in whole[:1]} <= same
            assert kept or way[-1] in MEANS.get(name, ()), f"without {way}"


@pytest.mark.parametrize("name", READERS)
def test_a_member_of_another_kind_ends_nothing(name: str) -> None:
    reader = READERS[name]
    for item in items(reader, part(reader.listing)):
        for way in paths(item):
            for odd in ("text", 1, [1]):
                read(reader, changed(item, way, odd))


@cache
def examples(ask: Ask) -> list[Any]:
    """Give the answers that AWS's own documentation shows, as botocore ships them."""
    loader = SESSION.get_component("data_loader")
    try:
        shipped = loader.load_service_model(ask.service, "examples-1")
    except UnknownServiceError:
        return []
    return [one["output"] for one in shipped["examples"].get(ask.operation, ()) if "output" in one]


@pytest.mark.parametrize("name", READERS)
def test_the_answers_of_awss_documentation_end_nothing(name: str) -> None:
    reader = READERS[name]
    for answer in examples(reader.listing):
        value = answer
        for member in (reader.listing.result or "").split("."):
            value = value.get(member) if member and isinstance(value, Mapping) else value
        for item in items(reader, value):
            read(reader, item)
