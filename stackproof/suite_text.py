"""What pytest shows of a report, changed before it is shown or handed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest

from stackproof.safe_text import clean

Change: TypeAlias = Callable[[str], str]

# What is told of a scenario besides its failure, in words that hold what it found.
_TOLD: Final = frozenset({"at_first", "waits"})
# Where the classes are that pytest makes of what was raised.
_RAISED: Final = "_pytest._code.code"


def cleaned(text: str) -> str:
    """Give a text of some lines of which none steers the terminal or a job's runner."""
    return "\n".join(map(clean, text.expandtabs().split("\n")))


def change_texts(report: pytest.TestReport, change: Change) -> None:
    """Change each text by which a report tells what went wrong, and what its subtest is called."""
    report.longrepr = _changed(report.longrepr, change)
    report.user_properties = [
        (name, _changed(value, change) if name in _TOLD else value)
        for name, value in report.user_properties
    ]
    if isinstance(report, pytest.SubtestReport):
        # Made anew, it would take the texts of its values for values.
        called = report.context
        object.__setattr__(called, "msg", called.msg and change(called.msg))
        kwargs = {name: change(str(value)) for name, value in called.kwargs.items()}
        object.__setattr__(called, "kwargs", kwargs)


def _changed(value: Any, change: Change) -> Any:
    match value:
        case str():
            return change(value)
        case list() | tuple():
            return type(value)(_changed(item, change) for item in value)
        case dict():
            return {name: _changed(item, change) for name, item in value.items()}
        case _ if type(value).__module__ == _RAISED:
            for name, held in vars(value).items():
                object.__setattr__(value, name, _changed(held, change))
            return value
        case _:
            return value
