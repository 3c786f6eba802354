"""Names are translated between the wire and Python; a user's own words never are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stackproof.model import Cause, Unknown
from stackproof.types.names import to_snake
from stackproof.types.table import Form, Kind, PulumiType, Shape, types
from stackproof.types.wire import (
    answer_to_wire,
    arguments_from_wire,
    from_wire,
    python_name,
    to_wire,
    wire_name,
)

TRIGGER = "aws:glue/trigger:Trigger"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"


def maps(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the path of each map in a shape; `[]` stands for the element of a list."""
    if len(path) > 12:  # statements of a web ACL hold statements
        return
    for name, kind in shape.kinds.items():
        yield from in_kind(kind, (*path, name))


def in_kind(kind: Kind, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if kind.form is Form.MAP:
        yield path
    elif kind.form is Form.LIST and kind.of:
        yield from in_kind(kind.of, (*path, "[]"))
    elif kind.form is Form.OBJECT:
        yield from maps(kind.shape, path)


WITH_MAPS = [(found, found_maps) for found in types() if (found_maps := [*maps(found.shape)])]


def holding(path: tuple[str, ...], value: Any) -> Any:
    """Give an object that holds a value at a path."""
    for step in reversed(path):
        value = [value] if step == "[]" else {step: value}
    return value


def wired(known: PulumiType, path: tuple[str, ...]) -> tuple[str, ...]:
    """Give a path as the wire names it."""
    shape, out = known.shape, []
    for step in path:
        if step == "[]":
            out.append(step)
            continue
        out.append(shape.wire[step])
        kind = shape.kinds[step]
        while kind.of is not None and kind.form is Form.LIST:
            kind = kind.of
        if kind.form is Form.OBJECT:
            shape = kind.shape
    return tuple(out)


words = st.dictionaries(
    st.sampled_from(["--TempDir", "KAFKA_BOOTSTRAP_SERVERS", "costCenter", "a.b/c", "snake_case"])
    | st.text(min_size=1, max_size=12),
    st.text(max_size=5),
    min_size=1,
    max_size=4,
)


@given(words=words, number=st.integers(0, len(WITH_MAPS) - 1))
@settings(max_examples=60, deadline=None)
def test_words_in_any_map_survive_both_ways(words: dict[str, str], number: int) -> None:
    known, paths = WITH_MAPS[number]
    for path in paths:
        python, wire = holding(path, words), holding(wired(known, path), words)
        assert from_wire(known.token, wire) == python, f"{known.token} {path}"
        assert to_wire(known.token, python) == wire, f"{known.token} {path}"


def test_every_map_of_every_type_keeps_its_keys() -> None:
    keys = {"--TempDir": "a", "KAFKA_BOOTSTRAP_SERVERS": "b", "costCenter": "c", "snake_case": "d"}
    changed = [
        f"{known.token} {'.'.join(path)}"
        for known, paths in WITH_MAPS
        for path in paths
        if from_wire(known.token, holding(wired(known, path), keys)) != holding(path, keys)
        or to_wire(known.token, holding(path, keys)) != holding(wired(known, path), keys)
    ]
    assert changed == []
    assert sum(len(paths) for _, paths in WITH_MAPS) > 1500


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        (TRIGGER, ("actions", "[]", "arguments")),
        (
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            ("selfManagedEventSource", "endpoints"),
        ),
        (
            "aws:lb/listener:Listener",
            ("defaultActions", "[]", "authenticateOidc", "authenticationRequestExtraParams"),
        ),
        (
            "aws:ecs/service:Service",
            ("serviceConnectConfiguration", "logConfiguration", "options"),
        ),
        ("aws:apigateway/stage:Stage", ("canarySettings", "stageVariableOverrides")),
        ("aws:codepipeline/pipeline:Pipeline", ("stages", "[]", "actions", "[]", "configuration")),
        ("aws:ec2/instance:Instance", ("volumeTags",)),
    ],
)
def test_maps_that_people_use(type_: str, path: tuple[str, ...]) -> None:
    keys = {"--TempDir": "x", "ProjectName": "y"}
    python = from_wire(type_, holding(path, keys))
    assert repr(keys) in repr(python)
    assert to_wire(type_, python) == holding(path, keys)


def test_every_property_has_one_name_on_each_side() -> None:
    for known in types():
        for wire, name in known.shape.python.items():
            assert wire_name(known.token, name) == wire
            assert python_name(known.token, wire) == name == to_snake(wire)


def test_names_are_translated_at_every_depth() -> None:
    wire = {"configuration": {"executeCommandConfiguration": {"kmsKeyId": "key"}}}
    python = {"configuration": {"execute_command_configuration": {"kms_key_id": "key"}}}
    assert from_wire("aws:ecs/cluster:Cluster", wire) == python
    assert to_wire("aws:ecs/cluster:Cluster", python) == wire


def test_document_written_out_keeps_its_words() -> None:
    policy = {"policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}}
    assert from_wire("aws:iam/policy:Policy", policy) == policy
    assert to_wire("aws:iam/policy:Policy", policy) == policy


def test_older_name_comes_out_in_the_newer_ones_words_and_goes_back_in_its_own() -> None:
    rule = {"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "aws:kms"}]}
    wire = {
        "acl": "public-read",
        "versionings": [{"enabled": True}],
        "serverSideEncryptionConfigurations": [{"rules": [rule]}],
        "tags": {"costCenter": "1"},
    }
    python = {
        "acl": "public-read",
        "versioning": {"enabled": True},
        "server_side_encryption_configuration": {
            "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}
        },
        "tags": {"costCenter": "1"},
    }
    assert from_wire(BUCKET_V2, wire) == python
    assert to_wire(BUCKET_V2, python) == wire
    assert from_wire(BUCKET_V2, {"versionings": [], "acl": "private"}) == {"acl": "private"}
    assert python_name(BUCKET_V2, "versionings") == "versioning"
    assert wire_name(BUCKET_V2, "versioning") == "versionings"


def test_unknown_value_stays_at_any_depth() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    assert from_wire(BUCKET_V2, {"versionings": hidden}) == {"versioning": hidden}
    assert from_wire(BUCKET_V2, {"versionings": [hidden]}) == {"versioning": hidden}
    wire = {"actions": [{"arguments": hidden, "jobName": hidden}, hidden]}
    python = {"actions": [{"arguments": hidden, "job_name": hidden}, hidden]}
    assert from_wire(TRIGGER, wire) == python
    assert to_wire(TRIGGER, python) == wire


@pytest.mark.parametrize("type_", ["my:component:Website", "aws:new/thing:Thing", TRIGGER])
def test_inside_a_property_of_unknown_form_nothing_is_renamed(type_: str) -> None:
    wire = {"brandNew": {"costCenter": 1, "more": [{"jobName": 2}]}}
    python = {"brand_new": {"costCenter": 1, "more": [{"jobName": 2}]}}
    assert from_wire(type_, wire) == python
    assert to_wire(type_, python) == wire


def test_object_where_a_list_of_one_is_meant_is_translated_all_the_same() -> None:
    assert from_wire(TRIGGER, {"actions": {"jobName": "a"}}) == {"actions": {"job_name": "a"}}
    wire = {"predicate": [{"conditions": [{"jobName": "a"}]}]}
    assert from_wire(TRIGGER, wire) == {"predicate": [{"conditions": [{"job_name": "a"}]}]}


def test_functions_are_asked_and_answer_in_their_own_words() -> None:
    token = "aws:ec2/getVpc:getVpc"
    filters = [{"name": "tag:Team", "values": ["a"]}]
    asked = {"cidrBlock": "10.0.0.0/16", "tags": {"costCenter": "1"}, "filters": filters}
    assert arguments_from_wire(token, asked) == {
        "cidr_block": "10.0.0.0/16",
        "tags": {"costCenter": "1"},
        "filters": filters,
    }
    answer = {"cidr_block_associations": [{"cidr_block": "x"}], "tags": {"cost_center": "1"}}
    assert answer_to_wire(token, answer) == {
        "cidrBlockAssociations": [{"cidrBlock": "x"}],
        "tags": {"cost_center": "1"},
    }
