"""Words of a record that are more than any: a moment, a day, a stack's name, an exit code."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from stackproof.exit_codes import Verdict

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:", re.ASCII)


def _moment(text: str) -> str:
    # Days and months are cut out of it, and it is compared with other moments.
    if not _MOMENT.match(text) or datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(f"{text[:40]!r} is no time in ISO 8601 with an offset from UTC")
    return text


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(f"{text[:40]!r} is no day as YYYY-MM-DD")
    return text


def _stack(text: str) -> str:
    if not text:
        raise ValueError("it is empty")
    return text


def _number(value: Any) -> Any:
    # To Python, true is 1.
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is no number")
    return value


Moment: TypeAlias = Annotated[str, AfterValidator(_moment)]
Day: TypeAlias = Annotated[str, AfterValidator(_day)]
StackName: TypeAlias = Annotated[str, AfterValidator(_stack)]
ExitCode: TypeAlias = Annotated[Verdict, BeforeValidator(_number)]
