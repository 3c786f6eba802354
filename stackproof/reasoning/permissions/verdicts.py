"""Yes, no, or not to be told: how statements and conditions answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from stackproof.model import Unknown

Verdict: TypeAlias = bool | Unknown


def both(answers: Iterable[Verdict]) -> Verdict:
    """Give yes when all say yes; one no is enough for no, whatever can't be told."""
    open_: Unknown | None = None
    for answer in answers:
        if answer is False:
            return False
        if isinstance(answer, Unknown):
            open_ = open_ or answer
    return True if open_ is None else open_


def either(answers: Iterable[Verdict]) -> Verdict:
    """Give no when all say no; one yes is enough for yes, whatever can't be told."""
    open_: Unknown | None = None
    for answer in answers:
        if answer is True:
            return True
        if isinstance(answer, Unknown):
            open_ = open_ or answer
    return False if open_ is None else open_


def opposite(answer: Verdict) -> Verdict:
    """Turn yes into no and no into yes."""
    return answer if isinstance(answer, Unknown) else not answer
