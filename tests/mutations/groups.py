"""All mutations, by the deployments that they share."""

from __future__ import annotations

from tests.mutations import cicd, nova, scalepayments, serverless, tap, told_and_reached
from tests.mutations.mutation import Group, Mutation


def _merged(*parts: tuple[Group, ...]) -> tuple[Group, ...]:
    """Give one group for each stack, whoever has mutations of it."""
    found: dict[str, tuple[Mutation, ...]] = {}
    for group in (group for part in parts for group in part):
        found[group.stack] = found.get(group.stack, ()) + group.mutations
    return tuple(Group(stack, mutations) for stack, mutations in found.items())


GROUPS = _merged(
    tap.GROUPS,
    serverless.GROUPS,
    cicd.GROUPS,
    nova.GROUPS,
    scalepayments.GROUPS,
    told_and_reached.GROUPS,
)
