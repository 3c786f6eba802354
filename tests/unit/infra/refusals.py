"""What every blueprint says of a configuration that can't be deployed, before any resource."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.unit.infra.program import refusal


def names_missing_key(stack: str, key: str, value: str | None = None) -> None:
    """Require one sentence that says what to set; an empty value counts as missing."""
    sentence = _only_sentence(stack, {key: value})
    expected = rf"Stack {stack}: config key {key} is missing; set it to .+\."
    assert re.fullmatch(expected, sentence), sentence


def names_bad_value(stack: str, key: str, value: str, right: str) -> None:
    """Require one sentence that shows the value and begins to say what would be right."""
    sentence = _only_sentence(stack, {key: value})
    expected = f"Stack {stack}: config key {key} is {value!r}, but must be {right}"
    assert sentence.startswith(expected), sentence
    assert sentence.endswith("."), sentence


def names_all(stack: str, changes: Mapping[str, str | None]) -> None:
    """Require one sentence for each of the changes, all at once."""
    sentences, declared = refusal(stack, changes)
    named = [re.findall(r"config key (\S+) is", sentence)[0] for sentence in sentences]
    assert sorted(named) == sorted(changes), sentences
    assert declared.resources == []


def _only_sentence(stack: str, changes: Mapping[str, str | None]) -> str:
    sentences, declared = refusal(stack, changes)
    assert len(sentences) == 1, sentences
    assert declared.resources == []
    return sentences[0]
