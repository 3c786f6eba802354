"""Cases speak Pulumi: every type exists in pulumi_aws and has every property that is named."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from stackproof.model import Control
from stackproof.model.cases import Given, mutated
from stackproof.types.companions import PARTS
from tests.unit.variants import controls

# pulumi_aws warns of its own deprecated classes when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:(aws|s3)[.]:DeprecationWarning")
# Python does not allow this word as a module's name.
RENAMED = {"lambda": "lambda_"}


def module(token: str) -> ModuleType:
    """Give the module of pulumi_aws that has the class of a type token."""
    name = token.split(":")[1].split("/", maxsplit=1)[0]
    return importlib.import_module(f"pulumi_aws.{RENAMED.get(name, name)}")


@cache
def properties(token: str) -> Mapping[str, str]:
    """Give the properties of the class of a type token such as `aws:ec2/vpc:Vpc`, and their types.

    The type is text, in which the class of a nested object stands as `outputs.<name>`.
    """
    matched = re.fullmatch(r"aws:\w+/\w+:(\w+)", token)
    assert matched, f"{token} is not a type token of pulumi_aws"
    class_ = getattr(module(token), matched[1])
    assert class_.pulumi_type == token
    return typed(class_)


@cache
def typed(class_: type) -> Mapping[str, str]:
    # A property whose name is a word of Python has a line below at its end.
    return {
        name.removesuffix("_"): str(held.fget.__annotations__["return"])
        for name, held in vars(class_).items()
        if isinstance(held, property) and held.fget is not None
    }


def examples(control: Control) -> Iterator[Given]:
    cases = control.cases
    yield cases.passing
    for kind in ("failing", "unknown", "absent", "also_passing", "not_applicable"):
        for variant in getattr(cases, kind):
            yield mutated(cases.passing, variant)


def strangers(given: Given, judged: Collection[str]) -> set[str]:
    """Give the properties of an example that its types do not have, nested ones included.

    The judged resource stands for each of the types that its control judges.
    """
    found = set.intersection(*(unknown_to(type_, given.properties) for type_ in judged))
    for neighbour in given.neighbours:
        found |= unknown_to(neighbour.type, neighbour.properties)
    return found


def unknown_to(token: str, data: Mapping[str, Any]) -> set[str]:
    # What version 6 of the provider had, and stacks of before still say.
    older = {part.setting for part in PARTS if part.older and part.parent == token}
    held = {name: value for name, value in data.items() if name not in older}
    return set(nested(held, properties(token), module(token), ""))


def nested(
    data: Mapping[str, Any], known: Mapping[str, str], service: ModuleType, path: str
) -> Iterator[str]:
    """Give the paths in an object, and in those inside it, that their classes do not have."""
    for name, value in data.items():
        if name not in known:
            yield f"{path}{name}"
            continue
        matched = re.search(r"outputs\.(\w+)", known[name])
        for item in value if isinstance(value, list) else [value]:
            if matched and isinstance(item, Mapping):
                inside = typed(getattr(service.outputs, matched[1]))
                yield from nested(item, inside, service, f"{path}{name}.")


@controls()
def test_types_and_properties_of_cases_exist(control: Control) -> None:
    for type_ in (*control.types, *control.needs):
        assert properties(type_)
    assert set().union(*(strangers(given, control.types) for given in examples(control))) == set()


@controls()
def test_example_is_of_a_type_that_is_judged(control: Control) -> None:
    assert control.cases.passing.type in control.types


def test_property_that_does_not_exist_is_noticed() -> None:
    given = Given("aws:ec2/vpc:Vpc", {"cidr": "10.0.0.0/16"})
    assert strangers(given, [given.type]) == {"cidr"}


def test_nested_property_that_does_not_exist_is_noticed() -> None:
    tags = [{"key": "Owner", "value": "platform", "propagate": True}]
    given = Given("aws:autoscaling/group:Group", {"tags": tags})
    assert strangers(given, [given.type]) == {"tags.propagate"}
