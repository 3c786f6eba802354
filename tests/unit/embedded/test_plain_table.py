"""Each entry of the table of plain types agrees with AWS's operations and Pulumi's properties."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

import boto3
import pytest

from stackproof.embedded.creators import creators
from stackproof.embedded.frame.base import Cloud, untaken
from stackproof.embedded.frame.plain import PLAIN, Call, Plain, table
from stackproof.types.names import to_snake
from stackproof.types.table import Form, Shape, tagged, type_of

creators()
AROUND = {"region", "account", "partition", "id"}
# Parameters that botocore fills in, as every SDK does, and those that all lists take.
FILLED = {"clientrequesttoken", "creationtoken", "idempotencytoken", "clienttoken"}

entries = pytest.mark.parametrize("entry", PLAIN.values(), ids=PLAIN)


def shape_of(type_: str) -> Shape:
    known = type_of(type_)
    assert known is not None, f"Pulumi has no type {type_}"
    return known.shape


def nested(shape: Shape) -> Iterator[str]:
    """Give the names of properties of the objects that a resource holds, at any depth."""
    for kind in shape.kinds.values():
        inner = kind
        while inner.of is not None:
            inner = inner.of
        if inner.form is Form.OBJECT:
            yield from inner.shape.kinds
            yield from nested(inner.shape)


@functools.cache
def client(service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        endpoint_url="http://127.0.0.1:9",
    )


def operation(entry: Plain, call: Call) -> Any:
    meta = client(entry.service).meta
    return meta.service_model.operation_model(meta.method_to_api_mapping[call.operation])


def calls(entry: Plain) -> Iterator[Call]:
    for call in (entry.making, entry.changing, entry.delete, entry.read, *entry.also.values()):
        if call is not None:
            yield call


def members(shape: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the names of all members of a shape, at any depth."""
    if shape is None or shape.name in seen:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield name
            yield from members(member, (*seen, shape.name))
    elif shape.type_name in ("list", "map"):
        below = shape.member if shape.type_name == "list" else shape.value
        yield from members(below, (*seen, shape.name))


def bare(names: Collection[str]) -> set[str]:
    return {to_snake(name).replace("_", "") for name in names}


def exists(shape: Any, path: str) -> bool:
    for step in path.split("."):
        if step.isdigit() and shape is not None and shape.type_name == "list":
            shape = shape.member
            continue
        if shape is None or shape.type_name != "structure" or step not in shape.members:
            return False
        shape = shape.members[step]
    return True


@entries
def test_entry_names_properties_of_its_class(entry: Plain) -> None:
    renamed = {name for call in calls(entry) for name in {**call.rename, **(call.patch or {})}}
    texts = [entry.id, *entry.composed.values()]
    filled = {field for text in texts for field in re.findall(r"\{(\w+)\}", text)}
    named = {
        *entry.also,
        *entry.apart,
        *entry.cleared,
        *entry.composed,
        *entry.defaults,
        *entry.outputs,
        *entry.replace_on,
        *entry.secret_outputs,
        *entry.shapes,
        *entry.shown,
        *({entry.auto_name} - {None}),
        *({entry.tagged} - {None, "id"}),
    }
    known_as = shape_of(entry.type)
    properties = {*known_as.kinds}
    assert named - properties == set()
    assert renamed - properties - {*nested(known_as)} - {"id"} == set()
    assert filled - properties - AROUND == set()
    assert (entry.type in tagged()) == (entry.tagged is not None)
    known = client(entry.service).meta.method_to_api_mapping
    assert entry.tagged is None or {*entry.tag_calls} <= {*known}


@entries
def test_entry_renames_to_what_its_operations_take(entry: Plain) -> None:
    for call in calls(entry):
        shape = operation(entry, call).input_shape
        if call.patch is not None:
            patched = {*operation(entry, call).output_shape.members}
            assert bare(call.patch.values()) - bare(patched) == set(), call.operation
            assert "patchOperations" in shape.members
        assert bare(call.rename.values()) - bare({*members(shape)}) == set(), call.operation
        direct = {call.inside, *call.fixed} - {""}
        assert direct - {*(shape.members if shape else ())} == set(), call.operation


@entries
def test_entry_gives_each_operation_what_it_requires(entry: Plain) -> None:
    for call in calls(entry):
        shape = operation(entry, call).input_shape
        if shape is None:
            continue
        known = {*shape_of(entry.type).kinds, "id"}
        given = bare({call.rename.get(name, name) for name in known})
        required = bare(shape.required_members) - bare({call.inside, *call.fixed}) - FILLED
        assert required - given == set(), call.operation
        if call.inside:
            assert bare(shape.members[call.inside].required_members) - given == set()


@entries
def test_entry_finds_its_outputs_in_the_answers(entry: Plain) -> None:
    made = operation(entry, entry.making).output_shape
    assert [path for path in entry.outputs.values() if not exists(made, path)] == []
    in_id = [path.replace("][", ".") for path in re.findall(r"\{answer\[(.+?)\]\}", entry.id)]
    assert [path for path in in_id if not exists(made, path)] == []
    shown = operation(entry, entry.read).output_shape if entry.read else None
    assert [path for path in entry.shown.values() if not exists(shown, path)] == []


@entries
def test_entry_sets_its_properties_by_operations_that_take_them(entry: Plain) -> None:
    aws = Cloud("http://127.0.0.1:9", "us-east-1")

    def left(call: Call, given: dict[str, Any]) -> list[str]:
        return untaken(
            aws,
            entry.service,
            call.operation,
            given,
            rename=call.rename if call.patch is None else call.patch,
            inside=call.inside,
            patch=call.patch is not None,
        )

    for name, value in entry.cleared.items():
        call = entry.also.get(name) or entry.changing
        assert call is not None
        assert left(call, {name: value}) == []
    for name, call in entry.also.items():
        model = operation(entry, call)
        patched = call.patch is not None
        shape = model.output_shape if patched else model.input_shape
        names = call.patch if call.patch is not None else call.rename
        assert bare({names.get(name, name)}) <= bare({*members(shape)}), call.operation
    assert left(entry.making, dict(entry.defaults)) == []


def test_a_type_has_one_entry() -> None:
    entry = next(iter(PLAIN.values()))
    with pytest.raises(ValueError, match=f"{entry.type} has two creators"):
        table(entry)
