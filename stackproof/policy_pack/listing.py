"""Policies that judge nothing: they list, at the end, what the others kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from stackproof.model import Stack


class Listing(StackValidationPolicy):
    """A policy that reports the URNs and lines that `take` gives, by default an advisory one.

    Its place is after all policies that judge.
    """

    def __init__(
        self,
        name: str,
        description: str,
        take: Callable[[], list[tuple[str, str]]],
        level: EnforcementLevel = EnforcementLevel.ADVISORY,
    ) -> None:
        super().__init__(name=name, description=description, enforcement_level=level)
        self._take = take

    def judge(self, _stack: Stack, _configured: Mapping[str, Any], report: ReportViolation) -> None:
        """Report what was kept."""
        for urn, line in self._take():
            report(line, urn)

    def validate(self, _args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report what was kept."""
        for urn, line in self._take():
            report_violation(line, urn)
