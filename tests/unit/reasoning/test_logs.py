"""Lines are counted when the pattern matches them and each of them counts as one."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Sight, Stack
from stackproof.reasoning.alarms import Signal
from stackproof.reasoning.logs import counted, counts
from stackproof.types.tokens import LOG_METRIC_FILTER


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("ERROR", True),
        ('"ERROR"', True),
        ("?ERROR ?FATAL", True),
        ("ERROR FATAL", False),
        ("?FATAL", False),
        ("-ERROR", False),
        ("error", False),
        ("", False),
        ("{ $.level = ERROR }", False),
    ],
)
def test_pattern_matches_the_lines_with_the_word(pattern: str, expected: bool) -> None:
    assert counts(pattern, "ERROR") is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (Signal("App", "errors", "Sum"),)),
        ({"log_group_name": "/another"}, ()),
        ({"pattern": "WARN"}, ()),
        ({"metric_transformation": {"namespace": "App", "name": "errors", "value": "0"}}, ()),
        ({"metric_transformation": {"namespace": "App", "name": "errors", "value": "$.n"}}, ()),
    ],
)
def test_lines_of_the_group_are_counted_one_by_one(changed: dict[str, Any], expected: Any) -> None:
    facts = {
        "log_group_name": "/app",
        "pattern": "ERROR",
        "metric_transformation": {"namespace": "App", "name": "errors", "value": "1"},
        **changed,
    }
    stack = Stack([Resource(facts, type=LOG_METRIC_FILTER, name="f")], Sight.LIVE)
    assert counted(stack, "/app", "ERROR") == expected
