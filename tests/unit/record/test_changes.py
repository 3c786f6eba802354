"""What changed is told by fingerprints; what nobody could see is never called fixed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from stackproof.model import Cause, Fail, Finding, Outcome, Pass, Unknown, Waived
from stackproof.model.gap import Gap
from stackproof.parity.accounting import Status
from stackproof.parity.drift import DRIFT, Comparison
from stackproof.record import Record
from stackproof.record.changes import DIGEST_ALONE, changes_between, linked
from stackproof.record.form import Changes
from stackproof.types.tokens import S3_BUCKET
from stackproof.waivers import Match, Waiver
from tests.unit.record.records_made import entry, night
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding

PASS = Pass()
DENIED = Unknown(Cause.ACCESS_DENIED, "acl", "s3:GetBucketAcl")
LISTS = (
    *("new", "fixed", "unknown", "not_seen", "gone_with", "waived", "by_catalogue", "drifted"),
    *("came", "gone", "changed", "controls", "waivers_ending", "scenarios_new", "scenarios_fixed"),
)


def told(before: Record, after: Record) -> dict[str, list[str]]:
    """Give what is not empty of the changes, by names."""
    changes = changes_between(before, after)
    return {name: [x.name for x in getattr(changes, name)] for name in LISTS if _has(changes, name)}


def _has(changes: Changes, name: str) -> bool:
    return bool(getattr(changes, name))


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (PASS, FAIL, {"new": ["b"]}),
        (FAIL, PASS, {"fixed": ["b"]}),
        (FAIL, FAIL, {}),
        (PASS, DENIED, {"unknown": ["b"]}),
        (FAIL, DENIED, {"unknown": ["b"]}),
        (DENIED, DENIED, {}),
        (DENIED, FAIL, {"new": ["b"]}),
        (DENIED, PASS, {}),
        (FAIL, OUTCOMES["waived"], {"waived": ["b"]}),
        (PASS, OUTCOMES["waived"], {"waived": ["b"]}),
        (OUTCOMES["waived"], OUTCOMES["waived"], {}),
        (OUTCOMES["waived"], FAIL, {"new": ["b"]}),
        (FAIL, replace(FAIL, actual="authenticated-read", fix="Another."), {}),
    ],
)
def test_each_outcome_after_each(
    was: Outcome, now: Outcome, expected: dict[str, list[str]]
) -> None:
    assert told(night(finding(was, "b")), night(finding(now, "b"), day=2)) == expected


def test_failures_that_stay_are_counted() -> None:
    made = night(finding(FAIL, "a"), finding(FAIL, "b"))
    assert changes_between(made, made).still == 2


def test_failure_of_a_resource_that_is_gone_is_not_fixed() -> None:
    after = night(finding(PASS, "other"), day=2)
    before = night(finding(FAIL, "b"), finding(PASS, "other"))
    assert told(before, after) == {"gone_with": ["b"], "gone": ["b"]}


@pytest.mark.parametrize(
    "after",
    [
        night(day=2, why_not="the credentials have expired"),
        night(
            finding(PASS, "other"),
            day=2,
            gaps=[Gap((S3_BUCKET,), "s3:ListBuckets", Cause.ACCESS_DENIED, "eu-west-1")],
        ),
        night(finding(PASS, "other"), day=2, entries=[entry("b", Status.UNREADABLE)]),
        # It is there, and the control says nothing of it.
        night(finding(PASS, "other"), day=2, entries=[entry("b")]),
        night(finding(PASS, "other"), finding(PASS, "b", number=1), day=2),
    ],
)
def test_failure_that_nobody_could_look_at_is_not_fixed(after: Record) -> None:
    before = night(finding(FAIL, "b"), finding(PASS, "other"))
    said = told(before, after)
    assert said["not_seen"] == ["b"]
    assert not said.keys() & {"fixed", "gone_with", "gone"}


@pytest.mark.parametrize("was", [PASS, OUTCOMES["waived"], OUTCOMES["not_applicable"]])
def test_what_held_and_nobody_can_look_at_is_newly_unknown_once(was: Outcome) -> None:
    before = linked(night(finding(was, "b")), None)
    blind = linked(night(day=2, why_not="nobody answered"), before)
    assert told(before, blind) == {"unknown": ["b"]}
    assert told(blind, linked(night(day=3, why_not="nobody answered"), blind)) == {}


def test_what_held_and_is_gone_with_its_resource_is_not_unknown() -> None:
    before = night(finding(PASS, "b"), finding(PASS, "other"))
    assert told(before, night(finding(PASS, "other"), day=2)) == {"gone": ["b"]}


def test_facet_that_is_no_more_is_fixed() -> None:
    before = night(finding(FAIL, "b", "port 22"), finding(PASS, "b", "port 443"))
    assert told(before, night(finding(PASS, "b", "port 443"), day=2)) == {"fixed": ["b"]}


def test_drift_is_fixed_only_when_it_was_compared() -> None:
    before = night(Finding(DRIFT, bucket("b"), FAIL, "acl"), finding(PASS, "b"))
    blind = night(finding(PASS, "b"), day=2)
    assert told(before, blind)["not_seen"] == ["b"]
    compared = night(finding(PASS, "b"), day=2, comparison=Comparison())
    assert told(before, compared)["fixed"] == ["b"]


def test_catalogue_update_is_no_regression_of_the_stack() -> None:
    before, after = night(finding(PASS, "b")), night(finding(FAIL, "b"), day=2)
    other = [c.model_copy(update={"meaning": "another"}) for c in before.controls]
    said = told(before.model_copy(update={"controls": other}), after)
    assert said["by_catalogue"] == ["b"]
    assert "new" not in said
    said = told(before.model_copy(update={"controls": []}), after)
    assert (said["by_catalogue"], "new" in said) == (["b"], False)
    said = told(night(finding(FAIL, "b", number=1)), night(finding(PASS, "b"), day=2))
    assert said["by_catalogue"] == ["b"]
    assert said["controls"] == ["bucket-rule-1"]


def test_update_hides_nothing_that_the_stack_did() -> None:
    before = night(finding(PASS, "b"), entries=[entry("b", acl="private")])
    after = night(finding(FAIL, "b"), entries=[entry("b", acl="public-read")], day=2)
    other = [c.model_copy(update={"meaning": "another"}) for c in before.controls]
    said = told(before.model_copy(update={"controls": other}), after)
    assert (said["new"], "by_catalogue" in said) == (["b"], False)
    came = before.model_copy(update={"controls": other, "resources": []})
    assert told(came, after)["new"] == ["b"]


def test_properties_that_changed_say_from_what_to_what() -> None:
    before = night(entries=[entry("b", acl="private", tags={"Owner": "a", "note": "x"}, gone=1)])
    after = night(entries=[entry("b", acl="public-read", tags={"Owner": "c"}, long="x" * 999)])
    found = changes_between(before, after).changed
    assert [(c.property, c.before, c.after) for c in found] == [
        ("acl", "private", "public-read"),
        ("gone", 1, None),
        ("long", None, DIGEST_ALONE),
        ("tags.Owner", "a", "c"),
        ("tags.note", None, None),
    ]


def test_tag_whose_value_is_not_kept_has_changed_all_the_same() -> None:
    before, after = (night(entries=[entry("b", tags={"note": told})]) for told in ("x", "y"))
    found = changes_between(before, after).changed
    assert [(c.property, c.before, c.after) for c in found] == [
        ("tags", DIGEST_ALONE, DIGEST_ALONE)
    ]


def test_property_that_could_not_be_read_has_not_changed() -> None:
    before = night(entries=[entry("b", acl="private")])
    after = night(entries=[entry("b", acl=DENIED)])
    assert changes_between(before, after).changed == []


def test_drift_stands_apart() -> None:
    drifted = Finding(DRIFT, bucket("b"), FAIL, "acl")
    assert told(night(finding(PASS, "b")), night(finding(PASS, "b"), drifted)) == {
        "drifted": ["b"],
    }


@pytest.mark.parametrize(("until", "expected"), [(14, True), (15, False), (2, True)])
def test_waivers_that_end_within_a_fortnight_are_said(until: int, expected: bool) -> None:
    waiver = Waiver(
        control="bucket-rule-0",
        resource=("b",),
        reason="Old.",
        owner="dba",
        until=date(2026, 11, 1 + until),
    )
    made = night(finding(OUTCOMES["waived"], "b"), waivers=[Match(1, waiver, (), None)])
    ending = changes_between(made, made).waivers_ending
    assert [one.name for one in ending] == ["bucket-rule-0 on b"] * expected


def test_scenarios_that_fail_now_and_no_more_are_said() -> None:
    def scenario(name: str, outcome: str) -> dict[str, object]:
        rest = dict.fromkeys(("family", "proves", "why", "message"), "")
        return {"scenario": name, "outcome": outcome, "seconds": 0.1, **rest}

    before = night(scenarios=[scenario("a", "passed"), scenario("b", "failed")])
    after = night(scenarios=[scenario("a", "unknown"), scenario("b", "passed")])
    assert told(before, after) == {"scenarios_new": ["a"], "scenarios_fixed": ["b"]}


def test_failures_know_since_when_through_nights_that_could_not_see_them() -> None:
    outcomes: list[Outcome] = [PASS, FAIL, DENIED, FAIL, OUTCOMES["waived"], PASS, FAIL]
    record: Record | None = None
    since = []
    for day, outcome in enumerate(outcomes, 1):
        record = linked(night(finding(outcome, "b"), day=day), record)
        told_since = record.findings[0].failing_since
        since.append(told_since and int(told_since[8:10]))
    assert since == [None, 2, 2, 2, 2, None, 7]


def test_failure_is_kept_while_nobody_can_look_and_then_goes_on_or_ends() -> None:
    first = linked(night(finding(FAIL, "b")), None)
    blind = linked(night(day=2, why_not="nobody answered"), first)
    assert [(f.name, f.failing_since) for f in blind.not_seen] == [("b", first.run.began)]
    blinder = linked(night(day=3, why_not="nobody answered"), blind)
    assert [f.name for f in blinder.not_seen] == ["b"]
    again = linked(night(finding(FAIL, "b"), day=4), blinder)
    assert (again.findings[0].failing_since, again.not_seen) == (first.run.began, [])
    assert again.changes is not None
    assert (again.changes.new, again.changes.still) == ([], 1)
    mended = linked(night(finding(PASS, "b"), day=4), blinder)
    assert mended.changes is not None
    assert [f.name for f in mended.changes.fixed] == ["b"]


def test_waived_failure_names_its_waiver_still() -> None:
    waived = Waived("W-8", date(2030, 1, 1), Fail("acl", "private", "public", "Set it."))
    assert told(night(finding(waived, "b")), night(finding(PASS, "b"))) == {}
