"""ASFF: batches that Security Hub's own request shape and its documented limits take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from stackproof.record import Record, record_of
from stackproof.reports.asff import as_asff
from stackproof.types import tokens as t
from tests.unit.record.records_made import night
from tests.unit.reports.hostile import hostile_record
from tests.unit.reports.made import FAIL, OUTCOMES, finding, record_of_many, run

SHAPE: Any = (
    get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
    .input_shape
)
# AWS Security Hub User Guide, "Required ASFF attributes", "Optional top-level ASFF attributes".
LIMITS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}


def batches(record: Record) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(as_asff(record))
    for batch in made:
        report = ParamValidator().validate(batch, SHAPE)
        assert not report.has_errors(), report.generate_report()
        assert len(json.dumps(batch)) < 6_000_000
        assert len({one["AwsAccountId"] for one in batch["Findings"]}) == 1
        for item in batch["Findings"]:
            is_small_enough(item)
    return made


def is_small_enough(finding: dict[str, Any]) -> None:
    assert len(json.dumps(finding, ensure_ascii=False).encode()) < 240_000
    assert all(0 < len(finding[name]) <= most for name, most in LIMITS.items())
    assert len(finding["ProductFields"]) <= 50
    assert all(len(k) <= 128 and len(v) <= 2048 for k, v in finding["ProductFields"].items())
    assert len(finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "")) <= 512
    required = finding["Compliance"].get("RelatedRequirements", [])
    assert len(required) <= 32
    assert all(len(text) <= 64 for text in required)
    (resource,) = finding["Resources"]
    assert len(resource["Id"]) <= 512
    assert all(text.strip() for text in (finding["Id"], finding["Title"], resource["Id"]))


def findings(record: Record) -> list[dict[str, Any]]:
    return [finding for batch in batches(record) for finding in batch["Findings"]]


def test_thousands_of_findings_come_in_batches_of_a_hundred() -> None:
    made = batches(record_of_many(3_000))
    assert [len(batch["Findings"]) for batch in made] == [100] * 24


def test_hostile_names_are_taken_and_stay_apart() -> None:
    record = hostile_record()
    told = findings(record)
    ids = [one["Id"] for one in told]
    told_of = [one for one in record.findings if one.outcome != "not_applicable"]
    assert len(ids) == len(told_of) + len(record.not_seen)
    assert len(set(ids)) == len(told_of) + 1  # what was not seen is the same one, many times


def test_no_outcome_is_made_milder() -> None:
    made = findings(record_of(run(*map(finding, OUTCOMES.values()))))
    told = {
        one["ProductFields"]["stackproof/outcome"]: (
            one["Compliance"]["Status"],
            one["Workflow"]["Status"],
            one["Severity"]["Label"],
        )
        for one in made
    }
    assert told == {
        "pass": ("PASSED", "RESOLVED", "INFORMATIONAL"),
        "fail": ("FAILED", "NEW", "CRITICAL"),
        "waived": ("FAILED", "SUPPRESSED", "CRITICAL"),
        "unknown": ("WARNING", "NEW", "CRITICAL"),
    }


def test_a_finding_says_since_when_of_what_and_how_to_mend_it() -> None:
    record = night(finding(FAIL), day=9)
    since = "2026-11-02T02:00:00.000+00:00"
    aged = [one.model_copy(update={"failing_since": since}) for one in record.findings]
    (one,) = findings(record.model_copy(update={"findings": aged}))
    assert (one["FirstObservedAt"], one["CreatedAt"]) == (since, since)
    assert one["UpdatedAt"] == record.run.began
    assert one["ProductArn"] == (
        "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"
    )
    assert one["Remediation"]["Recommendation"]["Text"] == "Set acl to private."
    (resource,) = one["Resources"]
    assert (resource["Type"], resource["Id"]) == ("AwsS3Bucket", "arn:aws:s3:::ledger")


def test_an_earlier_failure_that_nobody_saw_mended_is_a_warning() -> None:
    before = night(finding(FAIL))
    (one,) = findings(night(day=2).model_copy(update={"not_seen": before.findings}))
    (was,) = findings(before)
    assert (one["Id"], one["Compliance"]["Status"]) == (was["Id"], "WARNING")


@pytest.mark.parametrize(
    ("token", "type_"),
    [
        (t.S3_BUCKET, "AwsS3Bucket"),
        (t.RDS_INSTANCE, "AwsRdsDbInstance"),
        (t.LB, "AwsElbv2LoadBalancer"),
        (t.SECURITY_GROUP, "AwsEc2SecurityGroup"),
        (t.LOG_GROUP, "Other"),
        ("stackproof:waiver", "Other"),
    ],
)
def test_types_are_those_that_security_hub_knows(token: str, type_: str) -> None:
    record = record_of(run(finding(FAIL)))
    named = [one.model_copy(update={"type": token}) for one in record.findings]
    (one,) = findings(record.model_copy(update={"findings": named}))
    assert one["Resources"][0]["Type"] == type_


def test_findings_go_to_the_accounts_that_their_arns_name() -> None:
    record = record_of(run(finding(FAIL), finding(FAIL, "other")))
    first, second = record.findings
    arn = "arn:aws:sqs:eu-west-1:210987654321:other"
    both = [first, second.model_copy(update={"arn": arn})]
    made = batches(record.model_copy(update={"findings": both}))
    assert [batch["Findings"][0]["AwsAccountId"] for batch in made] == [
        "123456789012",
        "210987654321",
    ]


def test_what_no_account_is_known_of_is_in_no_batch() -> None:
    assert batches(record_of(run(finding(FAIL), account="not known"))) == []
    assert batches(record_of(run(finding(FAIL), regions=("not known",)))) == []
