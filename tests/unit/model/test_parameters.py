"""Parameters have types, ranges and units; none that is allowed silences its control."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, Outcome, Pass, Resource, worst
from stackproof.model.cases import Form, build, mutated
from stackproof.model.parameter import (
    Parameter,
    ParameterError,
    Range,
    Texts,
    as_json,
    parameters_of,
)
from stackproof.policy_pack.config import PackConfigError, parameters, schema
from stackproof.settings.loading import load
from stackproof.settings.parameters import read
from stackproof.settings.places import FILE
from stackproof.settings.settings import SettingsError
from tests.unit.variants import controls

having = controls(lambda control: control.declared)


def wrong(parameter: Parameter) -> Iterator[Any]:
    """Give values of a parameter that are of another type, or out of its range."""
    values: list[Any] = [None, {}, "x" if parameter.type_ is not str else 5]
    match parameter.limits:
        case Range(minimum, maximum):
            values += [minimum - 1, maximum + 1, -5, True, str(minimum), 1.5, float("nan")]
            values.remove(1.5) if parameter.type_ is float else None
        case Texts(pattern=pattern):
            values += ["", "  ", *(["*"] if pattern else [])]
        case None:
            values += [0, "true"]
    if parameter.list_ is None:
        yield from (*values, [])
        return
    yield from values
    yield from ([value] for value in values)
    yield from [[]] if parameter.limits and parameter.limits.fewest else []


@having
def test_wrong_values_are_configuration_errors(control: Control) -> None:
    for name, parameter in control.declared.items():
        for value in wrong(parameter):
            with pytest.raises(PackConfigError) as caught:
                parameters(control, {name: value})
            said = str(caught.value)
            assert f"control {control.id!r}: parameter {name!r} is " in said, value
            assert (
                f"it must be {parameter.text}, like its default {as_json(parameter.default)!r}"
                in said
            )


@having
def test_defaults_are_right_and_described(control: Control) -> None:
    given = {name: as_json(one.default) for name, one in control.declared.items()}
    assert read(control, given) == control.parameters
    described = schema(control)
    assert described is not None
    for name, one in control.declared.items():
        told: Any = described.properties[name]
        assert told["default"] == as_json(one.default)
        assert told["description"] == one.text
        inner = told.get("items", told)
        assert ("minimum" in inner) is isinstance(one.limits, Range)


def failures(control: Control, given: dict[str, Any]) -> int:
    made = [build(mutated(control.cases.passing, v), Form.KNOWN) for v in control.cases.failing]
    found = [worst(*control.outcomes(*one, given).values()) for one in made]
    return sum(isinstance(outcome, Fail) for outcome in found)


@having
def test_no_value_in_range_silences_a_control(control: Control) -> None:
    for name, one in control.declared.items():
        if isinstance(one.limits, Range) and one.list_ is None:
            for value in (one.limits.minimum, one.limits.maximum):
                assert failures(control, {name: one.read(value)}), (name, value)


def test_settings_say_it_once_with_its_line(tmp_path: Path) -> None:
    said = {"parameters": {"rds-cluster-backup-retention": {"minimum_days": -5}}}
    (tmp_path / FILE).write_text("fail_on: high\n" + yaml.safe_dump({**said, "profile": "prod"}))
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / FILE)
    (line,) = str(caught.value).splitlines()
    assert line.endswith(
        f"{FILE}:3: parameters.rds-cluster-backup-retention: control "
        "'rds-cluster-backup-retention': parameter 'minimum_days' is -5; it must be an integer "
        "from 2 to 35 (days), like its default 7"
    )


def bare(subject: Resource, *, days: int = 7) -> Outcome:
    return Pass()


def unlimited(
    subject: Resource, *, names: Annotated[tuple[str, ...], Range(1, 2, "x")] = ()
) -> Outcome:
    return Pass()


def beyond(subject: Resource, *, days: Annotated[int, Range(1, 5, "days")] = 7) -> Outcome:
    return Pass()


def demanded(subject: Resource, *, days: Annotated[int, Range(1, 5, "days")]) -> Outcome:
    return Pass()


def unheard(subject: Resource, *, days: Nowhere = 7) -> Outcome:  # type: ignore[name-defined]  # noqa: F821
    return Pass()


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        (bare, "a parameter 'days' without type and range: annotate it with bool, or with int"),
        (unlimited, "a parameter 'names' without type and range"),
        (beyond, "a default that is not right: 'days' is 7; it must be an integer from 1 to 5"),
        (demanded, "a parameter 'days' without a default"),
        (unheard, "a parameter 'days' of no known type: name 'Nowhere' is not defined"),
    ],
)
def test_a_parameter_that_says_too_little_does_not_load(judge: Any, expected: str) -> None:
    with pytest.raises(TypeError, match=expected):
        parameters_of(judge)


def test_every_kind_of_value_is_told_in_words() -> None:
    told = [
        Parameter("a", int, None, Range(1, 35, "days"), 7),
        Parameter("a", float, None, Range(1, 90, "percent"), 80),
        Parameter("a", bool, None, None, default=False),
        Parameter("a", str, None, Texts("levels", ("INFO", "ERROR")), "INFO"),
        Parameter("a", str, tuple, Texts("names", fewest=1), ("x",)),
        Parameter("a", int, frozenset, Range(1, 65535, "ports"), frozenset({2, 1})),
    ]
    assert [one.text for one in told] == [
        "an integer from 1 to 35 (days)",
        "a number from 1 to 90 (percent)",
        "a boolean",
        "a string, one of INFO, ERROR (levels)",
        "a list of 1 or more strings (names)",
        "a list of integers from 1 to 65535 (ports)",
    ]
    assert told[5].read([3]) == frozenset({3})
    assert told[1].read(50) == 50.0
    with pytest.raises(ParameterError, match=r"'a' is \[0\].*like its default \[1, 2\]"):
        told[5].read({0})


def test_the_parameters_of_the_catalogue_are_many() -> None:
    assert sum(len(control.declared) for control in catalogue().values()) > 85
