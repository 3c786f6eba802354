"""The violations that the project's waivers accept, kept until they are listed at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackproof.model import Control, Finding, Outcome, Resource, Waived
from stackproof.policy_pack import messages
from stackproof.settings.places import DECLARED_VARIABLE

if TYPE_CHECKING:
    from stackproof.waivers import Match, Waivers

WAIVED: Final = "waived"


class Accepted:
    """Applies the waivers, and remembers what they accept until it is listed."""

    def __init__(self, waivers: Waivers | None) -> None:
        self._waivers = waivers
        # All that was found, where somebody wants to be told: `stackproof nightly`.
        self.declared: dict[tuple[str, str], list[Finding]] | None = (
            {} if os.environ.get(DECLARED_VARIABLE) else None
        )
        self._kept: dict[tuple[str, str], list[Finding]] = {}

    def among(
        self, resource: Resource, control: Control, outcomes: Mapping[str, Outcome]
    ) -> Mapping[str, Outcome]:
        """Give a judgement's outcomes by facet with the accepted ones Waived.

        Judging a resource again replaces what is remembered of it.
        """
        if self._waivers is None and self.declared is None:
            return outcomes
        found = [Finding(control, resource, outcome, facet) for facet, outcome in outcomes.items()]
        applied = self._waivers.apply(found) if self._waivers else found
        if self.declared is not None:
            self.declared[resource.urn or "", control.id] = applied
        self._kept[resource.urn or "", control.id] = applied
        return {finding.facet: finding.outcome for finding in applied}

    def more_than_expected(self) -> list[tuple[str, str]]:
        """Give a line for each waiver that covers more resources than it expects.

        Fewer may come yet: not every failure can be seen at preview, nor is every resource asked
        about in an update of some.
        """
        return [
            ("", f"{match.text} covers {_names(match)}; it expects {match.waiver.expect}")
            for match in self._matches()
            if match.waiver.expect is not None and len(match.resources) > match.waiver.expect
        ]

    def take(self) -> list[tuple[str, str]]:
        """Give a URN and a line for everything that is accepted, and forget it."""
        kept = sorted(self._kept.items())
        self._kept.clear()
        return [
            (urn, messages.accepted(f.control, f.resource, f.facet, f.outcome))
            for (urn, _), findings in kept
            for f in findings
            if isinstance(f.outcome, Waived)
        ]

    def tell(self) -> None:
        """Write all that was found into the file that somebody named, if so."""
        if self.declared is None:
            return
        from stackproof.record.declared import write

        found = [finding for _, told in sorted(self.declared.items()) for finding in told]
        write(found, Path(os.environ[DECLARED_VARIABLE]))

    def _matches(self) -> list[Match]:
        found = [finding for findings in self._kept.values() for finding in findings]
        return self._waivers.matches(found) if self._waivers else []


def _names(match: Match) -> str:
    return ", ".join(resource.name for resource in match.resources)
