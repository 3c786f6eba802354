"""Cases speak Pulumi: every type exists in pulumi_aws and has every property that is named."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterator
from functools import cache

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control
from stackproof.model.cases import Given, mutated

CONTROLS = catalogue()
# pulumi_aws warns of its own deprecated classes when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:(aws|s3)[.]:DeprecationWarning")
# Python does not allow this word as a module's name.
RENAMED = {"lambda": "lambda_"}


@cache
def properties(token: str) -> frozenset[str]:
    """Give the property names of the class of a type token such as `aws:ec2/vpc:Vpc`."""
    matched = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", token)
    assert matched, f"{token} is not a type token of pulumi_aws"
    module = importlib.import_module(f"pulumi_aws.{RENAMED.get(matched[1], matched[1])}")
    class_ = getattr(module, matched[2])
    assert class_.pulumi_type == token
    return frozenset(name for name, held in vars(class_).items() if isinstance(held, property))


def examples(control: Control) -> Iterator[Given]:
    cases = control.cases
    yield cases.passing
    for kind in ("failing", "unknown", "absent", "also_passing", "not_applicable"):
        for variant in getattr(cases, kind):
            yield mutated(cases.passing, variant)


def strangers(given: Given, judged: Collection[str]) -> set[str]:
    """Give the properties of an example that its types do not have.

    The judged resource stands for each of the types that its control judges.
    """
    known = frozenset().union(*(properties(type_) for type_ in judged))
    found = {f"{given.type}.{name}" for name in set(given.properties) - known}
    for neighbour in given.neighbours:
        surplus = set(neighbour.properties) - properties(neighbour.type)
        found |= {f"{neighbour.type}.{name}" for name in surplus}
    return found


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_types_and_properties_of_cases_exist(control: Control) -> None:
    for type_ in (*control.types, *control.needs):
        assert properties(type_)
    assert set().union(*(strangers(given, control.types) for given in examples(control))) == set()


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_example_is_of_a_type_that_is_judged(control: Control) -> None:
    assert control.cases.passing.type in control.types


def test_property_that_does_not_exist_is_noticed() -> None:
    given = Given("aws:ec2/vpc:Vpc", {"cidr": "10.0.0.0/16"})
    assert strangers(given, [given.type]) == {"aws:ec2/vpc:Vpc.cidr"}
