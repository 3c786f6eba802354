"""What a row of a history says: JSON, of the form that its kind has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from stackproof.record.form import (
    Control,
    Finding,
    Record,
    RecordError,
    Resource,
    Scenario,
    Waiver,
)
from stackproof.record.reading import problem
from stackproof.record.rows import RUN, Row

# Stands for no record: what was said when those before were removed.
PRUNED: Final = "pruned"


class _Pruned(BaseModel):
    last: str
    through: str
    on: str


_FORMS: Final[Mapping[str, type[BaseModel]]] = {
    RUN: Record,
    PRUNED: _Pruned,
    "control": Control,
    "finding": Finding,
    "not_seen": Finding,
    "resource": Resource,
    "scenario": Scenario,
    "waiver": Waiver,
}
# What such a row leaves to the row of the run.
_LEFT: Final[Mapping[str, Mapping[str, Any]]] = {"scenario": {"seconds": 0.0}}


def told_by(row: Row) -> dict[str, Any]:
    """Give what a row says; raise RecordError when that is nothing of its kind."""
    try:
        data = json.loads(row.body)
        # Half of a character is none that a column could hold.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RecordError(f"its body is no JSON ({error})") from None
    if not isinstance(data, dict):
        raise RecordError("its body is no object")
    try:
        _FORMS[row.kind].model_validate({**data, **_LEFT.get(row.kind, {})})
    except ValidationError as error:
        raise RecordError(f"its body is no {row.kind}: {problem(error)}") from None
    if row.kind == RUN and not isinstance(data.get("chain"), dict):
        raise RecordError("its body names no digest")
    nights = data.get("nights") if row.kind == RUN else []
    if not isinstance(nights, list) or not all(isinstance(night, dict) for night in nights):
        raise RecordError("its body does not say how the scenarios' night was")
    return data
