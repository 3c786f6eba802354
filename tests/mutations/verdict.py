"""What is wrong after mutations were tried: what nobody noticed, and who never noticed anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from tests.mutations.mutation import Group, Improvement, Tried
from tests.requirements.claims import Claim


def unnoticed(results: Iterable[Tried]) -> list[str]:
    """Say of each result what is wrong with it: red before, not red after, or not tried.

    What is only more than promised must turn nothing red.
    """
    wrong = []
    for one in results:
        mutation = one.mutation
        if mutation is None:
            wrong += [f"red before anything was changed: {node}" for node in one.red]
            wrong += [one.error] * bool(one.error)
        elif isinstance(mutation, Improvement):
            if one.red or one.error:
                said = one.error or f"it is an improvement, and turns {', '.join(one.red)} red"
                wrong.append(f"{mutation.number} {mutation.what}: {said}")
        elif not one.red:
            said = one.error or f"not noticed by {dict(one.outcomes)}"
            wrong.append(f"{mutation.number} {mutation.what}: {said}")
    return wrong


def never_red(
    tried: Mapping[str, Sequence[Tried]], groups: Sequence[Group], claims: Iterable[Claim]
) -> list[str]:
    """Name the claims of scenarios that no mutation of their line turns red.

    `tried` has the results by stack. A line is judged when all stacks were tried that have a
    mutation of it: each of its scenarios is about some of them.
    """
    proven = {
        (one.mutation.number, node)
        for results in tried.values()
        for one in results
        if one.mutation is not None
        for node in one.red
    }
    untried = {m.number for group in groups if group.stack not in tried for m in group.mutations}
    numbers = {m.number for group in groups for m in group.mutations} - untried
    return [
        f"{claim.number} is claimed by {claim.node}, which no mutation of it turns red"
        for claim in claims
        if claim.live and claim.number in numbers and (claim.number, claim.node) not in proven
    ]


def sampled(group: Group, number: int, seed: int) -> Group:
    """Give a group with so many of its mutations, chosen by a seed."""
    return Group(group.stack, tuple(Random(seed).sample(group.mutations, number)))
