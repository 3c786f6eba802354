"""What the policies could not see at preview, kept until it is listed at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stackproof.model import Control, Resource, Unknown
from stackproof.policy_pack import messages

VERIFIED_LIVE: Final = "verified-live"


class Unverified:
    """What is left to verify, by URN and control; judging a resource again replaces it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Resource, Sequence[Unknown]]] = {}

    def put(self, resource: Resource, control: Control, unknowns: Sequence[Unknown]) -> None:
        """Remember what this control could not see of this resource."""
        self._kept[resource.urn or "", control.id] = (resource, unknowns)

    def take(self) -> list[tuple[str, str]]:
        """Give a URN and a line for every fact that could not be seen, and forget them.

        One line names all the controls that miss the same fact.
        """
        facts: dict[tuple[str, Unknown], tuple[Resource, list[str]]] = {}
        for (urn, control), (resource, unknowns) in sorted(
            self._kept.items(), key=lambda item: item[0]
        ):
            for unknown in dict.fromkeys(unknowns):
                facts.setdefault((urn, unknown), (resource, []))[1].append(control)
        self._kept.clear()
        return [
            (urn, messages.unverified(controls, resource, unknown))
            for (urn, unknown), (resource, controls) in facts.items()
        ]
