from __future__ import annotations

import re

import pytest

from infra.settings.nightly import Nightly
from tests.unit.infra.nightly.conftest import STACK
from tests.unit.infra.program import changed_config, configure, refusal
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key

REQUIRED = ("aws:region", "environment", "owner", "cost_center", "alert_email", "image_tag")
HOUR = "an hour of every day, in UTC, such as cron(0 2 * * ? *)"
TAG = "the tag, other than latest, of an image in the stack's repository, such as 1.2.3"


def _load(changes: dict[str, str]) -> Nightly:
    configure(STACK, changed_config(STACK, changes))
    return Nightly.load(STACK)


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_each_missing_or_empty_key_is_named_with_what_would_be_right(
    key: str, value: str | None
) -> None:
    names_missing_key(STACK, key, value)


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("schedule", "rate(1 day)", HOUR),
        ("schedule", "cron(0 2 ? * SUN *)", HOUR),
        ("schedule", "cron(0 24 * * ? *)", HOUR),
        ("schedule", "cron(60 2 * * ? *)", HOUR),
        ("schedule", "cron(*/5 * * * ? *)", HOUR),
        ("image_tag", "latest", TAG),
        ("image_tag", "-1", TAG),
        ("image_tag", "shop/api:1.2.3", TAG),
        ("vpc_cidr", "8.8.0.0/16", "a private IPv4 network"),
        ("project", "Nightly", "lower-case words of letters and digits"),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schedule", "cron(59 23 * * ? *)"),
        ("schedule", "cron(00 09 * * ? *)"),
        ("image_tag", "v1.2.3-rc.1_x"),
    ],
)
def test_other_right_values_are_accepted(key: str, value: str) -> None:
    assert getattr(_load({key: value}).config, key) == value


def test_all_problems_are_reported_together() -> None:
    names_all(STACK, {"aws:region": None, "image_tag": "latest", "schedule": "daily"})


def test_addresses_are_the_stacks_own_choice_or_those_of_all() -> None:
    assert str(_load({}).vpc_cidr) == "10.30.0.0/20"
    assert str(_load({"vpc_cidr": "10.99.0.0/20"}).vpc_cidr) == "10.99.0.0/20"


def test_a_long_project_is_not_judged_while_the_environment_is_unknown() -> None:
    sentences, _ = refusal(STACK, {"project": "p" * 60, "environment": "qa"})
    assert [re.findall(r"config key (\S+) is", sentence)[0] for sentence in sentences] == [
        "environment"
    ]
