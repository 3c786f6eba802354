"""What somebody adds beside the program, where AWS has nothing by itself, is drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from stackproof.model import Cause, Fail, Resource, Unknown
from stackproof.parity.drift import compare
from stackproof.types import tokens as t
from stackproof.types.defaults import DEFAULTS
from stackproof.types.left_unset import LEFT_UNSET
from stackproof.types.table import Form, Kind, type_of
from tests.unit.parity.made import held, state

CHOICES = [
    *((type_, path, value) for type_, paths in LEFT_UNSET.items() for path, value in paths.items()),
    *(
        (type_, name, default.value)
        for type_, names in DEFAULTS.items()
        for name, default in names.items()
        if not default.beside
    ),
]
PATHS = [f"{type_.rpartition(':')[2]}.{path}" for type_, path, _ in CHOICES]


def drifted(type_: str, inputs: Mapping[str, Any], live: Mapping[str, Any]) -> set[str]:
    known = replace(held(type_, "it"), data=inputs)
    twin = Resource(live, type=type_, name="it", id="it", urn=known.urn)
    found = compare(state(known, inputs={"it": inputs}), [twin]).findings
    return {finding.facet for finding in found if isinstance(finding.outcome, Fail)}


def kind_at(type_: str, path: str) -> Kind:
    known = type_of(type_)
    assert known is not None
    kinds, kind = known.shape.kinds, None
    assert path.partition(".")[0] not in known.outputs, "nobody sets it"
    for name in path.split("."):
        kind = kinds[name]
        kinds = kind.shape.kinds if kind.form is Form.OBJECT else {}
    assert kind is not None
    return kind


def nested(path: str, value: Any) -> dict[str, Any]:
    """Give properties with a value at a path."""
    name, _, rest = path.partition(".")
    return {name: nested(rest, value) if rest else value}


def also(inputs: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Give properties with what is at a path besides."""
    name, _, rest = path.partition(".")
    return {**inputs, name: also(inputs[name], rest, value) if rest else value}


def something(kind: Kind, default: Any) -> Any:
    """Give a value that is not the default."""
    match kind.form:
        case Form.BOOLEAN:
            return not default
        case Form.INTEGER | Form.NUMBER:
            return (default or 0) + 7
        case Form.LIST:
            return [{"arn": "x"}]
        case Form.MAP | Form.OBJECT:
            return {"any": "x"}
    return '{"never": ["x"]}'


@pytest.mark.parametrize(("type_", "path", "default"), CHOICES, ids=PATHS)
def test_what_is_added_has_drifted_and_what_aws_has_by_itself_has_not(
    type_: str, path: str, default: Any
) -> None:
    outer = path.rpartition(".")[0]
    inputs = {"tags": {"a": "b"}, **(nested(outer, {"compress": True}) if outer else {})}
    added = also(inputs, path, something(kind_at(type_, path), default))
    assert drifted(type_, inputs, added) == {path}
    for value in (default, None, Unknown(Cause.ACCESS_DENIED)):
        assert drifted(type_, inputs, also(inputs, path, value)) == set()
    assert drifted(type_, {}, added) == set(), "a state without inputs says nothing of them"


@pytest.mark.parametrize(
    "nothing", ["", {}, [], {"variables": {}}, {"subnet_ids": [], "on": False}]
)
def test_nothing_in_other_words_is_not_added(nothing: Any) -> None:
    assert drifted(t.LAMBDA_FUNCTION, {"tags": {}, "name": "f"}, {"environment": nothing}) == set()


def test_what_the_program_says_by_another_name_is_not_left_unset() -> None:
    assert drifted(t.EVENT_RULE, {"is_enabled": False}, {"state": "DISABLED"}) == set()


def test_what_stands_in_what_the_program_left_out_is_not_compared() -> None:
    live = {"default_cache_behavior": {"function_associations": [{"function_arn": "x"}]}}
    assert drifted(t.CLOUDFRONT_DISTRIBUTION, {"enabled": True}, live) == set()
