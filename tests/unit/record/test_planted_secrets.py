"""What somebody planted is in no report, notice or log, wherever it stood; ids stay as they are."""

from __future__ import annotations

import html
import io
import json
import logging
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

import pytest
from rich.console import Console

from stackproof import log
from stackproof.model import Cause, Fail, Finding, NotApplicable, Outcome, Resource, Unknown
from stackproof.model.secret_formats import ISSUERS, as_name
from stackproof.notifying import forms
from stackproof.notifying.notice import notice_of
from stackproof.parity.accounting import Accounting, Entry, Status
from stackproof.policy_pack import messages
from stackproof.record import Record
from stackproof.record.changes import changes_between, linked
from stackproof.record.gates import Gate, gated
from stackproof.record.redaction import scrubbed
from stackproof.reports import text
from stackproof.reports.kinds import KINDS, report_of
from stackproof.settings.nightly_form import Channel
from stackproof.types import tokens as t
from tests.unit.record.planted import BARE, MARKED, SAID, pieces
from tests.unit.record.records_made import night
from tests.unit.reports.made import control

ANYWHERE: dict[str, str] = {**MARKED, **SAID}
ALL: dict[str, str] = {**ANYWHERE, **BARE}
# Where AWS wants a name, an ARN or an address, and somebody gave something else.
VALUES: dict[str, tuple[str, ...]] = {
    t.SNS_SUBSCRIPTION: ("endpoint",),
    t.API_INTEGRATION: ("integration_uri", "credentials_arn"),
    t.LAMBDA_PERMISSION: ("source_arn", "principal", "statement_id"),
    t.METRIC_ALARM: ("alarm_actions", "namespace"),
    t.IAM_ROLE: ("path", "max_session_duration"),
    t.LAMBDA_FUNCTION: ("runtime", "role", "layers"),
}
WORDS: dict[str, tuple[str, ...]] = {
    t.LAMBDA_FUNCTION: ("description",),
    t.IAM_ROLE: ("description",),
    t.METRIC_ALARM: ("alarm_description",),
    t.KMS_KEY: ("description",),
}


def resource(type_: str, name: str, **data: Any) -> Resource:
    arn = f"arn:aws:x:eu-west-1:123456789012:thing/{name}"
    urn = f"urn:pulumi:prod::shop::{type_}::{name}"
    return Resource(data, type=type_, name=name, id=name, arn=arn, urn=urn, region="eu-west-1")


def findings(secret: str, subject: Resource, property_: str) -> list[Finding]:
    outcomes: tuple[Outcome, ...] = (
        Fail(property_, f"not {secret} (it says so)", secret, f"Take {secret} away."),
        Fail(property_, "none", [secret, {"value": secret, "x": f"see {secret}"}], "Move it."),
        Fail(
            "statement", "a resource of the stack", f"the referenced resource ({secret})", "Mend."
        ),
        Unknown(Cause.UNREADABLE, property_, f"it says {secret}"),
        NotApplicable(f"for {secret}"),
    )
    return [Finding(control(n), subject, outcome, str(n)) for n, outcome in enumerate(outcomes)]


def with_values(secret: str) -> Record:
    """Give a record of a stack in which a secret stands in values, tags and sentences."""
    tags = {"Project": secret, "Owner": f"team {secret}", "Note": secret}
    ones = [
        resource(type_, f"thing-{number}", tags=tags, **dict.fromkeys(names, secret))
        for number, (type_, names) in enumerate(VALUES.items())
    ]
    part = {"part": "a", "outcome": "failed", "message": f"it is {secret}", "at_first": secret}
    scenario: dict[str, Any] = {
        "scenario": "t.py::test_it",
        "family": "ha",
        "proves": "It holds.",
        "why": "",
    }
    scenario |= {"outcome": "failed", "message": secret, "seconds": 0.1, "parts": [part]}
    return night(
        *(f for one in ones for f in findings(secret, one, "value")),
        accounting=Accounting([Entry(one, Status.JUDGED, (one.type,)) for one in ones]),
        scenarios=[scenario],
        warnings=[f"the output says {secret}"],
        why_not=f"it ended with {secret}",
    )


def with_words(secret: str, note: str = "") -> Record:
    """Give a record of a stack in which a secret stands in what anybody may write."""
    said = f"{note}{secret}"
    nested = [{"from_port": 1, "description": said}]
    ones = [
        resource(type_, f"thing-{number}", **dict.fromkeys(names, said))
        for number, (type_, names) in enumerate(WORDS.items())
    ] + [resource(t.SECURITY_GROUP, "group", ingress=nested)]
    found = [
        Finding(control(), one, Fail(path, "other words", actual, "Mend."), path)
        for one in ones
        for path, actual in (("description", said), ("ingress.0.description", said))
    ] + [Finding(control(), ones[-1], Fail("ingress", "none", nested, "Mend."))]
    return night(*found, accounting=Accounting([Entry(o, Status.JUDGED, (o.type,)) for o in ones]))


def with_names(secret: str) -> Record:
    """Give a record of a stack in which things, their parts and waivers are called by a secret."""
    ones = [resource(t.S3_BUCKET, secret), resource(t.SQS_QUEUE, f"{secret}-1", policy=secret)]
    found = [
        Finding(control(n), one, Fail(f"tags.{secret}", "x", "y", "Mend."), secret)
        for n, one in enumerate(ones)
    ]
    scenario: dict[str, Any] = {
        "scenario": f"t.py::test[{secret}]",
        "family": "ha",
        "proves": "x",
        "why": "",
    }
    part = {"part": secret, "outcome": "failed", "message": "it is"}
    scenario |= {"outcome": "failed", "message": "x", "seconds": 0.1, "parts": [part]}
    return night(
        *found,
        accounting=Accounting([Entry(o, Status.JUDGED, (o.type,)) for o in ones]),
        scenarios=[scenario],
    )


def told(record: Record) -> dict[str, str]:
    """Give everything that is ever said of a record: reports, the terminal, and notices."""
    before = night(day=1)
    after = linked(record, before)
    after = after.model_copy(update={"changes": changes_between(before, after)})
    said = {kind: report_of(after, kind) for kind in KINDS}
    terminal = io.StringIO()
    text.write_summary(after, Console(file=terminal, width=4000))
    said["terminal"] = terminal.getvalue()
    channel = Channel(to="webhook", url_variable="HOOK", when="always")
    notice = notice_of(after, gated(after, Gate()), channel)
    assert notice is not None
    said |= {
        "slack": json.dumps(forms.as_slack(notice)),
        "teams": json.dumps(forms.as_teams(notice)),
        "webhook": json.dumps(forms.as_webhook(notice)),
        "sns": "\n".join(forms.as_sns(notice)),
        "email": "\n".join(forms.as_email(notice)),
        "notice": json.dumps(asdict(notice)),
    }
    return said


def given_away(texts: dict[str, str], secret: str) -> set[str]:
    found = set()
    for where, whole in texts.items():
        shapes = (whole, html.unescape(whole), unquote(whole), whole.replace("\\/", "/"))
        if any(piece in shape for piece in pieces(secret) for shape in shapes):
            found.add(where)
    return found


@pytest.mark.parametrize("called", ANYWHERE)
def test_a_planted_secret_is_said_nowhere(called: str) -> None:
    secret = ANYWHERE[called]
    assert pieces(secret) or called.startswith("aws ")
    assert given_away(told(with_values(secret)), secret) == set()


@pytest.mark.parametrize("called", MARKED)
def test_a_name_that_is_a_secret_is_told_by_a_digest(called: str) -> None:
    secret = MARKED[called]
    record = with_names(secret)
    assert given_away(told(record), secret) == set()
    # What it is about is still one thing, and another than the next.
    here = {one.identity for one in record.resources}
    assert len(here) == 2
    assert {one.urn for one in record.findings} == here


@pytest.mark.parametrize("called", ALL)
def test_of_words_of_ones_own_only_a_digest_is_kept(called: str) -> None:
    secret = ALL[called]
    record = with_words(secret)
    assert given_away(told(record), secret) == set()
    assert not any("description" in one.facts for one in record.resources)


def test_other_words_have_another_digest() -> None:
    changes = changes_between(with_words("before"), with_words("after"))
    assert {one.property for one in changes.changed} >= {"description", "alarm_description"}


def test_fingerprints_are_of_the_names_that_things_have() -> None:
    secret = MARKED["github"]
    one = Finding(control(), resource(t.S3_BUCKET, secret), Fail("a", "b", "c", "d"))
    (kept,) = night(one).findings
    assert kept.fingerprint == one.fingerprint
    assert kept.name == as_name(secret)


def test_what_points_to_a_thing_with_such_a_name_still_does() -> None:
    secret = MARKED["github"]
    topic = resource(t.SNS_TOPIC, secret)
    alarm = resource(t.METRIC_ALARM, "alarm", alarm_actions=[topic.arn])
    accounting = Accounting([Entry(o, Status.JUDGED, (o.type,)) for o in (topic, alarm)])
    first, second = night(accounting=accounting).resources
    assert second.points_to == {"alarm_actions": [first.identity]}


@pytest.mark.parametrize("called", MARKED)
def test_the_log_and_the_preview_say_none(called: str, caplog: pytest.LogCaptureFixture) -> None:
    secret = MARKED[called]
    facts = {"type": secret, "region": "r", "cause": secret, "detail": f"at {secret}"}
    with caplog.at_level(logging.DEBUG, "stackproof"):
        log.tell(log.GAP, **facts, parameters={"Name": secret})
    (event,) = caplog.records
    said = {"json": log._Line().format(event), "lines": log._Sentence().format(event)}
    one = resource(t.S3_BUCKET, secret)
    fail = Fail(f"tags.{secret}", f"not {secret}", secret, f"Take {secret} away.")
    said["preview"] = messages.failure(control(), one, secret, fail)
    said["later"] = messages.unverified(["x"], one, Unknown(Cause.UNREADABLE, "x", secret))
    assert given_away(said, secret) == set()


@pytest.mark.parametrize(
    "ordinary",
    [
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/Web/73e2d6bc24d8a067",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-password-AbCdEf",
        "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
        "arn:aws:states:eu-west-1:123456789012:stateMachine:OrderProcessing",
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:"
        "123456789012:function:payments/invocations",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:" + "0a1b2c3d" * 8,
        "sha256:" + "9f86d081884c7d65" * 4,
        "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "AROADBQP57FF2AEXAMPLE",
        "AKIAIOSFODNN7EXAMPLE",
        "Z2FDTNDATAQYW2",
        "E2QWRUHAPOMQZL",
        "vpce-0a1b2c3d4e5f67890",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        "ssh://git@github.com/org/repo",
        "https://git@bitbucket.org/org/repo",
        "postgres://app:${PASSWORD}@db/x",
        "docker run -u 1000:1000 -p 8080:80 web",
        "urn:pulumi:prod::shop::aws:secretsmanager/secret:Secret::database-password",
        "app/prod/MyStack-PaymentsServiceTaskDefinition1A2B3C4D",
        "Basic authentication-of-users is used",
        "Set authorization to COGNITO_USER_POOLS.",
        "PaymentsServiceLoadBalancerTargetGroupArn",
    ],
)
def test_ordinary_ids_are_shown(ordinary: str) -> None:
    assert as_name(ordinary) == ordinary
    if not ordinary.startswith("urn:"):
        assert scrubbed(f"the resource {ordinary} is there") == f"the resource {ordinary} is there"


@pytest.mark.parametrize(
    "hard",
    [
        *(
            part * 20_000
            for part in ("a", "a-", "A.", "M.", "://", "http://x?", "://:", "-p ", "-u a:")
        ),
        *(
            part * 20_000
            for part in ("--password ", "sshpass ", "Bearer ", "authorization: ", "1 ")
        ),
        *(
            part * 20_000
            for part in ("eyJ", "SG.", "otpauth://x?", "password=", "A.atlasv1.", "/+")
        ),
        *(
            part * 20_000
            for part in ("-----BEGIN ", "-----BEGIN PRIVATE KEY", "?sig=", "AKIA", "é")
        ),
        *(form.partition("[")[0].replace("\\", "") * 20_000 for i in ISSUERS for form in i.forms),
    ],
)
def test_long_texts_take_a_time_that_grows_as_they_do(hard: str) -> None:
    measured = [_seconds(hard[: len(hard) // 4]), _seconds(hard)]
    assert measured[1] < max(0.25, measured[0] * 12)


def _seconds(hard: str) -> float:
    began = time.process_time()
    scrubbed.__wrapped__(hard)
    as_name.__wrapped__(hard)
    return time.process_time() - began


def test_each_issuer_is_there_once_with_its_page() -> None:
    assert all("," in issuer.page for issuer in ISSUERS)
    assert len({issuer.name for issuer in ISSUERS}) == len(ISSUERS)
