"""All mutations, by the deployments that they share."""

from __future__ import annotations

from tests.mutations import (
    audit,
    cicd,
    guards,
    improvements,
    nightly,
    nova,
    promised,
    scalepayments,
    serverless,
    strangers,
    tap,
    told_and_reached,
)
from tests.mutations.mutation import Group


def _merged(*parts: tuple[Group, ...]) -> tuple[Group, ...]:
    """Give one group for each stack, whoever has mutations of it."""
    found: dict[str, Group] = {}
    for group in (group for part in parts for group in part):
        held = found.get(group.stack, Group(group.stack, ()))
        found[group.stack] = Group(
            group.stack,
            held.mutations + group.mutations,
            held.improvements + group.improvements,
        )
    return tuple(found.values())


GROUPS = _merged(
    tap.GROUPS,
    nightly.GROUPS,
    serverless.GROUPS,
    cicd.GROUPS,
    nova.GROUPS,
    scalepayments.GROUPS,
    told_and_reached.GROUPS,
    strangers.GROUPS,
    guards.GROUPS,
    audit.GROUPS,
    promised.GROUPS,
    improvements.GROUPS,
)
