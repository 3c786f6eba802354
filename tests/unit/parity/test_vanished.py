"""What is gone fails at the severity of what it is; what can't be seen is unknown, never gone."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Cause, Control, Fail, Finding, Pass, Severity, Unknown, worst
from stackproof.model.cases import Form, Variant, build, mutated
from stackproof.parity.accounting import NO_READER, Accounting, Entry, Status
from stackproof.parity.controls import PARITY, every_control
from stackproof.parity.naming import Source
from stackproof.parity.vanished import EXISTS, missing
from stackproof.types.tokens import KMS_ALIAS, KMS_KEY, S3_BUCKET
from tests.unit.parity.made import held

DENIED = Unknown(Cause.ACCESS_DENIED, detail="kms:DescribeKey")
RULES = [
    pytest.param(control, kind, variant, id=f"{control.id}-{kind}-{number}")
    for control in PARITY.values()
    for kind in ("failing", "unknown", "also_passing")
    for number, variant in enumerate(getattr(control.cases, kind))
]
KINDS = {"failing": Fail, "unknown": Unknown, "also_passing": Pass}


@pytest.mark.parametrize("control", PARITY.values(), ids=list(PARITY))
def test_passing_example_passes(control: Control) -> None:
    subject, stack = build(control.cases.passing, Form.KNOWN)
    assert set(control.outcomes(subject, stack).values()) == {Pass()}


@pytest.mark.parametrize(("control", "kind", "variant"), RULES)
def test_mutations_end_as_they_must(control: Control, kind: str, variant: Variant) -> None:
    subject, stack = build(mutated(control.cases.passing, variant), Form.KNOWN)
    assert isinstance(worst(*control.outcomes(subject, stack).values()), KINDS[kind])


def found(
    type_: str,
    status: Status,
    unknown: Unknown | None = None,
    source: Source = Source.STATE,
    gaps: dict[str, Unknown] | None = None,
) -> list[Finding]:
    entry = Entry(held(type_, "it"), status, (type_,), source, unknown)
    return list(missing(Accounting([entry]), catalogue().values(), gaps or {}))


@pytest.mark.parametrize(
    ("type_", "severity"),
    [
        (S3_BUCKET, Severity.CRITICAL),
        (KMS_KEY, Severity.CRITICAL),
        ("aws:mq/broker:Broker", Severity.MEDIUM),
    ],
)
def test_what_is_gone_fails_as_badly_as_the_worst_that_is_demanded_of_it(
    type_: str, severity: Severity
) -> None:
    (finding,) = found(type_, Status.VANISHED)
    assert finding.control.id == EXISTS.id
    assert finding.control.severity is severity
    assert isinstance(finding.outcome, Fail)


def test_severity_is_no_part_of_the_fingerprint() -> None:
    (finding,) = found(KMS_KEY, Status.VANISHED)
    assert finding.fingerprint == Finding(EXISTS, held(KMS_KEY, "it"), Pass()).fingerprint


def test_resource_that_could_not_be_asked_for_is_unknown_for_all_that_judges_it() -> None:
    findings = found(KMS_KEY, Status.UNREADABLE, DENIED)
    judging = {item.id for item in catalogue().values() if KMS_KEY in item.types}
    assert {finding.control.id for finding in findings} == judging | {EXISTS.id}
    assert all(isinstance(finding.outcome, Unknown) for finding in findings)


def test_gap_has_its_findings_already() -> None:
    findings = found(KMS_KEY, Status.UNREADABLE, DENIED, gaps={KMS_KEY: DENIED})
    assert [finding.control.id for finding in findings] == [EXISTS.id]


def test_type_without_a_reader_is_unknown_only_where_a_control_would_judge_it() -> None:
    assert found("aws:mq/broker:Broker", Status.UNREADABLE, NO_READER) == []
    judged = found(KMS_KEY, Status.UNREADABLE, NO_READER)
    assert judged
    assert EXISTS.id not in {finding.control.id for finding in judged}


def test_what_only_tags_name_is_not_demanded_to_be_there() -> None:
    assert found(KMS_ALIAS, Status.UNREADABLE, DENIED, source=Source.TAGS) == []


def test_controls_of_the_catalogue_and_those_beside_it_have_names_of_their_own() -> None:
    assert not catalogue().keys() & PARITY.keys()
    assert list(every_control()) == sorted({*catalogue(), *PARITY})
