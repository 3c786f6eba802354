"""Policies that judge nothing: they list, at the end, what the others kept."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)


def listing(
    name: str, description: str, take: Callable[[], list[tuple[str, str]]]
) -> StackValidationPolicy:
    """Make an advisory policy that reports the URNs and lines that `take` gives.

    Its place is after all policies that judge.
    """

    def validate(_args: StackValidationArgs, report: ReportViolation) -> None:
        for urn, line in take():
            report(line, urn)

    return StackValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
