"""What the policies could not see at preview, kept until it is listed at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from stackproof.model import Control, Resource

VERIFIED_LIVE: Final = "verified-live"


class Unverified:
    """The lines to be listed, by URN and control; judging a resource again replaces its lines."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Sequence[str]] = {}

    def put(self, resource: Resource, control: Control, lines: Sequence[str]) -> None:
        """Remember what this control could not see of this resource."""
        self._lines[resource.urn or "", control.id] = lines

    def take(self) -> list[tuple[str, str]]:
        """Give every URN with a line about it, in the order of URNs, and forget them."""
        lines = [(urn, line) for (urn, _), kept in sorted(self._lines.items()) for line in kept]
        self._lines.clear()
        return lines


def verified_live(unverified: Unverified) -> StackValidationPolicy:
    """Make the advisory policy that lists what is left to verify; it must be the last one."""

    def validate(_args: StackValidationArgs, report: ReportViolation) -> None:
        for urn, line in unverified.take():
            report(line, urn)

    return StackValidationPolicy(
        name=VERIFIED_LIVE,
        description="What preview cannot show is verified live after deployment",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
