"""The violations that the project's waivers accept, kept until they are listed at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from stackproof.model import Control, Finding, Outcome, Resource, Waived
from stackproof.policy_pack import messages

if TYPE_CHECKING:
    from stackproof.waivers import Waivers

WAIVED: Final = "waived"


class Accepted:
    """Applies the waivers, and remembers what they accept until it is listed."""

    def __init__(self, waivers: Waivers | None) -> None:
        self._waivers = waivers
        self._kept: dict[tuple[str, str], list[str]] = {}

    def among(
        self, resource: Resource, control: Control, outcomes: Mapping[str, Outcome]
    ) -> Mapping[str, Outcome]:
        """Give a judgement's outcomes by facet with the accepted ones Waived.

        Judging a resource again replaces what is remembered of it.
        """
        if self._waivers is None:
            return outcomes
        found = [Finding(control, resource, outcome, facet) for facet, outcome in outcomes.items()]
        applied = {finding.facet: finding.outcome for finding in self._waivers.apply(found)}
        self._kept[resource.urn or "", control.id] = [
            messages.accepted(control, resource, facet, outcome)
            for facet, outcome in applied.items()
            if isinstance(outcome, Waived)
        ]
        return applied

    def take(self) -> list[tuple[str, str]]:
        """Give a URN and a line for everything that is accepted, and forget it."""
        kept = sorted(self._kept.items())
        self._kept.clear()
        return [(urn, line) for (urn, _), lines in kept for line in lines]
