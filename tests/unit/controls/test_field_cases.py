"""Small programs from public reports of other tools, each with the right verdict.

A file holds `declared` (resources by name; the first one is the judged one), `right` (control, or
control@resource, to the outcomes that are right) and where it was reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from stackproof.controls import judge
from stackproof.model import Cause, Outcome, Unknown, outcome_word, worst
from stackproof.model.cases import SUBJECT, Form, Given, Json, Neighbour, Ref, build

FOLDER = Path(__file__).with_name("field_cases")


class _Loader(yaml.SafeLoader):
    """YAML with !ref NAME[.attribute], !json VALUE and !unknown."""


def _ref(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Ref:
    name, _, attribute = loader.construct_scalar(node).partition(".")
    return Ref(name, attribute or "id")


def _json(loader: yaml.SafeLoader, node: yaml.Node) -> Json:
    if isinstance(node, yaml.SequenceNode):
        return Json(loader.construct_sequence(node, deep=True))
    assert isinstance(node, yaml.MappingNode)
    return Json(loader.construct_mapping(node, deep=True))


def _unknown(loader: yaml.SafeLoader, node: yaml.Node) -> Unknown:
    return Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


_Loader.add_constructor("!ref", _ref)
_Loader.add_constructor("!json", _json)
_Loader.add_constructor("!unknown", _unknown)


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        case = yaml.load(file.read_text(encoding="utf-8"), _Loader)
        found += [
            pytest.param(case, form, id=f"{file.stem}-{form.value}")
            for form in Form
            if form.value in case.get("forms", [one.value for one in Form])
        ]
    return found


def given(declared: Mapping[str, Mapping[str, Any]]) -> Given:
    first, *_ = declared
    made = [
        Neighbour(name, held["type"], _properties(held, first)) for name, held in declared.items()
    ]
    return Given(made[0].type, made[0].properties, tuple(made[1:]))


def _properties(held: Mapping[str, Any], first: str) -> dict[str, Any]:
    renamed = {"type_": "type"}  # a property that has the name of the resource's type
    return {
        renamed.get(name, name): _pointing(value, first)
        for name, value in held.items()
        if name != "type"
    }


def _pointing(value: Any, first: str) -> Any:
    """Let what points to the first resource point to it by the name that it has in a case."""
    match value:
        case Ref(name, attribute):
            return Ref(SUBJECT if name == first else name, attribute)
        case Json(data):
            return Json(_pointing(data, first))
        case Mapping():
            return {key: _pointing(item, first) for key, item in value.items()}
        case list():
            return [_pointing(item, first) for item in value]
        case _:
            return value


def agrees(wanted: str, said: str) -> bool:
    if wanted.startswith("not ") and wanted != "not judged":
        return said != wanted.removeprefix("not ")
    return said in wanted.split("|")


@pytest.mark.parametrize(("case", "form"), cases())
def test_verdict_is_right(case: Mapping[str, Any], form: Form) -> None:
    first, *_ = case["declared"]
    _, stack = build(given(case["declared"]), form)
    found: dict[str, list[Outcome]] = {}
    for finding in judge(stack):
        name = first if finding.resource.name == SUBJECT else finding.resource.name
        found.setdefault(f"{finding.control.id}@{name}", []).append(finding.outcome)
    at_preview = case.get("right_at_preview", {}) if form is Form.PREVIEW else {}
    for key, wanted in {**case["right"], **at_preview}.items():
        outcomes = found.get(key if "@" in key else f"{key}@{first}")
        said = outcome_word(worst(*outcomes)) if outcomes else "not judged"
        assert agrees(wanted, said), f"{key} is {said}, right is {wanted}"
