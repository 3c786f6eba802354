"""No secret that somebody planted is in a record; and what is none can be read."""

from __future__ import annotations

import base64
import json
import shlex
from typing import Any

import pytest

from stackproof.model import Cause, Fail, NotApplicable, Outcome, Resource, Unknown
from stackproof.parity.accounting import Accounting, Entry, Status
from stackproof.record import record_of
from stackproof.record.redaction import redacted, scrubbed
from stackproof.types import tokens as t
from tests.unit.controls import secrets_made
from tests.unit.record.records_made import FEW
from tests.unit.reports.made import finding, run

SECRET = "PLANTED-hunter2"
KEY_ID = "AKIAABCDEFGHIJKLMNOP"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n{SECRET}\n-----END RSA PRIVATE KEY-----"
SCRIPT = f"#!/bin/bash\nexport DB_PASSWORD='{SECRET}'\ncurl https://u:{SECRET}@example.org\n"
FACTS: dict[str, dict[str, Any]] = {
    t.LAMBDA_FUNCTION: {
        "environment": {"variables": {"DB_PASSWORD": SECRET, "NOTE": SECRET}},
        "description": f"password={SECRET}",
    },
    t.EC2_INSTANCE: {
        "user_data": SCRIPT,
        "user_data_base64": base64.b64encode(SCRIPT.encode()).decode(),
        "tags": {"ApiToken": SECRET, "note": SECRET, "Owner": f"token: {SECRET}"},
    },
    t.RDS_CLUSTER: {"master_password": SECRET, "master_username": "admin"},
    t.ECS_TASK_DEFINITION: {
        "container_definitions": json.dumps(
            [{"name": "app", "environment": [{"name": "DB_PASSWORD", "value": SECRET}]}]
        )
    },
    t.SECRETSMANAGER_SECRET_VERSION: {"secret_string": SECRET},
}


def entries() -> list[Entry]:
    return [
        Entry(Resource(data, type=type_, name=type_, id=type_), Status.JUDGED, (type_,))
        for type_, data in FACTS.items()
    ]


@pytest.mark.parametrize(
    "outcome",
    [
        Fail("password", "a reference", SECRET, "Refer to it."),
        Fail("environment", "none", {"API_KEY": SECRET}, f"Move token={SECRET} away."),
        Fail("user_data", "none", SCRIPT, "Move it."),
        Fail("text", f"not {PEM}", PEM, "Move it."),
        Unknown(Cause.UNREADABLE, "x", f"it says secret: {SECRET}"),
        NotApplicable(f"DB_PASSWORD='{SECRET}'"),
    ],
)
def test_planted_secrets_are_in_no_record(outcome: Outcome) -> None:
    scenario = {
        "scenario": "t.py::test_it",
        "family": "ha",
        "proves": "It holds.",
        "why": "",
        "outcome": "failed",
        "message": f"assert {{'DB_PASSWORD': '{SECRET}'}} == {{}}",
        "seconds": 0.1,
        "parts": [{"part": "a", "outcome": "failed", "message": f"api_key={SECRET}"}],
    }
    made = record_of(
        run(
            finding(outcome),
            accounting=Accounting(entries()),
            warnings=[f"the output token: {SECRET}"],
            why_not=f"https://u:{SECRET}@host refused",
            settings=FEW,
        ),
        [scenario],
    )
    assert SECRET not in made.as_json()
    assert base64.b64encode(SCRIPT.encode()).decode() not in made.as_json()


def test_what_is_kept_tells_that_words_of_ones_own_changed() -> None:
    def digests(note: str) -> dict[str, str]:
        data = {"environment": {"variables": {"NOTE": note}}, "runtime": "python3.13"}
        one = Resource(data, type=t.LAMBDA_FUNCTION, name="f", id="f")
        accounting = Accounting([Entry(one, Status.JUDGED, (t.LAMBDA_FUNCTION,))])
        (kept,) = record_of(run(accounting=accounting, settings=FEW)).resources
        assert kept.facts == {"runtime": "python3.13"}
        return kept.digests

    assert digests("a").keys() == {"environment"}
    assert digests("a") != digests("b")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"key {KEY_ID}", "key (hidden)"),
        (PEM, "(hidden)"),
        (f"token={SECRET}", "token=(hidden)"),
        (f'{{"auth_token": "{SECRET}"}}', '{"auth_token": (hidden)}'),
        (f"postgres://u:{SECRET}@db/x", "postgres(hidden)db/x"),
        ("password_length: 8", "password_length: 8"),
        ("secret: arn:aws:secretsmanager:x", "secret: arn:aws:secretsmanager:x"),
        ("acl is public-read, expected private.", "acl is public-read, expected private."),
        ("rds:DescribeDBClusters", "rds:DescribeDBClusters"),
    ],
)
def test_texts_are_shown_without_their_secrets_alone(text: str, kept: str) -> None:
    assert scrubbed(text) == kept


@pytest.mark.parametrize("command", secrets_made.COMMANDS)
def test_secret_of_a_command_is_hidden(command: str) -> None:
    assert secrets_made.SECRET not in scrubbed(f'sh -c "{command}"')
    assert secrets_made.SECRET not in str(redacted("x", command))
    assert secrets_made.SECRET not in str(redacted("x", shlex.split(command)))
    assert secrets_made.SECRET not in str(redacted("x", json.dumps(shlex.split(command))))


@pytest.mark.parametrize(("name", "value"), secrets_made.SECRETS)
def test_secret_is_hidden_by_its_name_and_by_the_names_in_it(name: str, value: str) -> None:
    assert redacted("x", {name: value}) == {name: "(hidden)"}
    assert secrets_made.SECRET not in scrubbed(f"{name}={value}")


@pytest.mark.parametrize(("name", "value"), secrets_made.HARMLESS)
def test_reference_or_placeholder_is_kept(name: str, value: str) -> None:
    assert scrubbed(f"{name}={value}") == f"{name}={value}"


def test_scrubbing_a_long_text_takes_no_time() -> None:
    for text in ("a=" * 50_000, "'" * 100_000, "x: " * 50_000, "-----BEGIN PRIVATE KEY" * 5_000):
        assert scrubbed(text) is not None
