"""How often something happens, by a schedule expression of a resource."""

from __future__ import annotations

from stackproof import clock
from stackproof.model import Block, Cause, Unknown, UnresolvedError
from stackproof.reasoning.schedules import longest_gap


def days_between(block: Block, path: str) -> float:
    """Give the most days between two times of a schedule.

    Raises UnresolvedError when it is unknown, or no schedule expression.
    """
    try:
        return longest_gap(block.text(path) or "", clock.today())
    except ValueError as error:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, block.at(path), str(error))) from None
