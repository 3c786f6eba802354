"""Settings: which controls hold, with which parameters, and whom the project trusts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from stackproof.closest import nearest
from stackproof.controls import catalogue
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import (
    Control,
    Finding,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Unknown,
)
from stackproof.model.called import without_logical_names
from stackproof.model.sentences import listed, many
from stackproof.model.tags import environment_of
from stackproof.settings.selector import Selector

if TYPE_CHECKING:
    from stackproof.settings.nightly_form import Nightly
    from stackproof.types.described import Type
    from stackproof.waivers.entry import Waiver

TRUSTED: Final = "trusted"
TOLERATED: Final = "tolerated_in"
# So many environments are named in a sentence.
MOST: Final = 8
Level: TypeAlias = Literal["mandatory", "advisory", "disabled"]


class SettingsError(StackproofError):
    """Raised for settings that are no good: a sentence for each problem, a line each."""

    code = Code.SETTINGS


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every sight; without a file, everything that the catalogue says.

    A control holds when `select` has a selector of it (or none at all) and `exclude` has none; one
    of certain resources says so of these alone. `waivers` are those that stand in the file.
    `parameters` are by control and name, and `origins` who says each; `levels` (at preview) are by
    selector, of which the last one that matches counts. `tolerates` lists by environment what may
    fail there. `trusted` are the accounts, organizations, networks and ids that may have access
    from outside, `own_tags` those that only this stack's resources carry. Failures that are less
    severe than `fail_on` are shown and don't make a run fail. `own` are the controls that stand
    beside the catalogue's, by their ids, `types` the own types, `scenarios` the folders of own
    scenarios, `nightly` what nightly runs look at. `file` and `profile` say where that comes from.
    """

    trusted: tuple[str, ...] = ()
    own_tags: Mapping[str, str] = field(default_factory=dict)
    fail_on: Severity = Severity.LOW
    select: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    levels: Sequence[tuple[Selector, Level]] = ()
    tolerates: Mapping[str, tuple[Selector, ...]] = field(default_factory=dict)
    own: Mapping[str, Control] = field(default_factory=dict)
    types: tuple[Type, ...] = ()
    scenarios: tuple[Path, ...] = ()
    nightly: Nightly | None = None
    waivers: tuple[Waiver, ...] = ()
    file: str | None = None
    profile: str | None = None

    @property
    def known(self) -> Mapping[str, Control]:
        """Give the controls that there are, the catalogue's and own ones, in order of their ids."""
        return dict(sorted({**catalogue(), **self.own}.items())) if self.own else catalogue()

    def holds(self, control: Control) -> bool:
        """Tell whether a control is judged, on some resources at least."""
        chosen = not self.select or any(selector.matches(control) for selector in self.select)
        return chosen and not any(
            selector.everywhere and selector.matches(control) for selector in self.exclude
        )

    @property
    def by_resource(self) -> tuple[Selector, ...]:
        """Give the selectors that are about certain resources."""
        return tuple(
            selector for selector in (*self.select, *self.exclude) if not selector.everywhere
        )

    def holds_on(self, control: Control, resource: Resource) -> bool:
        """Tell whether a control that holds is judged on a resource.

        What could not be seen has none of the names that are selected, and may have them.
        """
        chosen = not self.select or any(
            selector.matches(control) and (selector.names(resource) or selector.may_name(resource))
            for selector in self.select
        )
        return chosen and not any(
            selector.matches(control) and selector.names(resource) for selector in self.exclude
        )

    def kept(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[str]]:
        """Give the findings on resources that are chosen, and say in sentences what is left out.

        So is what is not judged because of an environment that tolerates it.
        """
        forgiven = [f for f in findings if self.forgives(f.control, f.outcome)]
        places = {f.outcome.tolerated for f in forgiven if isinstance(f.outcome, NotApplicable)}
        things = {f.resource.identity for f in forgiven}
        told = [self.forgiven(len(forgiven), len(things), places)] if forgiven else []
        seen = {id(finding.resource): finding.resource for finding in findings}.values()
        told += self.misspelt(seen)
        if not self.by_resource:
            return list(findings), told
        kept = [finding for finding in findings if self.holds_on(finding.control, finding.resource)]
        left = [
            finding.resource
            for finding in findings
            if not self.holds_on(finding.control, finding.resource)
        ]
        sentences = (
            [self.left_aside(len(left), len({resource.identity for resource in left}))]
            if left
            else []
        )
        return kept, [*sentences, *self.told_idle(seen), *told]

    def idle(self, resources: Collection[Resource]) -> list[Selector]:
        """Give the selectors of certain resources that are about none of these."""
        return [
            selector for selector in self.by_resource if not any(map(selector.names, resources))
        ]

    def told_idle(self, resources: Collection[Resource]) -> list[str]:
        """Say of each of them that it is about none, and which names are not known here."""
        why = without_logical_names(resources)
        return [f"{self.about_none(selector)}{why}" for selector in self.idle(resources)]

    def about_none(self, selector: Selector) -> str:
        """Say that a selector is about no resource."""
        return f"{selector.text} in {self.file} is about no resource of this stack"

    def misspelt(self, resources: Iterable[Resource]) -> Iterator[str]:
        """Say which environments that are named are none of these resources', and nearly one.

        Others are those of other stacks: they share the settings.
        """
        named = {*self.tolerates}
        for told in self.parameters.values():
            named.update(told.get(TOLERATED, ()))
        if not named:
            return
        environments = set(map(environment_of, resources))
        if any(isinstance(environment, Unknown) for environment in environments):
            return
        others = {str(name).casefold(): name for name in environments - named if name is not None}
        for name in sorted(named - environments):
            near = nearest(name.casefold(), others)
            if near is not None:
                yield (
                    f"the environment {name!r} in {self.file} is that of no resource of this "
                    f"stack; did you mean {others[near]!r}?"
                )

    def forgives(self, control: Control, outcome: Outcome) -> bool:
        """Tell whether a control is not judged for an environment that it does not itself name."""
        return (
            isinstance(outcome, NotApplicable)
            and bool(outcome.tolerated)
            and outcome.tolerated not in control.tolerated_in
        )

    def forgiven(self, findings: int, resources: int, environments: Iterable[str]) -> str:
        """Say how much is not judged because failures are tolerated in environments."""
        return (
            f"{many(findings, 'finding')} of controls on {many(resources, 'resource')} not judged: "
            f"{self._by} tolerates failures in {listed(sorted(environments), MOST)}"
        )

    def left_aside(self, findings: int, resources: int) -> str:
        """Say how much is not judged because of resources that are not chosen."""
        things = "1 resource" if resources == 1 else f"{resources} resources"
        rules = "1 control" if findings == 1 else f"{findings} findings of controls"
        return f"{rules} on {things} not judged: {self._by} leaves the resources out"

    @property
    def chosen(self) -> list[Control]:
        """Give the controls that hold."""
        return [control for control in self.known.values() if self.holds(control)]

    def told(self, control: Control) -> dict[str, Any]:
        """Give the parameters of a control that are not its defaults."""
        given: dict[str, Any] = {}
        if self.trusted and TRUSTED in control.parameters:
            given[TRUSTED] = self.trusted
        places = [
            environment
            for environment, tolerated in self.tolerates.items()
            if any(selector.matches(control) for selector in tolerated)
        ]
        if places:
            given[TOLERATED] = tuple(dict.fromkeys((*control.tolerated_in, *places)))
        return {**given, **self.parameters.get(control.id, {})}

    def told_all(self, controls: Iterable[Control]) -> dict[str, Mapping[str, Any]]:
        """Give the parameters of controls that are not their defaults, by the controls' ids."""
        return {control.id: told for control in controls if (told := self.told(control))}

    def origin(self, control: Control, parameter: str) -> str | None:
        """Say who sets a parameter: a profile, or the file, which alone has keys for many."""
        return self.origins.get((control.id, parameter), self.file)

    def level(self, control: Control) -> Level | None:
        """Give the level of a control at preview; None for the catalogue's own."""
        if not self.holds(control):
            return "disabled"
        _, level = self.leveled(control)
        return level

    def leveled(self, control: Control) -> tuple[Selector | None, Level | None]:
        """Give the selector that says the level of a control, and the level."""
        levels = (entry for entry in reversed(self.levels) if entry[0].matches(control))
        return next(levels, (None, None))

    @property
    def left_out(self) -> str | None:
        """Say in a sentence how many controls do not hold, and why; None when all do."""
        known = self.known
        number = len(known) - len(self.chosen)
        return self.not_judged(number, len(known), "leaves them out") if number else None

    def not_judged(self, number: int, known: int, does: str) -> str:
        """Say how many controls the settings keep from being judged, and what they do to them."""
        return f"{number} of {known} controls were not judged: {self._by} {does}"

    @property
    def tolerance(self) -> str | None:
        """Say in a sentence how many controls may fail in which environments; None for none."""
        places = {
            environment
            for control in self.chosen
            for environment in self.told(control).get(TOLERATED, ())
            if environment not in control.tolerated_in
        }
        number = sum(TOLERATED in self.told(control) for control in self.chosen)
        if not places:
            return None
        return (
            f"failures of {many(number, 'control')} are tolerated in "
            f"{listed(sorted(places), MOST)}: {self._by} says so"
        )

    @property
    def _by(self) -> str:
        return f"{self.file} (profile {self.profile})" if self.profile else str(self.file)


EVERYTHING: Final = Settings()
