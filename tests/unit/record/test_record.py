"""A record holds every finding, gives no secret away, and names findings for good."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from stackproof.model import Cause, Fail, Unknown, outcome_word
from stackproof.record import form, record_of
from stackproof.record.findings import finding_of, findings_of, shown
from stackproof.record.reading import read as read_record
from stackproof.verify import Run
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, control, finding, run, runs

SECRET = "correct-horse"


@given(runs())
def test_json_gives_back_every_finding(made: Run) -> None:
    kept = record_of(made)
    text = kept.as_json()
    assert read_record(text) == kept
    read = json.loads(text)
    assert [
        (f["control"], f["name"], f["facet"], f["outcome"], f["fingerprint"])
        for f in read["findings"]
    ] == [
        (f.control.id, f.resource.name, f.facet, outcome_word(f.outcome), f.fingerprint)
        for f in made.findings
    ]
    assert sum(read["summary"].values()) == len(made.findings)
    assert read["run"]["exit_code"] == made.exit_code


def test_json_is_ascii_and_holds_half_a_character_by_its_escape() -> None:
    text = record_of(replace(run(), stack="caf\udce9 – ☃")).as_json()
    assert text.isascii()
    assert json.loads(text)["run"]["stack"] == "caf\udce9 – ☃"


def test_record_says_where_and_how_the_run_looked() -> None:
    facts = record_of(run()).run
    assert facts.account == "123456789012"
    assert facts.region == "eu-west-1"
    assert facts.regions == ["eu-west-1", "us-east-1"]
    assert facts.emulated is True
    assert facts.api_calls == 6
    assert facts.api_calls_by_service == {"kms": 2, "s3": 4}


@pytest.mark.parametrize("word", OUTCOMES)
def test_every_outcome_has_a_message(word: str) -> None:
    record = finding_of(finding(OUTCOMES[word]))
    assert record.outcome == word
    assert record.message


def test_failure_says_property_expected_actual_and_fix() -> None:
    record = finding_of(finding(FAIL))
    assert record.property == "acl"
    assert record.expected == "private"
    assert record.actual == "public-read"
    assert record.message == ("ledger: acl is public-read, expected private. Set acl to private.")


def test_waived_failure_says_by_which_waiver_and_until_when() -> None:
    record = finding_of(finding(OUTCOMES["waived"]))
    assert record.message.startswith("waived by W-7 until 2030-01-31: ledger: acl is")


def test_unknown_says_what_could_not_be_seen_and_why() -> None:
    record = finding_of(finding(OUTCOMES["unknown"]))
    assert record.message == "acl could not be seen: access denied (s3:GetBucketAcl)"
    assert record.cause == "access denied"


@pytest.mark.parametrize(
    "property_",
    [
        "password",
        "master_password",
        "masterPassword",
        "auth_token",
        "token",
        "secret",
        "secret_string",
        "settings[0].client_secret",
        "environment.API_KEY",
        "DB_PASSWORD",
    ],
)
def test_value_of_secret_property_is_written_nowhere(property_: str) -> None:
    for actual in (SECRET, [SECRET], {"value": SECRET}):
        made = run(finding(Fail(property_, "a reference", actual, "Refer to it.")))
        assert SECRET not in record_of(made).as_json()
        assert "(hidden)" in record_of(made).as_json()


@pytest.mark.parametrize(
    "actual",
    [
        {"password": SECRET, "user": "admin"},
        [{"name": "DB_PASSWORD", "value": SECRET}],
        {"deep": [{"auth_token": [SECRET]}]},
    ],
)
def test_secret_inside_a_value_is_hidden(actual: object) -> None:
    made = run(finding(Fail("environment", "none", actual, "Move it.")))
    assert SECRET not in record_of(made).as_json()


@pytest.mark.parametrize(
    ("property_", "actual"),
    [
        ("password_length", "8"),
        ("rotate_secret", None),
        ("manage_master_user_password", False),
        ("http_tokens", "optional"),
        ("secret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"),
        ("password", ""),
    ],
)
def test_value_that_is_no_secret_is_shown(property_: str, actual: object) -> None:
    assert finding_of(finding(Fail(property_, "else", actual, "Do."))).actual == actual


def test_values_that_json_lacks_are_written_as_their_nearest() -> None:
    hidden = Unknown(Cause.THROTTLED)
    actual = {"ports": {443, 80}, "pair": (1, 2), "hidden": hidden}
    assert finding_of(finding(Fail("p", "e", actual, "f"))).actual == {
        "ports": [443, 80],
        "pair": [1, 2],
        "hidden": "unknown: throttled",
    }


@pytest.mark.parametrize("word", OUTCOMES)
def test_fingerprint_does_not_depend_on_the_outcome(word: str) -> None:
    assert finding(OUTCOMES[word]).fingerprint == finding(FAIL).fingerprint


def test_fingerprint_does_not_depend_on_messages_or_properties() -> None:
    other = replace(FAIL, actual="authenticated-read", fix="Something else.")
    renamed = replace(finding(FAIL), resource=replace(bucket("ledger"), data={"acl": "x"}))
    assert finding(other).fingerprint == finding(FAIL).fingerprint == renamed.fingerprint


def test_fingerprint_tells_controls_resources_and_facets_apart() -> None:
    made = [
        finding(FAIL),
        finding(FAIL, "archive"),
        finding(FAIL, facet="read"),
        finding(FAIL, number=1),
        replace(finding(FAIL), resource=bucket("ledger", urn="urn:pulumi:a")),
        replace(finding(FAIL), resource=bucket("ledger", arn=None)),
    ]
    assert len({one.fingerprint for one in made}) == len(made)


def test_fingerprint_of_a_known_finding_never_changes() -> None:
    # Whoever keeps fingerprints from one release to the next relies on these very digits.
    assert finding(FAIL).fingerprint == "756d71ce9872bb71c044ecf33ab64261"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not set"),
        ("", "empty"),
        ([], "empty"),
        (False, "false"),
        (0, "0"),
        ({"a": [1]}, '{"a": [1]}'),
        ("two\nlines", "two lines"),
        ("x" * 200, "x" * 159 + "…"),
    ],
)
def test_values_are_shown_in_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_frameworks_are_named() -> None:
    assert finding_of(finding(FAIL)).frameworks == {"FSBP": ["S3.1"]}
    assert control().id == finding_of(finding(FAIL)).control


def test_findings_of_one_control_hold_what_is_the_controls_once() -> None:
    """Of a large account each of 56,000 findings held words and sets of its own."""
    first, second = findings_of([finding(OUTCOMES["pass"]), finding(OUTCOMES["pass"])])
    assert first == second
    assert first.frameworks is second.frameworks
    assert first.message is second.message
    assert first.model_fields_set is second.model_fields_set
    assert first.model_fields_set == set(form.Finding.model_fields)
    assert form.Finding.model_validate(first.model_dump()) == first
