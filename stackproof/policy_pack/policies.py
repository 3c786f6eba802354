"""Controls as CrossGuard policies: `pulumi_policy`'s own classes, which any pack can hold.

A control of one resource is a resource policy rather than a stack policy, because only those
speak before anything is created under `pulumi up --skip-preview`.

Each has two doors: `judge` takes plain data, as our own server (`stackproof.policy_pack.server`)
gives it, and `validate` takes the SDK's objects apart first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from pulumi_policy import (
    EnforcementLevel,
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PolicySeverity

from stackproof.garbage import collect_seldom
from stackproof.model import (
    LEFT_TO_AWS,
    Cause,
    Control,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    Waived,
    outcome_word,
    worst,
)
from stackproof.parity.expected import EXPECTED
from stackproof.policy_pack import messages, proxies
from stackproof.policy_pack.aside import Aside, LeftOut
from stackproof.policy_pack.config import parameters, schema
from stackproof.policy_pack.door import keep, loading
from stackproof.policy_pack.levels import level
from stackproof.policy_pack.listing import Listing
from stackproof.policy_pack.unverified import VERIFIED_LIVE, Unverified
from stackproof.policy_pack.waived import WAIVED, Accepted
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.sights.declared import Shown
from stackproof.types.table import canonical

if TYPE_CHECKING:
    from stackproof.waivers import Waivers


@loading
def policies(
    controls: Iterable[Control] | None = None,
    waivers: Waivers | None = None,
    settings: Settings = EVERYTHING,
) -> list[Judging]:
    """Make one policy of each control (of all that the settings know by default).

    Four more list what nobody else reports: `waiver-as-expected`, the waivers that cover too much;
    `left-out`, what settings or configuration keep from being judged; `waived`, the violations that
    `waivers` accept; and `verified-live`, what could not be seen.
    `settings` say which hold, at which level and with which parameters, unless configured.
    """
    # The catalogue stays for as long as the engine asks: there is nothing to collect in it.
    collect_seldom()
    accepted = Accepted(waivers)
    unverified = Unverified()
    inputs = proxies.Inputs()
    chosen = list(settings.known.values() if controls is None else controls)
    aside = Aside(settings, chosen)

    def last() -> list[tuple[str, str]]:
        accepted.tell()
        return unverified.take()

    made: list[Judging] = [
        (OfStack if control.relational else OfResource)(
            control,
            _ConfiguredControl(control, unverified, accepted, settings, aside),
            _metadata(control, settings),
            inputs,
        )
        for control in chosen
    ]
    return [
        *made,
        Listing(
            EXPECTED.id, EXPECTED.title, accepted.more_than_expected, EnforcementLevel.MANDATORY
        ),
        LeftOut(aside),
        Listing(WAIVED, "Violations that waivers accept until a day", accepted.take),
        Listing(
            VERIFIED_LIVE,
            "What preview cannot show is verified live after deployment",
            last,
        ),
    ]


class OfResource(ResourceValidationPolicy):
    """A control of one resource."""

    def __init__(
        self,
        control: Control,
        held: _ConfiguredControl,
        metadata: dict[str, Any],
        inputs: proxies.Inputs,
    ) -> None:
        super().__init__(**metadata)
        self._held = held
        self._types = control.types
        self._inputs = inputs

    def configure(self, configured: Mapping[str, Any]) -> None:
        """Take over the pack's configuration; raise PackConfigError when it is no good."""
        self._held.configure(configured)

    def leaves(self, token: str) -> str | None:
        """Say why there is nothing to judge about resources of a type, or `None`."""
        if canonical(token) in self._types:
            return None
        return f"the control does not judge {token}"

    def judge(
        self, shown: Shown, configured: Mapping[str, Any], report: ReportViolation
    ) -> str | None:
        """Judge one resource by its inputs; say why it is neither right nor wrong, if so."""
        self._held.configure(configured)
        judged = self._held.judge(shown.resource, shown.alone, report)
        # Without this, the engine's summary would count the policy as passed.
        return None if isinstance(judged, (Pass, Fail)) else outcome_word(judged)

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Judge what the SDK's server shows."""
        self._inputs.note(args)
        left = self.leaves(args.resource_type) or self.judge(
            proxies.alone(args), args.get_config(), report_violation
        )
        if left:
            args.not_applicable(left)


class OfStack(StackValidationPolicy):
    """A control of resources among their neighbours."""

    def __init__(
        self,
        control: Control,
        held: _ConfiguredControl,
        metadata: dict[str, Any],
        inputs: proxies.Inputs,
    ) -> None:
        super().__init__(**metadata)
        self._held = held
        self._types = control.types
        self._inputs = inputs
        self.looks_at = frozenset((*control.types, *control.needs))

    def configure(self, configured: Mapping[str, Any]) -> None:
        """Take over the pack's configuration; raise PackConfigError when it is no good."""
        self._held.configure(configured)

    def judge(self, stack: Stack, configured: Mapping[str, Any], report: ReportViolation) -> None:
        """Judge every resource of the control's types among its neighbours.

        `stack` shows what it `looks_at`, and may show more.
        """
        self._held.configure(configured)
        for type_ in self._types:
            for resource in stack.all(type_):
                self._held.judge(resource, stack, report)

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Judge what the SDK's server shows."""
        stack = self._inputs.together(args.resources).stack(self.looks_at)
        self.judge(stack, args.get_config(), report_violation)


Judging: TypeAlias = OfResource | OfStack | Listing


class _ConfiguredControl:
    """Where one control judges with the pack's configuration, and says what it found."""

    def __init__(
        self,
        control: Control,
        unverified: Unverified,
        accepted: Accepted,
        settings: Settings,
        aside: Aside,
    ) -> None:
        self._control = control
        self._project = settings.told(control)
        self._aside = aside
        self._unverified = unverified
        self._accepted = accepted
        self._configured: Mapping[str, Any] = {}
        self._parameters: Mapping[str, Any] = {}
        self._kept: Path | None = None

    def configure(self, configured: Mapping[str, Any]) -> None:
        """Take over the pack's configuration; raise PackConfigError when it is no good."""
        if configured != self._configured:
            self._parameters = parameters(self._control, configured)
            self._configured = configured

    def judge(self, resource: Resource, stack: Stack, report: ReportViolation) -> Outcome:
        """Report failures, what blocks or broke, keep what is left to verify, give the worst."""
        control = self._control
        if self._aside.leaves(control, resource):
            return NotApplicable("settings leave the resource out")
        judged = control.outcomes(resource, stack, {**self._project, **self._parameters})
        self._aside.remember(control, resource, judged.values())
        outcomes = self._accepted.among(resource, control, judged)
        unknowns: list[Unknown] = []
        for facet, outcome in outcomes.items():
            match outcome:
                case Fail():
                    report(messages.failure(control, resource, facet, outcome), resource.urn)
                case Unknown() if outcome.cause is Cause.BROKEN:
                    # A guard that fell over guards nothing: it speaks at its own level.
                    self._fell(resource, stack)
                    report(messages.broken(control, resource, outcome, self._kept), resource.urn)
                case Unknown() if control.unknown_blocks and not _left_to_aws(outcome):
                    report(messages.blocking(control, resource, facet, outcome), resource.urn)
                case Unknown():
                    unknowns.append(outcome)
                case Pass() | NotApplicable() | Waived():
                    pass
                case _:
                    assert_never(outcome)
        self._unverified.put(resource, control, unknowns)
        return worst(*outcomes.values())

    def _fell(self, resource: Resource, stack: Stack) -> None:
        """Write down once what the control raises: it does so of many resources alike."""
        given = {**self._project, **self._parameters}
        error = None if self._kept else self._control.raised(resource, stack, given)
        if error is not None:
            self._kept = keep(error)


def _left_to_aws(unknown: Unknown) -> bool:
    # To block is for what the program says and cannot show yet; what it doesn't say it can't fix.
    return unknown.detail == LEFT_TO_AWS.detail


def _metadata(control: Control, settings: Settings) -> dict[str, Any]:
    set_ = settings.level(control)
    framework = next(iter(control.frameworks.items()), None)
    return {
        "name": control.id,
        "description": control.title,
        "enforcement_level": EnforcementLevel(set_) if set_ else level(control),
        "config_schema": schema(control, settings.told(control)),
        "severity": PolicySeverity(control.severity.value),
        "framework": framework
        and PolicyComplianceFramework(framework[0].value, reference=", ".join(framework[1])),
        "tags": [
            control.category.value,
            *(f"{name.name}:{id_}" for name, ids in control.frameworks.items() for id_ in ids),
            *(f"{name.name}:{id_} in part" for name, ids in control.in_part.items() for id_ in ids),
        ],
    }
