"""What is wider than a control asks: another control fails for it, and this one does not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from stackproof.model import NotApplicable, Outcome, Pass, Unknown, UnresolvedError, worst

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wider:
    """A statement that grants more, by its name, and the id of the control that fails for it."""

    statement: str
    control: str


def each_unless_wider(
    items: Iterable[T | Unknown], judge: Callable[[T], Outcome | Wider], *known: Outcome
) -> Outcome:
    """Judge every element by itself, like `each`, but do not pass beside a wider grant.

    To say that only some things are allowed would then be false, and to fail would tell one defect
    twice. Of what is `known` already, the worst counts as well.
    """
    outcomes = [*known]
    wider: Wider | None = None
    for item in items:
        try:
            found = item if isinstance(item, Unknown) else judge(item)
        except UnresolvedError as error:
            found = error.unknown
        if isinstance(found, Wider):
            wider = wider or found
        else:
            outcomes.append(found)
    outcome = worst(*outcomes)
    if wider is None or not isinstance(outcome, (Pass, NotApplicable)):
        return outcome
    more = f"{wider.statement} allows more than this control asks about"
    return NotApplicable(f"{more}, which {wider.control} judges")
