"""Waivers: what they cover, until when, what they never touch, and what a bad file says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from stackproof.model import (
    Cause,
    Fail,
    Finding,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Unknown,
    Waived,
)
from stackproof.project import WAIVERS_VARIABLE, project_file, waivers_file
from stackproof.types.tokens import S3_BUCKET
from stackproof.waivers import Waiver, Waivers, WaiversError, load
from tests.unit.reports.made import FAIL, control

ENTRY = {
    "control": "bucket-rule-0",
    "resource": "ledger",
    "reason": "The auditors read it.",
    "owner": "finance",
    "until": "2030-01-31",
}
TODAY = date(2030, 1, 1)
LEDGER = Resource(
    {},
    type=S3_BUCKET,
    name="ledger",
    urn="urn:pulumi:prod::books::aws:s3/bucket:Bucket::ledger",
    id="ledger-4711",
    arn="arn:aws:s3:::ledger-4711",
)


def found(outcome: Outcome = FAIL, resource: Resource = LEDGER, number: int = 0) -> Finding:
    return Finding(control(number), resource, outcome)


def waivers(*entries: dict[str, Any], today: date = TODAY, stack: str | None = "prod") -> Waivers:
    return Waivers([Waiver.read({**ENTRY, **entry}) for entry in entries], stack, today)


def outcome(given: Waivers, finding: Finding | None = None) -> Outcome:
    [applied] = given.apply([finding or found()])
    return applied.outcome


@pytest.mark.parametrize(
    "pattern", ["ledger", "led*", "*::ledger", "ledger-????", "arn:aws:s3:::ledger-*", "[kl]edger"]
)
def test_waiver_covers_a_resource_by_name_urn_id_or_arn(pattern: str) -> None:
    assert outcome(waivers({"resource": pattern})) == Waived(
        "finance (The auditors read it)", date(2030, 1, 31), FAIL
    )


@pytest.mark.parametrize(
    "other",
    [
        {"resource": "Ledger"},
        {"resource": "ledg"},
        {"resource": "s3:::ledger-4711"},
        {"control": "bucket-rule-1"},
        {"stack": "dev"},
    ],
)
def test_failure_that_no_waiver_covers_stays(other: dict[str, str]) -> None:
    assert outcome(waivers(other)) is FAIL


def test_resource_without_ids_is_known_by_its_name() -> None:
    unborn = Resource({}, type=S3_BUCKET, name="ledger")
    assert isinstance(outcome(waivers({}), found(resource=unborn)), Waived)


def test_one_pattern_of_several_is_enough() -> None:
    assert isinstance(outcome(waivers({"resource": ["books", "ledg*"]})), Waived)
    assert isinstance(outcome(waivers({"resource": ["books", "bills"]})), Fail)


@pytest.mark.parametrize(("stack", "holds"), [("prod", True), ("prod-eu", True), ("dev", False)])
def test_stack_pattern_decides_where_it_holds(stack: str, holds: bool) -> None:
    given = waivers({"stack": "prod*"}, stack=stack)
    assert isinstance(outcome(given), Waived) is holds


def test_stack_without_a_name_has_only_the_waivers_of_every_stack() -> None:
    given = waivers({"stack": "prod*"}, stack=None)
    assert outcome(given) is FAIL
    [sentence] = given.unmatched([found()])
    assert "export it as the output `stack`" in sentence
    assert isinstance(outcome(waivers({}, stack=None)), Waived)


def test_waiver_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert isinstance(outcome(waivers({}, today=date(2030, 1, 31))), Waived)
    expired = outcome(waivers({}, today=date(2030, 2, 1)))
    assert isinstance(expired, Fail)
    assert expired.fix == f"{FAIL.fix} The waiver by finance expired on 2030-01-31."
    assert (expired.property, expired.expected, expired.actual) == ("acl", "private", "public-read")


def test_longest_of_several_waivers_counts() -> None:
    given = waivers({"until": "2029-12-31"}, {"until": "2030-06-30", "owner": "sales"})
    assert outcome(given) == Waived("sales (The auditors read it)", date(2030, 6, 30), FAIL)


@pytest.mark.parametrize(
    "untouched", [Pass(), NotApplicable("empty"), Unknown(Cause.ACCESS_DENIED, "acl")]
)
@pytest.mark.parametrize("today", [TODAY, date(2031, 1, 1)])
def test_only_failures_are_waived(untouched: Outcome, today: date) -> None:
    assert outcome(waivers({"resource": "*"}, today=today), found(untouched)) is untouched


def test_waiver_that_no_failure_needs_is_reported_with_its_number() -> None:
    given = waivers({}, {"resource": "journal"}, {"control": "bucket-rule-3"})
    findings = given.apply([found(), found(Pass(), number=3)])
    first, second = given.unmatched(findings)
    assert first == (
        "waiver 2 (bucket-rule-0 on journal, finance) matches nothing: "
        "no such failure is there to waive"
    )
    assert second.startswith("waiver 3 (bucket-rule-3 on ledger, finance) matches nothing")


def bucket(name: str) -> Resource:
    urn = f"urn:pulumi:prod::books::aws:s3/bucket:Bucket::{name}"
    return Resource({}, type=S3_BUCKET, name=name, urn=urn, id=f"{name}-4711")


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("2", None),
        ("1", Fail("expect", "1 resource covered", ["ledger", "orders"], ANY)),
        ("3", Fail("expect", "3 resources covered", ["ledger", "orders"], ANY)),
    ],
)
def test_waiver_covers_as_many_resources_as_it_expects(
    expect: str, expected: Outcome | None
) -> None:
    given = waivers({"resource": "*", "expect": expect})
    # Two answers about one resource are one resource; one that holds is not covered.
    findings = given.apply(
        [
            found(resource=bucket("ledger")),
            replace(found(resource=bucket("ledger")), facet="logs"),
            found(resource=bucket("orders")),
            found(Pass(), bucket("photos")),
        ]
    )
    [match] = given.matches(findings)
    assert [resource.name for resource in match.resources] == ["ledger", "orders"]
    finding = match.finding
    assert (finding.outcome if finding else None) == expected


def test_fewer_than_expected_are_unknown_while_something_is_unseen() -> None:
    unknown = Unknown(Cause.ACCESS_DENIED, "acl")
    given = waivers({"resource": "*", "expect": "2"})
    findings = given.apply([found(resource=bucket("a")), found(unknown, bucket("b"))])
    [match] = given.matches(findings)
    assert match.finding is not None
    assert isinstance(match.finding.outcome, Unknown)
    assert match.finding.outcome.cause is Cause.ACCESS_DENIED


def test_number_of_a_waiver_is_not_part_of_its_fingerprint() -> None:
    other = {"control": "bucket-rule-1"}
    wrong = {"resource": "*", "expect": "7"}
    one = waivers(wrong).matches([])[0].finding
    two = waivers(other, wrong).matches([])[1].finding
    assert one is not None
    assert two is not None
    assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("*", False), ("led*", False), ("ledger", False), ("ledger-4711", True)],
)
def test_resource_in_no_state_is_covered_by_its_id_or_arn_alone(
    pattern: str, *, covered: bool
) -> None:
    stranger = replace(bucket("ledger"), urn=None)
    given = replace(waivers({"resource": pattern}), held=frozenset({bucket("orders").urn or ""}))
    assert isinstance(outcome(given, found(resource=stranger)), Waived) is covered
    known = replace(waivers({"resource": pattern}), held=frozenset({bucket("ledger").urn or ""}))
    assert isinstance(outcome(known, found(resource=bucket("ledger"))), Waived)


def test_waiver_of_another_stack_is_not_reported() -> None:
    assert waivers({"resource": "journal", "stack": "dev"}).unmatched([found()]) == []


def test_expired_waiver_of_a_failure_is_not_reported() -> None:
    given = waivers({}, today=date(2031, 1, 1))
    assert given.unmatched(given.apply([found()])) == []


def test_waiver_of_what_could_not_be_seen_is_not_reported() -> None:
    hidden = Resource({}, type=S3_BUCKET, name=f"all {S3_BUCKET}")
    unseen = found(Unknown(Cause.ACCESS_DENIED), hidden)
    assert waivers({}).unmatched([unseen]) == []


def written(folder: Path, text: str) -> Path:
    path = folder / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


GOOD = """
- control: kms-key-rotation
  resource: "*-old"
  stack: prod*
  reason: The vendor's software pins the key's material.
  owner: platform
  until: 2030-01-31
- {control: kms-key-rotation, resource: k, reason: r, owner: o, until: "2030-02-01"}
"""


def test_file_is_read_with_dates_of_either_form(tmp_path: Path) -> None:
    first, second = load(written(tmp_path, GOOD))
    assert (first.stack, first.until) == ("prod*", date(2030, 1, 31))
    assert (second.stack, second.until) == ("*", date(2030, 2, 1))


@pytest.mark.parametrize("text", ["", "# none left\n", "[]"])
def test_empty_file_waives_nothing(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text)) == ()
    assert load(None) == ()


def entry(**changed: str | None) -> str:
    keys: dict[str, Any] = {**ENTRY, "control": "kms-key-rotation", **changed}
    lines = [f"  {key}: {value}" for key, value in keys.items() if value is not None]
    return "-" + "\n".join(lines)[1:] + "\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            entry(control="kms-key-rotatoin"),
            "there is no control 'kms-key-rotatoin'; did you mean 'kms-key-rotation'?",
        ),
        (
            entry(control="x"),
            "there is no control 'x'; `stackproof controls` lists them",
        ),
        (
            entry(control="[kms-key-rotation]"),
            "control is ['kms-key-rotation']; it must be the id of the control that refuses what "
            "is accepted",
        ),
        (
            entry(reason=None),
            "reason is missing; it must be text that says why the failure is accepted",
        ),
        (
            entry(reason='" "'),
            "reason is ' '; it must be text that says why the failure is accepted",
        ),
        *(
            (
                entry(resource=written),
                f"resource is {read}; it must be a pattern of the resource's name, URN, id or "
                "ARN, or a list of patterns",
            )
            for written, read in (("[]", "[]"), ("[k, '']", "['k', '']"), ("{k: v}", "{'k': 'v'}"))
        ),
        (entry(owner=""), "owner is ''; it must be the name of who answers for it"),
        (
            entry(until="2030-02-30"),
            "until is '2030-02-30'; it must be the last day on which it holds, as YYYY-MM-DD",
        ),
        (
            entry(until="1893456000"),
            "until is '1893456000'; it must be the last day on which it holds, as YYYY-MM-DD",
        ),
        (
            entry(until="2030-01-31 10:00:00"),
            "until is '2030-01-31 10:00:00'; it must be the last day on which it holds, as "
            "YYYY-MM-DD",
        ),
        *(
            (
                entry(until=f"'{day}'"),
                f"until is '{day}'; it must be the last day on which it holds, as YYYY-MM-DD",
            )
            for day in ("2026-W50-1", "2026W501", "20270228", "2027-2-28", " 2027-02-28")
        ),
        (
            entry(until="[2030-01-31]"),
            "until is ['2030-01-31']; it must be the last day on which it holds, as YYYY-MM-DD",
        ),
        (entry(untill="2030-01-31"), "there is no key 'untill'; did you mean 'until'?"),
        (
            entry(because="x"),
            "there is no key 'because'; its keys are control, resource, stack, reason, owner, "
            "until, expect",
        ),
        (
            "- kms-key-rotation",
            "it is 'kms-key-rotation', which must be a mapping with the keys control, resource, "
            "stack, reason, owner, until, expect",
        ),
        (
            entry(expect="many"),
            "expect is 'many'; it must be the number of resources that it covers, as digits",
        ),
        (
            entry(expect="-1"),
            "expect is '-1'; it must be the number of resources that it covers, as digits",
        ),
    ],
)
def test_bad_entry_is_one_sentence_with_file_and_number(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = written(tmp_path, entry() + text)
    with pytest.raises(WaiversError) as refused:
        load(path)
    assert str(refused.value) == f"{path}, waiver 2: {sentence}"


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, entry(owner=None, until="soon") + entry() + entry(control="nobody"))
    with pytest.raises(WaiversError) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    assert [line.removeprefix(f"{path}, ").split(";")[0] for line in lines] == [
        "waiver 1: owner is missing",
        "waiver 1: until is 'soon'",
        "waiver 3: there is no control 'nobody'",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [", "is not YAML"),
        ("- {control: *-http}", "put a pattern that begins with * in quotes"),
        ("control: kms-key-rotation", "must be a list of waivers"),
        ("nothing", "must be a list of waivers"),
    ],
)
def test_file_of_another_shape_is_one_sentence(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WaiversError) as refused:
        load(path)
    assert str(refused.value).startswith(str(path))
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WaiversError, match="is not YAML"):
        load(tmp_path / "waivers.yaml")
    with pytest.raises(WaiversError, match=r"none\.yaml cannot be read: No such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(WaiversError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_file_is_the_one_beside_the_nearest_project(tmp_path: Path) -> None:
    inner = tmp_path / "apps" / "books" / "src"
    inner.mkdir(parents=True)
    written(tmp_path, "")
    (tmp_path / "Pulumi.yaml").write_text("name: all\n")
    assert waivers_file(project_file(inner)) == tmp_path / "waivers.yaml"
    (inner.parent / "Pulumi.yml").write_text("name: books\n")
    assert waivers_file(project_file(inner)) is None
    (inner.parent / "waivers.yaml").symlink_to("nowhere")
    assert waivers_file(project_file(inner)) == inner.parent / "waivers.yaml"


def test_folder_of_no_project_has_no_file(tmp_path: Path) -> None:
    written(tmp_path, "")
    assert project_file(tmp_path) is None
    assert waivers_file(None) is None


def test_named_file_comes_before_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "Pulumi.yaml"
    written(tmp_path, "")
    monkeypatch.setenv(WAIVERS_VARIABLE, "elsewhere.yaml")
    assert waivers_file(project) == Path("elsewhere.yaml")
    assert waivers_file(project, Path("option.yaml")) == Path("option.yaml")
