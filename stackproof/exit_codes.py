"""The exit codes, the same for every command and for the scenario suite."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

VERIFIED: Final = 0
FAILED: Final = 1
USAGE: Final = 2
COULD_NOT: Final = 3
# An error of stackproof's own, which says nothing about the stack.
DEFECT = 4
# All is verified, and somebody who should be told of it could not be reached.
NOT_TOLD = 5
# 128 and the signal's number, as shells have it.
INTERRUPTED, PIPE_CLOSED, TERMINATED = 130, 141, 143


# How a look at a stack ends: all else that a command ends with says nothing about one.
Verdict: TypeAlias = Literal[0, 1, 3]


def worst(codes: Collection[int]) -> Verdict:
    """Give the one of several codes that is told: a failure that was seen is hidden by nothing."""
    if FAILED in codes:
        return FAILED
    return COULD_NOT if COULD_NOT in codes else VERIFIED
