"""Gap: a question that AWS did not answer, so that what it would have shown was not seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stackproof.model.outcome import Cause, Unknown

_OPERATION = re.compile(r"[a-z0-9-]+:[A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not read: `operation` names the question (`s3:GetBucketCors`), else says what it is.

    `types` are the Pulumi types of what it would have shown.
    """

    types: tuple[str, ...]
    operation: str
    cause: Cause
    region: str

    def __str__(self) -> str:
        return f"{self.operation} ({self.cause})"


def gathered(lost: Iterable[tuple[str, Unknown]], region: str) -> tuple[Gap, ...]:
    """Give what was not read in a region, by type, as one gap for each operation and cause."""
    types: dict[tuple[str, Cause], set[str]] = {}
    for type_, unknown in lost:
        asked = _OPERATION.match(unknown.detail)
        types.setdefault((asked[0] if asked else unknown.detail, unknown.cause), set()).add(type_)
    return tuple(
        Gap(tuple(sorted(held)), operation, cause, region)
        for (operation, cause), held in sorted(types.items())
    )
