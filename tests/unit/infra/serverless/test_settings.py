from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from infra.settings.functions import FunctionSettings, RouteSettings, ThrottleSettings
from infra.settings.parts import Settings
from infra.settings.serverless import Serverless, StackConfig
from tests.unit.infra.program import PROJECT, changed_config, configure, refusal, stack_config
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key
from tests.unit.infra.serverless.conftest import STACK

REQUIRED = (
    "aws:region",
    "environment",
    "environment_suffix",
    "owner",
    "alert_email",
    "allowed_origin",
    "log_level",
)
ORIGIN = "the https origin of the web pages that call the API, such as https://app.example.com"
RUNTIME = "a Python runtime that Lambda supports: python3.12, python3.13 or python3.14"
LEVEL = "one of DEBUG, INFO, WARNING, ERROR"
SUFFIX = "lower-case words of letters and digits joined by single hyphens"


def _load(changes: dict[str, str]) -> StackConfig:
    configure(STACK, changed_config(STACK, changes))
    return Serverless.load(STACK).config


def test_only_the_runtime_has_a_default() -> None:
    assert {key.removeprefix(f"{PROJECT}:") for key in stack_config(STACK)} == {
        *REQUIRED,
        "blueprint",
    }
    assert _load({}).runtime == "python3.13"


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_each_missing_or_empty_key_is_named_with_what_would_be_right(
    key: str, value: str | None
) -> None:
    names_missing_key(STACK, key, value)


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("aws:region", "us-east-9", "an AWS region such as us-east-1"),
        ("environment", "production", "one of dev, staging, prod"),
        ("environment_suffix", "K7Q2", SUFFIX),
        ("environment_suffix", "k7_q2", SUFFIX),
        ("environment_suffix", "-k7q2", SUFFIX),
        ("environment_suffix", " ", SUFFIX),
        ("owner", "team; drop", "1 to 256 letters, digits, spaces or any of"),
        ("alert_email", "oncall@example", "an e-mail address such as"),
        ("allowed_origin", "*", ORIGIN),
        ("allowed_origin", "https://*.example.com", ORIGIN),
        ("allowed_origin", "http://app.example.com", ORIGIN),
        ("allowed_origin", "https://app.example.com/", ORIGIN),
        ("allowed_origin", "https://app.example.com/page", ORIGIN),
        ("allowed_origin", "https://APP.example.com", ORIGIN),
        ("allowed_origin", "https://localhost", ORIGIN),
        ("allowed_origin", "app.example.com", ORIGIN),
        ("log_level", "info", LEVEL),
        ("log_level", "TRACE", LEVEL),
        ("runtime", "python3.9", RUNTIME),
        ("runtime", "nodejs22.x", RUNTIME),
        ("runtime", "3.13", RUNTIME),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("allowed_origin", "https://app.example.com:8443"),
        ("environment", "dev"),
        ("environment_suffix", "pr-17"),
        ("log_level", "DEBUG"),
        ("runtime", "python3.12"),
        ("runtime", "python3.14"),
    ],
)
def test_other_right_values_are_accepted(key: str, value: str) -> None:
    assert getattr(_load({key: value}), key) == value


def test_all_problems_are_reported_together() -> None:
    names_all(
        STACK,
        {
            "aws:region": None,
            "environment_suffix": None,
            "alert_email": "nobody",
            "allowed_origin": "*",
            "log_level": "LOUD",
            "runtime": "python3.9",
        },
    )


def test_a_suffix_that_makes_a_name_too_long_is_refused() -> None:
    suffix = "s" * 49
    sentences, declared = refusal(STACK, {"environment_suffix": suffix})
    name = f"prod-nova-data-{suffix}"
    assert sentences == [
        f"Stack {STACK}: config key environment_suffix is {suffix!r}, but must be at most 48 "
        f"characters: it makes the S3 bucket name {name!r}, and AWS accepts at most 63 characters "
        "there."
    ]
    assert declared.resources == []


def test_the_longest_suffix_that_fits_is_accepted() -> None:
    assert _load({"environment_suffix": "s" * 48}).environment_suffix == "s" * 48


def test_a_long_suffix_is_not_judged_while_the_environment_is_unknown() -> None:
    sentences, _ = refusal(STACK, {"environment_suffix": "s" * 60, "environment": "qa"})
    assert [re.findall(r"config key (\S+) is", sentence)[0] for sentence in sentences] == [
        "environment"
    ]


RIGHT = {"runtime": "python3.13", "memory": 256, "timeout": 30}


@pytest.mark.parametrize(
    ("model", "values", "reason"),
    [
        (FunctionSettings, RIGHT | {"runtime": "python3.9"}, "'python3.12', 'python3.13' or"),
        (FunctionSettings, RIGHT | {"memory": 127}, "greater than or equal to 128"),
        (FunctionSettings, RIGHT | {"memory": 10241}, "less than or equal to 10240"),
        (FunctionSettings, RIGHT | {"timeout": 0}, "greater than or equal to 1"),
        (FunctionSettings, RIGHT | {"timeout": 31}, "less than or equal to 30"),
        (RouteSettings, {"label": "a", "key": "FETCH /", "authorization": "NONE"}, "pattern"),
        (RouteSettings, {"label": "a", "key": "GET a", "authorization": "NONE"}, "pattern"),
        (RouteSettings, {"label": "a", "key": "GET /", "authorization": ""}, "'NONE' or 'AWS_IAM'"),
        (ThrottleSettings, {"rate": 0, "burst": 1}, "greater than or equal to 1"),
        (ThrottleSettings, {"rate": 1, "burst": 0}, "greater than or equal to 1"),
    ],
)
def test_values_that_aws_does_not_offer_are_refused(
    model: type[Settings], values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        model.model_validate(values)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        _load({}).log_level = "DEBUG"
