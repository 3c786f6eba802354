"""Patterns of policies held against texts of which a part may be anything.

A request is about one object of a bucket, one route of an API: which one isn't said. Such a text
has `*` where it may be anything, and a pattern answers for all of them, for none, or can't tell.
"""

from __future__ import annotations

import re

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access import matches
from stackproof.reasoning.permissions.verdicts import Verdict, both


def covers(pattern: str, text: str) -> Verdict:
    """Tell whether a pattern covers a text, each of the texts if it has a `*`."""
    if matches(pattern, text, any_case=False):
        return True
    if "*" not in text:
        return False
    ends = [(_head(pattern), _head(text)), (_head(pattern[::-1]), _head(text[::-1]))]
    if any(not left.startswith(other) and not other.startswith(left) for left, other in ends):
        return False
    return Unknown(Cause.UNREADABLE, detail=f"whether {pattern!r} covers what is meant by {text!r}")


def covers_arn(pattern: str, text: str) -> Verdict:
    """Tell whether an ARN pattern covers an ARN, part by part.

    Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Amazon Resource Name
    (ARN) condition operators": each of the six parts is checked by itself.
    """
    if pattern == "*":
        return True
    parts, others = pattern.split(":", maxsplit=5), text.split(":", maxsplit=5)
    if len(parts) < 6 or len(others) < 6:
        # AWS doesn't say what becomes of a pattern with too few parts.
        return covers(pattern, text) and Unknown(Cause.UNREADABLE, detail=f"{pattern!r} is no ARN")
    return both(covers(left, other) for left, other in zip(parts, others, strict=True))


def _head(pattern: str) -> str:
    # A variable, backwards as well, ends what is fixed.
    return re.split(r"[*?]|\$\{|\}", pattern, maxsplit=1)[0]
