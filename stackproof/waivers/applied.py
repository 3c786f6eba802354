"""Apply waivers to what was found, and count what each covers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from stackproof import clock
from stackproof.model import (
    Fail,
    Finding,
    Outcome,
    Pass,
    Resource,
    Sight,
    Stack,
    Unknown,
    Waived,
)
from stackproof.model.called import without_logical_names
from stackproof.parity.expected import EXPECTED, WAIVER
from stackproof.waivers.entry import Waiver


@dataclass(frozen=True, slots=True)
class Match:
    """A waiver by its place in the file, and the failing resources that it covers.

    `unseen` is why a failure that it may cover as well could not be seen.
    """

    number: int
    waiver: Waiver
    resources: tuple[Resource, ...]
    unseen: Unknown | None

    @property
    def text(self) -> str:
        """Name it by its place, its control, its resources and its owner."""
        return f"waiver {self.number} ({self.waiver.text})"

    @property
    def finding(self) -> Finding | None:
        """Give the finding about its number of resources, where it is not what is expected."""
        if self.waiver.expect is None:
            return None
        data = {
            "expect": self.waiver.expect,
            "covered": [resource.name for resource in self.resources],
            "unseen": self.unseen,
        }
        # Its place is not its name: an entry that is put before it must change no fingerprint.
        judged = Resource(data, type=WAIVER, name=self.waiver.text)
        (outcome,) = EXPECTED.outcomes(judged, Stack((judged,), Sight.LIVE)).values()
        return None if isinstance(outcome, Pass) else Finding(EXPECTED, judged, outcome)


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a file, for one stack on one day; with no stack's name, `stack` is None.

    `held` are the URNs of the stack's state, None where no state is at hand.
    """

    entries: Sequence[Waiver] = ()
    stack: str | None = None
    today: date = field(default_factory=clock.today)
    held: frozenset[str] | None = None

    def apply(self, findings: Sequence[Finding]) -> list[Finding]:
        """Turn the failures under a waiver into Waived; touch no other outcome.

        A failure whose waivers have all expired stays, and its fix says so.
        """
        if not any(isinstance(finding.outcome, Fail) for finding in findings):
            return list(findings)
        entries = [waiver for waiver in self.entries if waiver.concerns(self.stack)]
        return [
            replace(finding, outcome=self._outcome(finding, finding.outcome, entries))
            if entries and isinstance(finding.outcome, Fail)
            else finding
            for finding in findings
        ]

    def matches(self, findings: Sequence[Finding]) -> list[Match]:
        """Give each waiver of this stack with the failing resources that it covers."""
        return [
            self._match(number, waiver, findings)
            for number, waiver in enumerate(self.entries, 1)
            if waiver.concerns(self.stack)
        ]

    def unmatched(self, findings: Sequence[Finding]) -> list[str]:
        """Give a sentence for each waiver of this stack that no failure needs.

        What could not be seen may need it, so an Unknown of its control keeps it silent; and
        `expect` says its own.
        """
        return [*self._unsure(), *self._unneeded(findings)]

    def idle(self, resources: Collection[Resource]) -> list[str]:
        """Give a sentence for each waiver of this stack that is about none of some resources.

        `expect` says its own.
        """
        why = without_logical_names(resources)
        return [
            f"waiver {number} ({waiver.text}) is about no resource of this stack{why}"
            for number, waiver in enumerate(self.entries, 1)
            if waiver.concerns(self.stack)
            and waiver.expect is None
            and not any(map(waiver.names, resources))
        ]

    def _outcome(self, finding: Finding, fail: Fail, entries: Sequence[Waiver]) -> Outcome:
        covering = [waiver for waiver in entries if self._covers(waiver, finding)]
        if not covering:
            return fail
        last = max(covering, key=lambda waiver: waiver.until)
        if self.today <= last.until:
            return Waived(f"{last.owner} ({last.reason.rstrip('.')})", last.until, fail)
        return replace(fail, fix=f"{fail.fix} The waiver by {last.owner} expired on {last.until}.")

    def _covers(self, waiver: Waiver, finding: Finding) -> bool:
        resource = finding.resource
        stranger = self.held is not None and resource.urn not in self.held
        return waiver.covers(finding.control.id, resource, stranger=stranger)

    def _match(self, number: int, waiver: Waiver, findings: Sequence[Finding]) -> Match:
        own = [finding for finding in findings if finding.control.id == waiver.control]
        covered = {
            finding.resource.identity: finding.resource
            for finding in own
            if isinstance(finding.outcome, (Fail, Waived)) and self._covers(waiver, finding)
        }
        unseen = next((f.outcome for f in own if isinstance(f.outcome, Unknown)), None)
        return Match(number, waiver, tuple(covered.values()), unseen)

    def _unsure(self) -> Iterator[str]:
        for number, waiver in enumerate(self.entries, 1):
            if self.stack is None and not waiver.concerns(None):
                yield (
                    f"waiver {number} ({waiver.text}) is for the stacks {waiver.stack}, and "
                    "nothing says this stack's name: export it as the output `stack`"
                )

    def _unneeded(self, findings: Sequence[Finding]) -> Iterator[str]:
        why = without_logical_names([finding.resource for finding in findings])
        for match in self.matches(findings):
            if not (match.resources or match.unseen or match.waiver.expect is not None):
                yield f"{match.text} matches nothing: no such failure is there to waive{why}"
