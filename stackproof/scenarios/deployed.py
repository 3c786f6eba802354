"""Stacks that are deployed side by side, and which of them are environments of one system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackproof.model import Stack
from stackproof.outputs import Outputs

# Environments by what they are called, from the smallest to the largest.
_BY_SIZE: Final = (
    ("sandbox", "dev", "development", "test"),
    ("staging", "stage", "stg", "qa", "uat"),
    ("prod", "production", "prd", "live"),
)
# The outputs that say whose a stack is.
_SYSTEMS: Final = ("blueprint", "project", "Project")
_ENVIRONMENTS: Final = ("environment", "Environment")


@dataclass(frozen=True, slots=True)
class Deployed:
    """One of the stacks that are deployed side by side."""

    outputs: Outputs
    live: Stack

    @property
    def name(self) -> str:
        """Give the stack's name."""
        return str(self.outputs.get("stack", self.outputs.path))

    @property
    def system(self) -> str | None:
        """Give the system that it is an environment of, by its outputs or its tags."""
        return self._named_by(_SYSTEMS)

    @property
    def rank(self) -> int | None:
        """Give its place among the environments of its system, small ones first; None unsaid."""
        called = (self._named_by(_ENVIRONMENTS) or "").lower()
        ranks = (rank for rank, names in enumerate(_BY_SIZE) if called in names)
        return next(ranks, None)

    def _named_by(self, names: tuple[str, ...]) -> str | None:
        held = {**self.outputs.own_tags, **self.outputs.values}
        return next((str(held[name]) for name in names if held.get(name)), None)


def of_one_system(stacks: list[Deployed]) -> list[Deployed]:
    """Give the environments of the first stack's system, from the smallest to the largest."""
    first = stacks[0].system
    same = [stack for stack in stacks if first is not None and stack.system == first]
    ranked = [(stack.rank, stack) for stack in same]
    return [
        stack
        for rank, stack in sorted(
            ((rank, stack) for rank, stack in ranked if rank is not None), key=lambda pair: pair[0]
        )
    ]
