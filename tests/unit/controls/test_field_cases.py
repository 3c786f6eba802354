"""Small programs from public reports of other tools, each with the right verdict.

A file holds `declared` (resources by name; the first one is the judged one), `right` (control, or
control@resource, to the outcomes that are right) and where it was reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Outcome, outcome_word, worst
from stackproof.model.cases import SUBJECT, Form, build
from tests.unit.controls.declared import given, read

FOLDER = Path(__file__).with_name("field_cases")


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        case = read(file)
        found += [
            pytest.param(case, form, id=f"{file.stem}-{form.value}")
            for form in Form
            if form.value in case.get("forms", [one.value for one in Form])
        ]
    return found


def agrees(wanted: str, actual: str) -> bool:
    if wanted.startswith("not ") and wanted != "not judged":
        return actual != wanted.removeprefix("not ")
    return actual in wanted.split("|")


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
