"""The one exception for configuration that can't be deployed."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Refused", "SettingsError", "missing", "wrong"]


class SettingsError(Exception):
    """Every problem of a stack's configuration, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Refused(ValueError):
    """A value refused for a reason of its own; the message completes "... must be ..."."""


def missing(stack: str, key: str, expected: str) -> str:
    """Say that a required key isn't set, and to what it should be."""
    return f"Stack {stack}: config key {key} is missing; set it to {expected}."


def wrong(stack: str, key: str, value: str | None, expected: str) -> str:
    """Say that a value is refused, and what would be right; `None` is a secret, never shown."""
    shown = "[secret]" if value is None else repr(value)
    return f"Stack {stack}: config key {key} is {shown}, but must be {expected}."
