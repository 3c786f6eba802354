"""How long nothing happens, by what schedule expressions say."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Pass, Resource, Sight, Stack, Unknown
from stackproof.reasoning.schedules import longest_gap
from stackproof.types.tokens import BACKUP_PLAN, SECRET, SECRET_ROTATION

TODAY = date(2026, 12, 1)
DAILY = [
    "cron(0 5 ? * * *)",
    "cron(0 5 * * ? *)",
    "cron(0 5 ? * SUN-SAT *)",
    "cron(0 5 ? * sun-sat *)",
    "cron(0 5 ? * 1-7 *)",
    "cron(0 5 ? * FRI-THU *)",
    "cron(0 5 ? * SUN,MON,TUE,WED,THU,FRI,SAT *)",
    "cron(0 5 ? * MON-FRI,1,L *)",
    "cron(0 5 ? * 1/1 *)",
    "cron(0 5 */1 * ? *)",
    "cron(0 5 1/1 * ? *)",
    "cron(0 5 1-31 * ? *)",
    "cron(0 5 ? 1-12 * *)",
    "cron(0 5 ? JAN-DEC ? *)",
    "cron(0 5 * 1/1 ? *)",
    "cron(0 5 * JAN-JUN,7-12 ? *)",
    "cron(0 5 ? * * 2024-2099)",
    "cron(0 5 ? * * 1970/1)",
    "cron(0/30 0-23 * * ? *)",
    "rate(24 hours)",
    "rate(1 day)",
    "rate(1440 minutes)",
]
RARER = {
    "rate(25 hours)": 25 / 24,
    "cron(0 5 1-30 * ? *)": 2,
    "cron(0 5 1/2 * ? *)": 2,
    "cron(0 5 ? * 2-7 *)": 2,
    "cron(0 5 ? * MON-FRI *)": 3,
    "cron(0 5 ? * FRI-MON *)": 4,
    "cron(0 5 ? * 2/3 *)": 4,
    "cron(0 5 ? * MON *)": 7,
    "cron(0 5 1,15 * ? *)": 17,
    "cron(0 5 1 * ? *)": 31,
    "cron(0 5 1,L * ? *)": 30,
    "cron(0 5 L * ? *)": 31,
    "cron(0 5 LW * ? *)": 33,
    "cron(0 5 1W * ? *)": 33,
    "cron(0 5 ? * 3#2 *)": 35,
    "cron(0 5 ? * 6L *)": 35,
    "cron(0 5 31 * ? *)": 61,
    "rate(90 days)": 90,
    "cron(0 5 1 1/3 ? *)": 92,
    "cron(0 5 1 JAN ? *)": 366,
    "cron(0 5 * * ? 2026)": inf,
    "cron(0 5 * * ? 2026-2027)": inf,
    "cron(0 5 30 2 ? *)": inf,
    "at(2027-01-01T00:00:00)": inf,
}
NO_EXPRESSION = [
    "",
    "daily",
    "rate(0 days)",
    "rate(1 week)",
    "cron(0 5 * * ?)",
    "cron(0 24 * * ? *)",
    "cron(60 5 * * ? *)",
    "cron(0 5 0 * ? *)",
    "cron(0 5 32W * ? *)",
    "cron(0 5 ? 13 * *)",
    "cron(0 5 ? * 0 *)",
    "cron(0 5 ? * XYZ#1 *)",
    "cron(0 5 ? * * 1969)",
    "cron(0 5 1/0 * ? *)",
    "cron(0 5 1- * ? *)",
]


@pytest.mark.parametrize("expression", DAILY)
def test_all_values_of_a_field_leave_no_day_out(expression: str) -> None:
    assert longest_gap(expression, TODAY) <= 1


@pytest.mark.parametrize(("expression", "days"), RARER.items())
def test_the_longest_time_without_counts(expression: str, days: float) -> None:
    assert longest_gap(expression, date(2027, 6, 30) if days == 366 else TODAY) == days


@pytest.mark.parametrize("expression", NO_EXPRESSION)
def test_what_is_no_schedule_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"is no|is not"):
        longest_gap(expression, TODAY)


def outcome_of_plan(expression: str) -> object:
    plan = Resource(
        {"rules": [{"schedule": expression}]}, type=BACKUP_PLAN, name="p", id="p", arn="arn:p"
    )
    return catalogue()["backup-plan-daily"].outcomes(plan, Stack([plan], Sight.STATE))[""]


def outcome_of_secret(expression: str) -> object:
    secret = Resource({"name": "s"}, type=SECRET, name="s", id="s", arn="arn:s")
    rules = {"schedule_expression": expression, "automatically_after_days": None}
    rotation = Resource(
        {"secret_id": "s", "rotation_rules": rules},
        type=SECRET_ROTATION,
        name="r",
        id="r",
        arn="arn:r",
    )
    stack = Stack([secret, rotation], Sight.STATE)
    return catalogue()["secretsmanager-rotates"].outcomes(secret, stack)[""]


@pytest.mark.parametrize("expression", [*DAILY, *RARER])
def test_schedules_are_judged_by_their_longest_time(expression: str) -> None:
    days = RARER.get(expression, 1)
    assert isinstance(outcome_of_plan(expression), Pass if days <= 1 else Fail)
    assert isinstance(outcome_of_secret(expression), Pass if days <= 90 else Fail)


@pytest.mark.parametrize("expression", NO_EXPRESSION[1:])
def test_schedules_that_cannot_be_read_are_unknown(expression: str) -> None:
    assert isinstance(outcome_of_plan(expression), Unknown)
    assert isinstance(outcome_of_secret(expression), Unknown)
