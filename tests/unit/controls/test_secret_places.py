"""Secrets in plain text are found wherever a program may write them, and nothing else is taken."""

from __future__ import annotations

import shlex
from base64 import b64encode
from typing import Any

import pytest

from stackproof.controls import catalogue, judge
from stackproof.controls.plain_secrets import SHOWN, Shown
from stackproof.controls.support.plain_secrets import first_secret, has_secret, is_secret
from stackproof.model import Cause, Fail, Outcome, Pass, Resource, Sight, Stack, Unknown
from stackproof.model.cases import Change, Form, Given, build, mutated
from stackproof.reasoning.secret_places import (
    BY_FORMAT_ALONE,
    JUDGED_APART,
    NOT_JUDGED,
    PLACES,
    Text,
    inside,
)
from tests.unit.controls import secrets_made

SIGHTS = (Sight.DECLARED, Sight.STATE, Sight.LIVE)
LIVE_KEY = "sk_" + "live_51Habcdefghijklmnopqrstuv"
BY_FORMAT = (
    LIVE_KEY,
    "postgres://shop:" + "hunter2hunter2@db.example/shop",
    "Bearer " + "0123456789abcdef0123",
    "Basic " + b64encode(b"shop:hunter2").decode(),
)
COMMANDS = (
    "export DB_PASSWORD=hunter2hunter2 && ./run",
    "cd /srv; DB_PASSWORD=hunter2hunter2 ./run",
    "docker run -e API_TOKEN=hunter2hunter2 shop",
    "./run --password=hunter2hunter2",
    "./run --db.password hunter2hunter2",
    "helm install shop --set auth.password=hunter2hunter2",
    "java -Dspring.datasource.password=hunter2hunter2 -jar a.jar",
    "curl -u shop:hunter2hunter2 https://shop.example.com",
    'curl -H "Authorization: Bearer hunter2hunter2" https://shop.example.com',
)
LOOK_ALIKES = (
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
    "{{resolve:secretsmanager:db}}",
    "${DB_PASSWORD}",
    "$(DB_PASSWORD)",
    "$DB_PASSWORD",
    "<your password>",
    "/run/secrets/db",
    "tls/private.pem",
    "$.detail.password",
    "$request.header.token",
    "method.request.header.Authorization",
    "",
)
HARMLESS_COMMANDS = (
    "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
    "./run --password-file /run/secrets/db",
    "./run --token $TOKEN --verbose",
    "./run --password --verbose",
    "docker login --username AWS --password-stdin registry.example",
    "docker run -u 1000:1000 shop",
    "chown shop:shop /srv",
    "aws ssm get-parameter --name /prod/db --with-decryption",
    "curl -f http://localhost:8080/health",
    'curl -H "Authorization: Bearer $TOKEN" https://shop.example.com',
    "pip install basic authentication",
    "set PASSWORD=%DB_PASSWORD%",
)


def _judged(shown: Shown, resource: Resource, sight: Sight) -> Outcome:
    (found,) = (
        finding.outcome
        for finding in judge(Stack((resource,), sight))
        if finding.control.id == f"{shown.thing}-no-plain-secrets"
    )
    return found


def _with(shown: Shown, path: str, value: Any) -> Resource:
    given = mutated(Given(shown.type, shown.settings), Change(path, value))
    return build(given, Form.KNOWN)[0]


PLANTED = [(shown, path) for shown in SHOWN for path in shown.planted]
PLACED = pytest.mark.parametrize(
    ("shown", "path"), PLANTED, ids=[f"{shown.thing}:{path}" for shown, path in PLANTED]
)


@PLACED
@pytest.mark.parametrize("sight", SIGHTS)
def test_planted_secret_fails_and_is_not_repeated(shown: Shown, path: str, sight: Sight) -> None:
    commands = () if shown.type in BY_FORMAT_ALONE else COMMANDS
    for secret in (*BY_FORMAT, *commands):
        outcome = _judged(shown, _with(shown, path, secret), sight)
        assert isinstance(outcome, Fail), secret
        assert secret not in str(outcome)


@PLACED
def test_look_alike_passes(shown: Shown, path: str) -> None:
    named = is_secret(path.rpartition(".")[2], "hunter2")
    for text in (*LOOK_ALIKES, *(() if named else HARMLESS_COMMANDS)):
        assert _judged(shown, _with(shown, path, text), Sight.LIVE) == Pass(), text


@PLACED
def test_tables_of_secrets_hold_at_each_place(shown: Shown, path: str) -> None:
    named = is_secret(path.rpartition(".")[2], "hunter2")
    if shown.type in BY_FORMAT_ALONE or named:
        return  # each text fails there, or none but of a format
    for command in secrets_made.COMMANDS:
        outcome = _judged(shown, _with(shown, path, f'sh -c "{command}"'), Sight.LIVE)
        assert isinstance(outcome, Fail), command
        assert secrets_made.SECRET not in str(outcome)
    for command in secrets_made.HARMLESS_COMMANDS:
        assert _judged(shown, _with(shown, path, command), Sight.LIVE) == Pass(), command


@pytest.mark.parametrize(("name", "value"), secrets_made.SECRETS)
def test_secret_is_told_by_its_name_and_by_the_names_in_it(name: str, value: str) -> None:
    assert is_secret(name, value)


@pytest.mark.parametrize(("name", "value"), secrets_made.HARMLESS)
def test_reference_or_placeholder_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)
    assert not has_secret(f"{name}={value}")
    assert not has_secret(f"run --{name} {value}")


COMMAND_LISTS = "container_definitions.0.command"


@pytest.mark.parametrize("command", secrets_made.COMMANDS)
def test_secret_of_a_command_given_word_by_word_fails(command: str) -> None:
    outcome = _judged(SHOWN[0], _with(SHOWN[0], COMMAND_LISTS, shlex.split(command)), Sight.LIVE)
    assert isinstance(outcome, Fail)
    assert secrets_made.SECRET not in str(outcome)


@pytest.mark.parametrize("command", secrets_made.HARMLESS_COMMANDS)
def test_harmless_command_given_word_by_word_passes(command: str) -> None:
    words = shlex.split(command)
    assert _judged(SHOWN[0], _with(SHOWN[0], COMMAND_LISTS, words), Sight.LIVE) == Pass()


def test_finding_tells_the_line_and_the_name_of_a_secret() -> None:
    (codebuild,) = (shown for shown in SHOWN if shown.thing == "codebuild")
    text = f"version: 0.2\nenv:\n  variables:\n    DB_PASSWORD: {secrets_made.SECRET}\n"
    outcome = _judged(codebuild, _with(codebuild, "source.buildspec", text), Sight.LIVE)
    assert isinstance(outcome, Fail)
    assert outcome.actual == "a secret in plain text (line 4, DB_PASSWORD)"


@pytest.mark.parametrize("store", ["secrets-manager", "parameter-store"])
def test_what_a_build_names_of_a_store_is_no_secret_and_what_follows_is_read(store: str) -> None:
    env = (
        f"env:\n  {store}:\n    DB_PASSWORD: shop:password\n\n    NPM_TOKEN: npm:token:AWSCURRENT\n"
    )
    assert first_secret(env) is None
    behind = f"{env}  variables:\n    API_TOKEN: {secrets_made.SECRET}\n"
    assert first_secret(behind) == "line 7, API_TOKEN"


def test_option_of_a_variable_is_told_by_the_name_of_the_variable() -> None:
    command = f"docker run -e DB_PASSWORD={secrets_made.SECRET} shop"
    assert first_secret(command) == "line 1, DB_PASSWORD"
    assert first_secret(f"run --headers api-key={secrets_made.SECRET}") == "line 1, headers"
    assert first_secret(f"run --password a={secrets_made.SECRET}") == "line 1, password"


@pytest.mark.parametrize("name", ["password", "splunk-token", "apikey", "api_key", "API-KEY"])
def test_name_tells_a_secret_that_has_no_format(name: str) -> None:
    shown = SHOWN[0]
    options = f"{shown.planted[-1].rpartition('.')[0]}.{name}"
    assert isinstance(_judged(shown, _with(shown, options, "hunter2"), Sight.LIVE), Fail)


def test_texts_are_found_at_any_depth_with_the_names_that_they_go_by() -> None:
    document = {
        "command": ["run", "--password", "a", "--port", "1"],
        "headers": [{"name": "token", "value": "b"}],
        "more": '{"inner": {"api_key": "c"}}',
        "hidden": Unknown(Cause.NOT_KNOWN_AT_PREVIEW),
    }
    texts = [*inside("x", "x", document)]
    found = {(text.name, text.value) for text in texts if isinstance(text, Text)}
    assert [text.property for text in texts if isinstance(text, Unknown)] == ["x.hidden"]
    assert {("password", "a"), ("token", "b"), ("api_key", "c")} <= found


def test_each_type_of_the_table_is_judged_or_its_reason_is_told() -> None:
    judged = catalogue()
    assert {shown.type for shown in SHOWN} == PLACES.keys()
    for type_, id_ in JUDGED_APART.items():
        assert type_ in judged[id_].types
    assert not NOT_JUDGED.keys() & (PLACES.keys() | JUDGED_APART.keys())
    assert all(NOT_JUDGED.values())
