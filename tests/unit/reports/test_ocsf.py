"""OCSF: each event is one by the format's own models, and says what was found."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

from stackproof.record import Record, record_of
from stackproof.record.changes import changes_between
from stackproof.reports.ocsf import as_ocsf
from stackproof.verify import Run
from tests.unit.record.records_made import night
from tests.unit.reports.hostile import hostile_record
from tests.unit.reports.made import FAIL, OUTCOMES, finding, record_of_many, run, runs


def events(record: Record) -> list[ComplianceFinding]:
    return [ComplianceFinding.model_validate(one) for one in json.loads(as_ocsf(record))]


@settings(max_examples=30, deadline=None)
@given(runs())
def test_every_finding_is_an_event(made: Run) -> None:
    record = record_of(made)
    told = events(record)
    assert [one.finding_info.uid for one in told] == [f.fingerprint for f in record.findings]


def test_thousands_of_findings_are_valid() -> None:
    assert len(events(record_of_many(3_000))) == 3_000


def test_hostile_names_are_valid() -> None:
    record = hostile_record()
    assert len(events(record)) == len(record.findings) + len(record.not_seen)


def test_no_outcome_is_made_milder() -> None:
    made = record_of(run(*map(finding, OUTCOMES.values())))
    told = {}
    for one in json.loads(as_ocsf(made)):
        status = ComplianceFinding.model_validate(one).compliance.status_id
        assert status is not None
        told[one["status_code"]] = (status.name, one["status"])
    assert told == {
        "pass": ("Pass", "Resolved"),
        "fail": ("Fail", "New"),
        "waived": ("Fail", "Suppressed"),
        "unknown": ("Warning", "Unknown"),
        "not_applicable": ("Other", "Other"),
    }


def test_an_event_says_what_where_and_how_to_mend_it() -> None:
    (event,) = json.loads(as_ocsf(record_of(run(finding(FAIL)))))
    assert event["class_uid"] == 2003
    assert event["severity"] == "Critical"
    assert event["remediation"]["desc"] == "Set acl to private."
    assert event["compliance"]["control"] == "bucket-rule-0"
    assert event["compliance"]["standards"] == ["AWS Foundational Security Best Practices v1.0.0"]
    (resource,) = event["resources"]
    assert resource["uid"] == "arn:aws:s3:::ledger"
    assert resource["cloud_partition"] == "aws"
    assert resource["owner"]["account"]["uid"] == "123456789012"


def test_the_second_night_updates_and_closes() -> None:
    before = night(finding(FAIL, "still"), finding(FAIL, "mended"))
    passed = finding(OUTCOMES["pass"], "mended")
    after = night(finding(FAIL, "still"), finding(FAIL, "fresh"), passed, day=2)
    changed = after.model_copy(update={"changes": changes_between(before, after)})
    told: dict[str, Any] = {
        one["resources"][0]["name"]: (one["activity_name"], one["type_uid"])
        for one in json.loads(as_ocsf(changed))
    }
    assert told == {
        "still": ("Update", 200302),
        "fresh": ("Create", 200301),
        "mended": ("Close", 200303),
    }


def test_an_earlier_failure_that_nobody_saw_mended_is_a_warning() -> None:
    before = night(finding(FAIL))
    (event,) = events(night(day=2).model_copy(update={"not_seen": before.findings}))
    assert event.compliance.status_id is not None
    assert event.compliance.status_id.name == "Warning"
    assert event.finding_info.uid == before.findings[0].fingerprint


def test_nothing_found_is_an_empty_array() -> None:
    assert json.loads(as_ocsf(record_of(run()))) == []
