"""Numbers and names as sentences have them."""

from __future__ import annotations

import pytest

from stackproof.model.sentences import listed, many


@pytest.mark.parametrize(
    ("most", "line"),
    [(2, "a, b and 1 more"), (3, "a, b, c"), (None, "a, b, c")],
)
def test_what_is_left_out_is_counted(most: int | None, line: str) -> None:
    assert listed(["a", "b", "c"], most) == line


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [(1, "stack", "1 stack"), (2, "property", "2 properties"), (0, "month", "0 months")],
)
def test_nouns_follow_their_number(number: int, noun: str, told: str) -> None:
    assert many(number, noun) == told
