"""Nothing that stands in a property breaks a control, and no document that isn't one passes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stackproof.model import Cause, Control, Outcome, Pass, Stack, Unknown, worst
from stackproof.model.cases import SUBJECT, Change, Form, Given, Hide, Json, build, mutated
from stackproof.model.resource import Unread
from tests.unit.variants import controls

# A document that is cut off, or is something else than an object or list of objects.
NO_DOCUMENT = (
    "",
    "{",
    '{"Version": "2012-10-17", "Stat',
    "null",
    "1",
    '"text"',
    "[1]",
    1,
    [1],
    True,
)
NO_STATEMENT: tuple[Any, ...] = ("text", 1, [1], ["text"], [None], [[]], None)
NO_CONDITION: tuple[Any, ...] = (
    "text",
    1,
    [],
    ["text"],
    {"Bool": "false"},
    {"Bool": ["false"]},
    {"Bool": {"aws:SecureTransport": {"a": "b"}}},
)

# One of each kind of value, and texts that are taken apart: as documents, ARNs, networks, numbers.
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    math.nan,
    "",
    "*",
    "{",
    "arn:aws:x",
    "10.0.0.0/33",
    [],
    ["x"],
    [[]],
    {},
    {"x": [{"x": 1}]},
)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every path into properties (JSON texts included) with what stands there."""
    if path:
        yield path, value
    inside = value.data if isinstance(value, Json) else value
    if isinstance(inside, Mapping):
        items: Iterator[tuple[Any, Any]] = iter(inside.items())
    elif isinstance(inside, (list, tuple)):
        items = enumerate(inside)
    else:
        return
    for key, item in items:
        if "." not in str(key):
            yield from leaves(item, f"{path}.{key}" if path else str(key))


def places(example: Given) -> list[tuple[str, str, Any]]:
    """Give whose property, its path, and what stands there, for all resources of an example."""
    held = [(SUBJECT, example.properties)]
    held += [(neighbour.name, neighbour.properties) for neighbour in example.neighbours]
    return [(name, *leaf) for name, properties in held for leaf in leaves(properties)]


def outcome(control: Control, example: Given) -> Outcome:
    subject, stack = build(example, Form.KNOWN)
    outcomes = control.outcomes(subject, stack)
    for facet in outcomes.values():
        assert not (isinstance(facet, Unknown) and facet.cause is Cause.BROKEN), facet
    return worst(*outcomes.values())


@controls()
def test_a_value_of_another_kind_breaks_no_control(control: Control) -> None:
    example = control.cases.passing
    for name, path, _ in places(example):
        for value in ODD:
            outcome(control, mutated(example, Change(path, value, of=name)))


def malformed(control: Control) -> Iterator[tuple[str, str, Any]]:
    """Give each place of a document that the control reads, with what is no such document."""
    for name, path, value in places(control.cases.passing):
        last = path.rpartition(".")[2]
        odd_ones: tuple[Any, ...] = ()
        if isinstance(value, Json):
            odd_ones = NO_DOCUMENT
        elif last == "Statement":
            odd_ones = NO_STATEMENT
        elif last == "Condition":
            odd_ones = NO_CONDITION
        if odd_ones and isinstance(
            outcome(control, mutated(control.cases.passing, Hide(path, name))), Unknown
        ):
            yield from ((name, path, odd) for odd in odd_ones)


@controls()
def test_no_malformed_document_passes(control: Control) -> None:
    for name, path, odd in malformed(control):
        changed = mutated(control.cases.passing, Change(path, odd, of=name))
        assert outcome(control, changed) != Pass(), (name, path, odd)


# What is asked of these neighbours stands outside their properties: a region, the name in an ARN.
KNOWN_ANYHOW = {
    "ecs-service-scales": "cluster",
    "ecs-service-several-tasks": "cluster",
    "s3-replication-to-another-region": "replica",
}


@controls(lambda control: control.cases.passing.neighbours)
def test_a_neighbour_that_cannot_be_read_is_not_taken_for_one_that_is_not_there(
    control: Control,
) -> None:
    lost = Unknown(Cause.UNREADABLE, detail="s3:ListBuckets: an odd item")
    subject, stack = build(control.cases.passing, Form.KNOWN)
    for neighbour in control.cases.passing.neighbours:
        name = neighbour.name
        if KNOWN_ANYHOW.get(control.id) == name:
            continue
        shown = [
            r if r.name != name else replace(r, data=Unread(lost), references={}) for r in stack
        ]
        outcomes = control.outcomes(subject, Stack(shown, stack.sight)).values()
        unknown = [o for o in outcomes if isinstance(o, Unknown)]
        assert worst(*outcomes) in (Pass(), *unknown), name
        assert not any(o.cause is Cause.BROKEN for o in unknown), name
