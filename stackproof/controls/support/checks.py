"""The few judgements that most controls are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Unknown,
    UnresolvedError,
    worst,
)

T = TypeVar("T")

# The values of the tag Environment that may do without redundancy by default.
NON_PRODUCTION = ("dev", "development", "test", "sandbox")


def day_of(text: str, path: str) -> date:
    """Give the day of a moment as AWS and Pulumi write it, the value of a property.

    Raises UnresolvedError for what begins with no date.
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, path, "no date")) from None


def expect(block: Block, path: str, wanted: Any, *, fix: str) -> Outcome:
    """Pass when the value at a path equals what is wanted."""
    return expect_that(block, path, lambda value: value == wanted, expected=_text(wanted), fix=fix)


def expect_that(
    block: Block, path: str, test: Callable[[Any], bool], *, expected: str, fix: str
) -> Outcome:
    """Pass when the value at a path (`None` when absent) passes a test."""
    value = block.get(path)
    return Pass() if test(value) else Fail(block.at(path), expected, value, fix)


def expect_set(block: Block, path: str, *, expected: str, fix: str) -> Outcome:
    """Pass when a property is there and not empty."""
    return expect_that(
        block, path, lambda value: value not in (None, "", [], {}), expected=expected, fix=fix
    )


def at_least(block: Block, path: str, minimum: float, *, unit: str = "", fix: str) -> Outcome:
    """Pass when a number is there and not below a minimum."""
    expected = f"at least {minimum:g}{f' {unit}' if unit else ''}"
    return expect_number(
        block, path, lambda value: value is not None and value >= minimum, expected, fix=fix
    )


def expect_number(
    block: Block, path: str, test: Callable[[float | None], bool], expected: str, *, fix: str
) -> Outcome:
    """Pass when the number at a path (`None` when absent) passes a test."""
    value = block.number(path)
    return Pass() if test(value) else Fail(block.at(path), expected, value, fix)


def unsaid(by_default: str) -> NotApplicable:
    """Say, at any sight, that nothing tells what AWS keeps no record of, and what it then does."""
    return NotApplicable(f"nothing read says it, and AWS keeps no record of it; {by_default}")


def attempt(judge: Callable[..., Outcome], *arguments: Any) -> Outcome:
    """Judge, and give the Unknown outcome when a fact that the judgement needs is unknown."""
    try:
        return judge(*arguments)
    except UnresolvedError as error:
        return error.unknown


def each(items: Iterable[T | Unknown], judge: Callable[[T], Outcome]) -> Outcome:
    """Judge every element by itself and give the worst outcome, NotApplicable when there is none.

    A failure that is seen in one element wins over a fact that is unknown in another. An element
    that is itself Unknown counts as that outcome (see `Block.elements`).
    """
    return worst(*(item if isinstance(item, Unknown) else attempt(judge, item) for item in items))


def some(items: Iterable[T | Unknown], judge: Callable[[T], Outcome], missing: Fail) -> Outcome:
    """Pass when one element passes; without any element, fail as `missing` says.

    An unknown element may be the one that passes, so it makes the outcome Unknown.
    """
    outcomes = [item if isinstance(item, Unknown) else attempt(judge, item) for item in items]
    if any(isinstance(outcome, Pass) for outcome in outcomes):
        return Pass()
    unknown = next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), None)
    return unknown or next((o for o in outcomes if isinstance(o, Fail)), missing)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
