"""What AWS's own managed policies allow, where they are known.

Source: AWS Managed Policy Reference. The tables name each policy's version and the day of its
change; `python -m tests.aws_managed_policies` makes them: what those say that workloads and
services often have, and of all that can be attached what they allow on everything.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.reasoning.access import Statement, statements

FILE: Final = Path(__file__).with_name("aws_managed.json")
WIDTH: Final = Path(__file__).with_name("aws_managed_width.txt")
_ARN: Final = re.compile(r"arn:[\w-]+:iam::aws:policy/(.+)")


def is_aws_managed(arn: str) -> bool:
    """Tell whether an ARN is that of a policy that AWS keeps."""
    return _ARN.fullmatch(arn) is not None


@cache
def managed_statements(arn: str) -> tuple[Statement | Unknown, ...]:
    """Give what a policy of AWS's own says, one Unknown where the table doesn't have it."""
    found = _ARN.fullmatch(arn)
    held = _table().get(found[1]) if found else None
    if held is None:
        return (Unknown(Cause.NOT_IN_STACK, detail=arn),)
    return statements({"Statement": held["statements"]})


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(FILE.read_text())
    return table


def widely_allowed(arn: str) -> tuple[str, ...]:
    """Give what a policy of AWS's own allows on things that it doesn't name.

    Raises UnresolvedError for one that the table doesn't have.
    """
    found = _ARN.fullmatch(arn)
    held = _widths().get(found[1]) if found else None
    if held is None:
        why = f"{arn} came after the table of AWS's policies"
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=why))
    return held


@cache
def _widths() -> dict[str, tuple[str, ...]]:
    lines = (line.split("\t") for line in WIDTH.read_text().splitlines())
    return {name: tuple(filter(None, wide.split("|"))) for name, _, _, wide in lines}
