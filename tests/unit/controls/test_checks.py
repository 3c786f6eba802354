"""Judging many elements as one never lets what is hidden hide what is seen."""

from __future__ import annotations

from stackproof.controls.support.checks import attempt, each, some
from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Unknown,
    UnresolvedError,
)

HIDDEN = Unknown(Cause.ACCESS_DENIED)
BAD = Fail("size", "small", "big", "Make it small.")
MISSING = Fail("size", "one that is small", "none", "Add one.")
JUDGED: dict[str, Outcome] = {"good": Pass(), "bad": BAD, "other": NotApplicable("other")}


def words(*items: str | Unknown) -> list[str | Unknown]:
    return list(items)


def judge(word: str) -> Outcome:
    if word == "hidden":
        raise UnresolvedError(HIDDEN)
    return JUDGED[word]


def test_failure_wins_over_a_hidden_element_before_it() -> None:
    assert each(words("hidden", HIDDEN, "bad", "good"), judge) == BAD


def test_hidden_element_wins_over_those_that_pass() -> None:
    assert each(["good", "hidden"], judge) == HIDDEN
    assert each(words("good", HIDDEN), judge) == HIDDEN


def test_nothing_to_judge_is_not_applicable() -> None:
    assert isinstance(each([], judge), NotApplicable)


def test_one_that_passes_is_enough_for_some() -> None:
    assert some(["bad", "hidden", "good"], judge, MISSING) == Pass()


def test_hidden_element_may_be_the_one_that_passes() -> None:
    assert some(words("bad", HIDDEN), judge, MISSING) == HIDDEN


def test_some_says_what_is_wrong_with_the_first_or_that_there_is_none() -> None:
    assert some(["other", "bad"], judge, MISSING) == BAD
    assert some(["other"], judge, MISSING) == MISSING
    assert some([], judge, MISSING) == MISSING


def test_attempt_turns_a_hidden_fact_into_its_outcome() -> None:
    assert attempt(judge, "hidden") == HIDDEN


def test_hidden_elements_of_a_block_are_given_with_their_place() -> None:
    block = Block({"rules": [{"port": 22}, HIDDEN]}, "group")
    first, second = block.elements("rules")
    assert isinstance(first, Block)
    assert first.at("port") == "group.rules[0].port"
    assert second == HIDDEN.at("group.rules[1]")
    assert list(block.elements("absent")) == []
