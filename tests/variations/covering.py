"""The fewest combinations of settings in which every two meet in every way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

__all__ = ["rows"]


def rows(settings: Sequence[str]) -> list[frozenset[str]]:
    """Give what is changed in each further stack, the unchanged reference stack being the first.

    For any two settings some stack changes both, some one of them, and some the other; the
    reference changes none. Kleitman and Spencer, "Families of k-independent sets" (1973): the
    fewest stacks are N for up to comb(N - 1, ceil(N / 2)) settings, each changed in ceil(N / 2).
    """
    stacks = 4
    while comb(stacks - 1, -(-stacks // 2)) < len(settings):
        stacks += 1
    where = combinations(range(stacks - 1), -(-stacks // 2))
    changed: list[set[str]] = [set() for _ in range(stacks - 1)]
    for setting, places in zip(settings, where, strict=False):
        for place in places:
            changed[place].add(setting)
    return [frozenset(names) for names in changed]
