"""The form of records is published, and what it was is still read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stackproof.record import record_of
from stackproof.record.form import Record, RecordError
from stackproof.record.reading import read
from stackproof.record.schema import schema
from tests.unit.reports.made import OUTCOMES, finding, run

ROOT = Path(__file__).parents[3]
OLDER = sorted((Path(__file__).parent / "records").glob("*.json"))


def test_published_schema_is_that_of_the_code() -> None:
    published = (ROOT / "docs/schemas/record-1.json").read_text("utf-8")
    assert published.rstrip("\n") == schema()


def test_records_are_as_the_schema_says() -> None:
    checked = Draft202012Validator(json.loads(schema()))
    made = record_of(run(*map(finding, OUTCOMES.values())))
    checked.validate(json.loads(made.as_json()))
    broken = {**json.loads(made.as_json()), "findings": [{"outcome": "great"}]}
    assert not checked.is_valid(broken)


@pytest.mark.parametrize("file", OLDER, ids=lambda file: file.stem)
def test_older_record_still_reads(file: Path) -> None:
    # Never edit these: they are what earlier releases wrote. A new one is added beside them.
    held = read(file.read_bytes())
    told = json.loads(file.read_text("utf-8"))
    assert isinstance(held, Record)
    assert held.run.verdict == told["run"]["verdict"]
    assert [one.fingerprint for one in held.findings] == [
        one["fingerprint"] for one in told["findings"]
    ]
    assert kept(json.loads(held.as_json()), told) == told


def kept(now: Any, told: Any) -> Any:
    """Give what a record of now has of an older one; keys that came since are left out."""
    if isinstance(told, dict):
        return {key: kept(now[key], value) for key, value in told.items()}
    if isinstance(told, list):
        assert len(now) == len(told)
        return [kept(*pair) for pair in zip(now, told, strict=True)]
    return now


@pytest.mark.parametrize(
    "began",
    ["yesterday", "", "2026-11-30", "2026-11-30T02:00:00", "20261130T020000Z", "٢٠٢٦-11-30T02:00Z"],
)
def test_moment_that_is_none_is_refused(began: str) -> None:
    data = json.loads(record_of(run(*map(finding, OUTCOMES.values()))).as_json())
    finding_, change = data["findings"][0], {"before": None, "began": began}
    places: list[tuple[str, dict[str, Any]]] = [
        ("run.began", {"run": {**data["run"], "began": began}}),
        ("findings.0.failing_since", {"findings": [{**finding_, "failing_since": began}]}),
        ("not_seen.0.failing_since", {"not_seen": [{**finding_, "failing_since": began}]}),
        ("changes.began", {"changes": change}),
    ]
    for place, changed in places:
        with pytest.raises(RecordError, match=rf"it is no record: {place}: "):
            read(json.dumps({**data, **changed}))


@pytest.mark.parametrize("until", ["soon", "", "20261130", "2026-11-31", "2026-W48-1"])
def test_day_that_is_none_is_refused(until: str) -> None:
    data = json.loads(record_of(run()).as_json())
    names = ("control", "owner", "reason")
    waiver = dict.fromkeys(names, "x") | {"number": 1, "patterns": [], "until": until}
    data["waivers"] = [{**waiver, "expect": "fail", "resources": []}]
    with pytest.raises(RecordError, match=r"it is no record: waivers\.0\.until: "):
        read(json.dumps(data))


def test_record_of_no_stack_is_refused() -> None:
    data = json.loads(record_of(run()).as_json())
    data["run"]["stack"] = ""
    with pytest.raises(RecordError, match=r"it is no record: run\.stack: "):
        read(json.dumps(data))


def test_there_is_an_older_record() -> None:
    assert OLDER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is no record of stackproof: it has no key 'record'"),
        ('{"run": {}}', "it is no record of stackproof: it has no key 'record'"),
        ('{"record": 2}', "it is a record of version 2, and this stackproof reads 1"),
        ('{"record": 1}', "it is no record: run: field required"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_no_record_is_said_in_a_sentence(text: str, expected: str) -> None:
    with pytest.raises(RecordError, match=expected.replace("(", r"\(")):
        read(text)
