"""What settings leave out by resource or environment, kept until it is counted at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stackproof.model import Control, NotApplicable, Outcome, Resource
from stackproof.settings.settings import TOLERATED, Settings

ASIDE: Final = "left-out"


class Aside:
    """Tells which controls are not judged on which resources, and remembers them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._left: set[tuple[str, str]] = set()
        self._forgiven: set[tuple[str, str, str]] = set()

    @property
    def wanted(self) -> bool:
        """Tell whether settings choose by resource, or tolerate failures in an environment."""
        named = (TOLERATED in told for told in self._settings.parameters.values())
        return bool(self._settings.by_resource or self._settings.tolerates or any(named))

    def leaves(self, control: Control, resource: Resource) -> bool:
        """Tell whether a control is not to be judged on a resource."""
        if not self._settings.by_resource or self._settings.holds_on(control, resource):
            return False
        self._left.add((resource.urn or resource.name, control.id))
        return True

    def remember(self, control: Control, resource: Resource, outcomes: Iterable[Outcome]) -> None:
        """Remember that a control was not judged on a resource for its environment."""
        for outcome in outcomes:
            if isinstance(outcome, NotApplicable) and self._settings.forgives(control, outcome):
                place = resource.urn or resource.name
                self._forgiven.add((place, control.id, outcome.tolerated))

    def take(self) -> list[tuple[str, str]]:
        """Give a line that counts what was left out, one for what is tolerated; forget both."""
        told = []
        if self._left:
            resources = len({urn for urn, _ in self._left})
            told.append(self._settings.left_aside(len(self._left), resources))
        if self._forgiven:
            things, _, places = map(set, zip(*self._forgiven, strict=True))
            told.append(self._settings.forgiven(len(self._forgiven), len(things), places))
        self._left.clear()
        self._forgiven.clear()
        return [("", sentence) for sentence in told]
