"""YAML of others is read as YAML says, or refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stackproof.model.json_text import TextError
from stackproof.model.yaml_text import parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert parse(yaml.safe_dump(value)) == value


@given(st.text() | st.text("-[]{}:&*!|>#'\"\n\t 0a?%@"))
def test_any_text_is_a_value_or_a_sentence(text: str) -> None:
    for as_written in (True, False):
        assert "\n" not in _refusal(text, as_written)


def _refusal(text: str, as_written: bool) -> str:
    try:
        parse(text, as_written=as_written)
    except TextError as error:
        return str(error)
    return ""


def test_every_scalar_can_be_its_text() -> None:
    assert parse("- 2030-02-30\n- yes\n- 010\n", as_written=True) == ["2030-02-30", "yes", "010"]


def test_merged_keys_may_be_said_again() -> None:
    assert parse("a: &a {x: 1}\nb: {<<: *a, x: 2}\n")["b"] == {"x": 2}


def test_aliases_within_bounds_are_what_they_stand_for() -> None:
    assert parse("- &a {b: 1}\n- *a\n- *a\n") == [{"b": 1}] * 3


@pytest.mark.parametrize(("depth", "read"), [(100, True), (101, False)])
def test_hundred_levels_are_read_and_no_more(depth: int, read: bool) -> None:
    text = "[" * depth + "]" * depth
    if read:
        assert str(parse(text)) == text
    else:
        with pytest.raises(TextError, match="line 1: nested deeper than 100 levels"):
            parse(text)
