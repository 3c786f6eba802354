"""SARIF: valid by its published schema, and no verdict is lost or made milder in it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from stackproof.controls import catalogue
from stackproof.model import Cause
from stackproof.model.gap import Gap
from stackproof.record import Record, record_of
from stackproof.record.made import controls_of
from stackproof.reports.sarif import as_sarif
from stackproof.verify import Run
from stackproof.waivers import Match, Waiver
from tests.unit.record.records_made import night
from tests.unit.reports.hostile import hostile_record
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding, record_of_many, run, runs

# The copy of SchemaStore (Apache-2.0), src/schemas/json/sarif-2.1.0.json.
SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
VALID = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
URN = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::ledger"


def written(record: Record) -> dict[str, Any]:
    log = json.loads(as_sarif(record))
    wrong = next(VALID.iter_errors(log), None)
    assert wrong is None, f"{wrong.json_path}: {wrong.message[:300]}"
    (made,) = log["runs"]
    assert isinstance(made, dict)
    return made


# The schema's validator takes a second for each; the tests below ask it.
@settings(max_examples=15, deadline=None)
@given(runs())
def test_every_failure_and_every_unknown_is_a_result(made: Run) -> None:
    (log,) = json.loads(as_sarif(record_of(made)))["runs"]
    results = log["results"]
    by_kind = Counter(one["kind"] for one in results)
    summary = made.summary
    assert by_kind["fail"] == summary["fail"] + summary["waived"]
    assert by_kind["open"] == summary["unknown"]
    assert sum("suppressions" in one for one in results) == summary["waived"]
    assert all((one["kind"] == "open") == (one["level"] == "none") for one in results)


def test_thousands_of_findings_are_valid_and_told_apart() -> None:
    made = written(record_of_many(3_000))
    assert len(made["results"]) == 1_800
    rules = made["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in made["results"])


def test_hostile_names_are_valid_and_make_no_links() -> None:
    made = written(hostile_record())
    assert "](" not in json.dumps([one["message"] for one in made["results"]])
    names = [one["ruleId"] for one in made["results"]]
    assert sum(name.startswith("t.py::test_it") for name in names) == len(
        hostile_record().scenarios
    )


def test_a_result_has_the_fingerprint_level_and_score_of_its_finding() -> None:
    record = record_of(run(*(finding(FAIL, number=number) for number in range(4))))
    made = written(record)
    told = {one["ruleId"]: one for one in made["results"]}
    assert [told[f.control]["level"] for f in record.findings] == [
        *("error", "error", "warning", "note"),
    ]
    for one in record.findings:
        assert told[one.control]["partialFingerprints"] == {"stackproof/v1": one.fingerprint}
    scores = {
        rule["id"]: float(rule["properties"]["security-severity"])
        for rule in made["tool"]["driver"]["rules"]
    }
    critical, high, medium, low = (scores[f"bucket-rule-{number}"] for number in range(4))
    assert critical > 9.0 > high >= 7.0 > medium >= 4.0 > low > 0


def test_the_same_defect_at_two_sights_is_two_results() -> None:
    record = record_of(run(finding(FAIL)))
    declared = [one.model_copy(update={"sight": "declared"}) for one in record.findings]
    both = record.model_copy(update={"findings": [*record.findings, *declared]})
    live, other = written(both)["results"]
    assert live["partialFingerprints"] != other["partialFingerprints"]
    assert other["message"]["text"].startswith("declared: ledger: acl is public-read")


def test_a_waiver_is_a_suppression_with_its_reason_owner_and_end() -> None:
    waiver = Waiver(
        control="bucket-rule-0",
        resource=("ledger",),
        reason="Migrated in spring",
        owner="payments",
        until=date(2030, 1, 31),
    )
    match = Match(1, waiver, (bucket("ledger"),), None)
    made = written(record_of(run(finding(OUTCOMES["waived"]), waivers=[match])))
    (result,) = made["results"]
    (suppression,) = result["suppressions"]
    assert suppression["justification"] == "Migrated in spring (payments, until 2030-01-31)"
    assert (result["kind"], result["level"]) == ("fail", "error")


def test_a_result_stands_in_the_program_where_the_engine_says_so() -> None:
    record = record_of(run(finding(FAIL)))
    (one,) = record.findings
    named = one.model_copy(update={"urn": URN})
    resource: dict[str, Any] = {
        "status": "judged",
        "type": one.type,
        "urn": URN,
        "name": "ledger",
        "id": "ledger",
    }
    resource |= {"arn": one.arn, "region": None, "source": "stores/my ledger.py:42"}
    facts = record.run.model_copy(update={"folder": "infra/", "project": "shop"})
    data = record.model_copy(update={"findings": [named], "run": facts}).model_dump()

    def place(source: str | None) -> dict[str, Any]:
        held = {**data, "resources": [{**resource, "source": source}]}
        (result,) = written(Record.model_validate(held))["results"]
        (location,) = result["locations"]
        (logical,) = location["logicalLocations"]
        assert logical["fullyQualifiedName"] == URN
        physical = location["physicalLocation"]
        assert isinstance(physical, dict)
        return physical

    there = place("stores/my ledger.py:42")
    assert there["artifactLocation"]["uri"] == "infra/stores/my%20ledger.py"
    assert there["region"]["startLine"] == 42
    # Code scanning takes no result without a file: it is the project's own where none is known.
    assert place(None)["artifactLocation"]["uri"] == "infra/Pulumi.yaml"


def test_what_was_found_without_a_program_stands_in_no_file() -> None:
    (result,) = written(record_of(run(finding(FAIL))))["results"]
    (location,) = result["locations"]
    assert "physicalLocation" not in location
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "arn:aws:s3:::ledger"


def test_what_was_not_read_and_what_went_wrong_is_said() -> None:
    gap = Gap(("aws:s3/bucket:Bucket",), "s3:GetBucketAcl", Cause.ACCESS_DENIED, "eu-west-1")
    made = written(record_of(run(why_not="no credentials", gaps=[gap], warnings=["odd"])))
    (invocation,) = made["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    told = [
        (one["level"], one["message"]["text"]) for one in invocation["toolExecutionNotifications"]
    ]
    assert told == [
        ("error", "no credentials"),
        ("warning", "not read: s3:GetBucketAcl in eu-west-1 (access denied): aws:s3/bucket:Bucket"),
        ("note", "odd"),
    ]


def test_an_earlier_failure_that_nobody_saw_mended_stays() -> None:
    before = night(finding(FAIL))
    after = night(day=2).model_copy(update={"not_seen": before.findings})
    (result,) = written(after)["results"]
    assert result["kind"] == "open"
    assert result["message"]["text"].startswith("Failed before, and nobody saw it mended: ledger")
    assert result["partialFingerprints"] == {"stackproof/v1": before.findings[0].fingerprint}


@pytest.mark.parametrize("outcome", ["failed", "unknown"])
def test_a_scenario_that_does_not_hold_is_a_result(outcome: str) -> None:
    told = {"scenario": "t.py::test_zone", "family": "ha", "proves": "A zone may go.", "why": "x"}
    told |= {"outcome": outcome, "message": "one zone only"}
    held = {**told, "scenario": "t.py::test_other", "outcome": "passed"}
    made = written(night(scenarios=[{**one, "seconds": 0.1} for one in (told, held)]))
    (result,) = made["results"]
    assert result["ruleId"] == "t.py::test_zone"
    assert result["kind"] == {"failed": "fail", "unknown": "open"}[outcome]


def test_each_rule_of_the_catalogue_helps() -> None:
    record = record_of(run(finding(FAIL)))
    held = controls_of(catalogue().values(), {})
    rules = written(record.model_copy(update={"controls": held}))["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {*catalogue(), "bucket-rule-0"}
    by_id = {rule["id"]: rule for rule in rules}
    rotation = by_id["kms-key-rotation"]
    assert "Only symmetric keys that KMS made itself can rotate" in rotation["help"]["markdown"]
    assert rotation["helpUri"].endswith("/userguide/kms-controls.html#kms-4")
    assert "NIST SP 800-53 Rev. 5: SC-12" in rotation["help"]["text"]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)
