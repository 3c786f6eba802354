"""What is not judged, by settings or the pack's configuration: counted and told at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pulumi_policy import EnforcementLevel

from stackproof.model import Control, NotApplicable, Outcome, Resource
from stackproof.policy_pack.listing import Listing
from stackproof.settings.selector import RESOURCE
from stackproof.settings.settings import TOLERATED, Settings

ASIDE: Final = "left-out"
_OFF: Final = "disabled"


class Aside:
    """Tells which controls are not judged at all or on which resources, and remembers them."""

    def __init__(self, settings: Settings, controls: Iterable[Control]) -> None:
        self._settings = settings
        self._controls = tuple(controls)
        self._configured: Mapping[str, EnforcementLevel] = {}
        named = (TOLERATED in told for told in settings.parameters.values())
        self._names_any = bool(settings.by_resource or settings.tolerates or any(named))
        self._seen: dict[str, Resource] = {}
        self._left: set[tuple[str, str]] = set()
        self._forgiven: set[tuple[str, str, str]] = set()

    def configure(self, levels: Mapping[str, EnforcementLevel]) -> None:
        """Take over the levels of the pack's configuration, which win over those of settings."""
        self._configured = levels

    def leaves(self, control: Control, resource: Resource) -> bool:
        """Tell whether a control is not to be judged on a resource."""
        if self._names_any:
            self._seen[resource.urn or resource.name] = resource
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
        """Give a line for each cause of not judging, and for what is about nothing; forget them."""
        told = [*self._unjudged(), *self._about_nothing()]
        if self._left:
            resources = len({urn for urn, _ in self._left})
            told.append(self._settings.left_aside(len(self._left), resources))
        if self._forgiven:
            things, _, places = map(set, zip(*self._forgiven, strict=True))
            told.append(self._settings.forgiven(len(self._forgiven), len(things), places))
        self._seen.clear()
        self._left.clear()
        self._forgiven.clear()
        return [("", sentence) for sentence in told]

    def _unjudged(self) -> Iterator[str]:
        """Count the controls that judge nothing, by who switches them off."""
        known = len(self._controls)
        by_settings = {
            control.id for control in self._controls if self._settings.level(control) == _OFF
        }
        off = [
            control
            for control in self._controls
            if (
                self._configured[control.id] is EnforcementLevel.DISABLED
                if control.id in self._configured
                else control.id in by_settings
            )
        ]
        left = [control for control in off if not self._settings.holds(control)]
        lowered = [c for c in off if self._settings.holds(c) and c.id in by_settings]
        if left:
            yield self._settings.not_judged(len(left), known, "leaves them out")
        if lowered:
            yield self._settings.not_judged(len(lowered), known, "gives them the level disabled")
        if configured := len(off) - len(left) - len(lowered):
            yield (
                f"{configured} of {known} controls were not judged: the policy pack's "
                "configuration disables them"
            )

    def _about_nothing(self) -> Iterator[str]:
        """Say which names of settings are those of nothing that was seen."""
        seen = self._seen.values()
        if not seen:
            return
        for selector in self._settings.idle(seen):
            # Preview knows no ARN: nobody can say that it is of none.
            if not selector.patterns[RESOURCE].startswith("arn:"):
                yield (
                    f"{self._settings.about_none(selector)} by name or URN; ids, ARNs and names "
                    "that are made are not known at preview"
                )
        yield from self._settings.misspelt(seen)


class LeftOut(Listing):
    """Lists what is not judged."""

    def __init__(self, aside: Aside) -> None:
        super().__init__(ASIDE, "What is not judged, or tolerated", aside.take)
        self._aside = aside

    def configure(self, levels: Mapping[str, EnforcementLevel]) -> None:
        """Take over the levels of the pack's configuration."""
        self._aside.configure(levels)
