"""What is said of mutations: those that nobody noticed, and the claims that nothing proves."""

from __future__ import annotations

from tests.mutations.groups import GROUPS
from tests.mutations.mutation import Group, Improvement, Mutation, Tried
from tests.mutations.verdict import never_red, sampled, unnoticed
from tests.requirements.claims import Claim

FILE = "tests/scenarios/tap/test_network.py"
CLOSED = Mutation("2.4", "closed", lambda aws, outputs: None)
OPENED = Mutation("2.4", "opened", lambda aws, outputs: None)


def test_noticed_mutation_is_no_problem() -> None:
    assert unnoticed([Tried(CLOSED, {f"{FILE}::test_a": "failed"})]) == []


def test_mutation_that_passes_or_is_not_seen_is_told() -> None:
    for said in ("passed", "unknown", "skipped"):
        (told,) = unnoticed([Tried(CLOSED, {f"{FILE}::test_a": said})])
        assert told.startswith("2.4 closed: not noticed")


def test_mutation_that_could_not_be_tried_is_told() -> None:
    assert unnoticed([Tried(CLOSED, {}, "ClientError: no")]) == ["2.4 closed: ClientError: no"]


def test_improvement_must_turn_nothing_red() -> None:
    better = Improvement("2.4", "more", lambda aws, outputs: None)
    assert unnoticed([Tried(better, {f"{FILE}::test_a": "passed"})]) == []
    (told,) = unnoticed([Tried(better, {f"{FILE}::test_a": "failed"})])
    assert told == f"2.4 more: it is an improvement, and turns {FILE}::test_a red"
    assert unnoticed([Tried(better, {}, "ClientError: no")]) == ["2.4 more: ClientError: no"]


def test_scenario_that_is_red_before_is_told() -> None:
    (told,) = unnoticed([Tried(None, {f"{FILE}::test_a": "failed"})])
    assert told == f"red before anything was changed: {FILE}::test_a"


def test_claim_that_no_mutation_turns_red_is_told() -> None:
    group = Group("tap-production", (CLOSED, OPENED))
    claimed = [
        Claim("2.4", FILE, "test_a"),
        Claim("2.4", FILE, "test_b"),
        Claim("2.4", "tests/unit/infra/tap/test_network.py", "test_c"),
        Claim("2.5", FILE, "test_d"),
    ]
    outcomes = {f"{FILE}::test_a": "failed", f"{FILE}::test_b": "passed"}
    tried = {"tap-production": [Tried(None, {}), Tried(CLOSED, outcomes), Tried(OPENED, outcomes)]}
    (told,) = never_red(tried, [group], claimed)
    assert told.startswith(f"2.4 is claimed by {FILE}::test_b")


def test_line_is_judged_when_every_stack_that_has_it_was_tried() -> None:
    groups = [Group(stack, (CLOSED,)) for stack in ("cicd-staging", "cicd-prod")]
    claimed = [Claim("2.4", FILE, "test_a")]
    silent = [Tried(CLOSED, {f"{FILE}::test_a": "passed"})]
    assert never_red({"cicd-staging": silent}, groups, claimed) == []
    (told,) = never_red({"cicd-staging": silent, "cicd-prod": silent}, groups, claimed)
    assert told.startswith("2.4 is claimed by")


def test_a_seed_always_chooses_the_same() -> None:
    for group in GROUPS:
        assert sampled(group, 5, 7) == sampled(group, 5, 7)
        assert len({mutation.what for mutation in sampled(group, 5, 7).mutations}) >= 2


def test_no_mutation_of_a_stack_is_there_twice() -> None:
    for group in GROUPS:
        said = [(mutation.number, mutation.what) for mutation in group.mutations]
        assert sorted(set(said)) == sorted(said), group.stack
