"""Schedule expressions of AWS: how long at most nothing happens between two of their times.

Source: Amazon EventBridge User Guide, "Cron expressions reference" and "Rate expressions
reference"; AWS Backup and AWS Secrets Manager take the same ones.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")
_A_DAY: Final = {"minute": 24 * 60, "hour": 24, "day": 1}
_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PART = re.compile(r"(\*|[A-Z0-9]+)(?:-([A-Z0-9]+))?(?:/([1-9]\d*))?")
# What comes less often is seen as what never comes again: no schedule is asked for a rarer one.
_AHEAD: Final = timedelta(days=2 * 366)


def longest_gap(expression: str, today: date) -> float:
    """Give the most days that pass without a time of a schedule, from a day on.

    Times of one day count as one; of a schedule that ends (`at(…)`, years that pass) nothing comes
    any more, so the gap is infinite. Raises ValueError for what is no schedule expression.
    """
    text = expression.strip()
    if rate := _RATE.fullmatch(text):
        return int(rate[1]) / _A_DAY[rate[2]]
    if text.startswith("at("):
        return math.inf
    found = _CRON.fullmatch(text)
    fields = found[1].upper().split() if found else []
    if len(fields) != 6:
        raise ValueError(f"{expression!r} is no schedule expression")
    falls_on = _days(fields)
    ahead = (today + timedelta(days=n) for n in range(_AHEAD.days))
    days = [day for day in ahead if falls_on(day)]
    gap = max(((after - before).days for before, after in pairwise(days)), default=None)
    # Where nothing comes after the longest gap so far has passed twice, it comes no more.
    if gap is None or (today + _AHEAD - days[-1]).days > 2 * gap:
        return math.inf
    return max(gap, (days[0] - today).days)


def _days(fields: list[str]) -> Callable[[date], bool]:
    """Give what tells whether a cron expression has a time on a day."""
    minutes, hours, month_days, months, weekdays, years = fields
    for field, last in ((minutes, 59), (hours, 23)):
        _values(field, 0, last)
    of_year = _values(years, 1970, 2199)
    of_month = _values(months, 1, 12, _MONTHS)
    of_month_day = [_month_day(part) for part in month_days.split(",")]
    of_weekday = [_weekday(part) for part in weekdays.split(",")]

    def falls_on(day: date) -> bool:
        fits = day.year in of_year and day.month in of_month
        return fits and all(any(t(day) for t in tests) for tests in (of_month_day, of_weekday))

    return falls_on


def _month_day(part: str) -> Callable[[date], bool]:
    if part == "L":
        return lambda day: day.day == _last(day)
    if part == "LW":
        return lambda day: day.day == _workday(day, _last(day))
    if found := re.fullmatch(r"(\d+)W", part):
        nearest = _value(found[1], 1, 31)
        return lambda day: nearest <= _last(day) and day.day == _workday(day, nearest)
    values = _values("*" if part == "?" else part, 1, 31)
    return lambda day: day.day in values


def _last(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _workday(day: date, wanted: int) -> int:
    """Give the day of the same month, from Monday to Friday, that is nearest to the wanted one."""
    weekday = day.replace(day=wanted).weekday()
    if weekday == 5:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 6:
        return wanted + 1 if wanted < _last(day) else wanted - 2
    return wanted


def _weekday(part: str) -> Callable[[date], bool]:
    if found := re.fullmatch(r"([A-Z0-9]+)#([1-5])", part):
        wanted, turn = _value(found[1], 1, 7, _WEEKDAYS), int(found[2])
        return lambda day: _number(day) == wanted and (day.day - 1) // 7 + 1 == turn
    if found := re.fullmatch(r"([1-7]|[A-Z]{3})L", part):
        wanted = _value(found[1], 1, 7, _WEEKDAYS)
        return lambda day: _number(day) == wanted and day.day > _last(day) - 7
    values = _values({"?": "*", "L": "SAT"}.get(part, part), 1, 7, _WEEKDAYS)
    return lambda day: _number(day) in values


def _number(day: date) -> int:
    """Give the weekday as AWS numbers it, from Sunday, 1."""
    return day.isoweekday() % 7 + 1


def _values(field: str, first: int, last: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """Give the values that a list of values, ranges and increments stands for."""
    return frozenset(
        value for part in field.split(",") for value in _part(part, first, last, names)
    )


def _part(part: str, first: int, last: int, names: tuple[str, ...]) -> Iterator[int]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"{part!r} is no value, range or increment")
    start, end, step = found.groups()
    begin = first if start == "*" else _value(start, first, last, names)
    # An increment goes on to the last value; a range may go over it (FRI-MON).
    until = _value(end, first, last, names) if end else last if start == "*" or step else begin
    if until < begin:
        until += last - first + 1
    for value in range(begin, until + 1, int(step or 1)):
        yield (value - first) % (last - first + 1) + first


def _value(text: str, first: int, last: int, names: tuple[str, ...] = ()) -> int:
    value = names.index(text) + first if text in names else int(text) if text.isdigit() else -1
    if not first <= value <= last:
        raise ValueError(f"{text!r} is not from {first} to {last}")
    return value
