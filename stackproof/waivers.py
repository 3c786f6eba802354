"""Waivers: failures that their owners accept until a day, from `waivers.yaml` beside Pulumi.yaml.

A waiver is honest only while it can be seen and while it ends: what it covers stays in every
report, and from the day after `until` the failure is a failure again. What could not be seen is
never waived.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as Invalid

from stackproof.model import Fail, Finding, Outcome, Resource, Unknown, Waived
from stackproof.parity.controls import every_control

_ANY = "*"


class WaiversError(Exception):
    """Raised when waivers cannot be used: one sentence for each problem, a line each."""


def _day(value: Any) -> Any:
    # To pydantic, text that is a number would be seconds since 1970.
    return date.fromisoformat(value) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Waiver(BaseModel):
    """One accepted failure: a control, its resources, why, whose, and its last day.

    A resource may have one name at preview and another on AWS, hence several patterns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    control: _Text = Field(description="the id of the control that refuses what is accepted")
    resource: Annotated[tuple[_Text, ...], BeforeValidator(_listed)] = Field(
        min_length=1,
        description="a pattern of the resource's name, URN, id or ARN, or a list of patterns",
    )
    stack: _Text = Field(default=_ANY, description="a pattern of the stack's name")
    reason: _Text = Field(description="text that says why the failure is accepted")
    owner: _Text = Field(description="the name of who answers for it")
    until: Annotated[date, BeforeValidator(_day)] = Field(
        description="the last day on which it holds, as YYYY-MM-DD"
    )

    def covers(self, control: str, resource: Resource) -> bool:
        """Tell whether it is about a control and a resource, by any name that the resource has."""
        names = (resource.name, resource.urn, resource.id, resource.arn)
        return control == self.control and any(
            name and fnmatchcase(name, pattern) for name in names for pattern in self.resource
        )

    def concerns(self, stack: str | None) -> bool:
        """Tell whether it is about a stack; one without a name is only in every stack."""
        return self.stack == _ANY if stack is None else fnmatchcase(stack, self.stack)


def _today() -> date:
    # Every machine must agree, wherever it stands.
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a file, for one stack on one day; with no stack's name, `stack` is None."""

    entries: Sequence[Waiver] = ()
    stack: str | None = None
    today: date = field(default_factory=_today)

    def apply(self, findings: Sequence[Finding]) -> list[Finding]:
        """Turn the failures under a waiver into Waived; touch no other outcome.

        A failure whose waivers have all expired stays, and its fix says so.
        """
        entries = [waiver for waiver in self.entries if waiver.concerns(self.stack)]
        return [
            replace(finding, outcome=self._outcome(finding, finding.outcome, entries))
            if entries and isinstance(finding.outcome, Fail)
            else finding
            for finding in findings
        ]

    def unmatched(self, findings: Sequence[Finding]) -> list[str]:
        """Give a sentence for each waiver of this stack that no failure needs.

        What could not be seen may need it, so an Unknown of its control keeps it silent.
        """
        return list(self._unmatched(findings))

    def _outcome(self, finding: Finding, fail: Fail, entries: Sequence[Waiver]) -> Outcome:
        covering = [w for w in entries if w.covers(finding.control.id, finding.resource)]
        if not covering:
            return fail
        last = max(covering, key=lambda waiver: waiver.until)
        if self.today <= last.until:
            return Waived(f"{last.owner} ({last.reason.rstrip('.')})", last.until, fail)
        return replace(fail, fix=f"{fail.fix} The waiver by {last.owner} expired on {last.until}.")

    def _unmatched(self, findings: Sequence[Finding]) -> Iterator[str]:
        for number, waiver in enumerate(self.entries, 1):
            names = ", ".join(waiver.resource)
            what = f"waiver {number} ({waiver.control} on {names}, {waiver.owner})"
            if not waiver.concerns(self.stack):
                if self.stack is None:
                    yield (
                        f"{what} is for the stacks {waiver.stack}, and nothing says this stack's "
                        "name: export it as the output `stack`"
                    )
            elif not any(_needs(finding, waiver) for finding in findings):
                yield f"{what} matches nothing: no such failure is there to waive"


def _needs(finding: Finding, waiver: Waiver) -> bool:
    match finding.outcome:
        case Fail() | Waived():
            return waiver.covers(finding.control.id, finding.resource)
        case Unknown():
            return finding.control.id == waiver.control
        case _:
            return False


def load(path: Path | None) -> tuple[Waiver, ...]:
    """Read a waivers' file, none when there is no file; raise WaiversError when it is no good."""
    if path is None:
        return ()
    try:
        # Every value as it is written: 2030-02-30 is no date, which is to be said with its place.
        data = yaml.load(path.read_text(encoding="utf-8-sig"), yaml.BaseLoader)
    except OSError as error:
        raise WaiversError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        # To YAML, `*-http` is a reference.
        hint = "; put a pattern that begins with * in quotes" if "alias" in said else ""
        raise WaiversError(f"{path} is not YAML ({said}){hint}") from None
    if not isinstance(data, (list, type(None))):
        raise WaiversError(
            f"{path} must be a list of waivers: entries that begin with `- control:`"
        )
    entries: list[Waiver] = []
    problems: list[str] = []
    for number, entry in enumerate(data or (), 1):
        try:
            entries.append(Waiver.model_validate(entry))
        except Invalid as error:
            problems += [f"{path}, waiver {number}: {said}" for said in _problems(error, entry)]
        problems += [f"{path}, waiver {number}: {said}" for said in _unknown_control(entry)]
    if problems:
        raise WaiversError("\n".join(problems))
    return tuple(entries)


def _problems(error: Invalid, entry: Any) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"it is {entry!r}, which must be a mapping with the keys {_keys()}"
        return
    for problem in error.errors():
        key = str(problem["loc"][0])
        if key not in Waiver.model_fields:
            yield f"there is no key {key!r}; {_closest(key, Waiver.model_fields)}"
            continue
        right = Waiver.model_fields[key].description
        if problem["type"] == "missing":
            yield f"{key} is missing; it must be {right}"
        else:
            yield f"{key} is {entry[key]!r}; it must be {right}"


def _unknown_control(entry: Any) -> Iterator[str]:
    control = entry.get("control") if isinstance(entry, Mapping) else None
    if isinstance(control, str) and control.strip() and control.strip() not in every_control():
        yield f"there is no control {control!r}; {_closest(control, every_control())}"


def _closest(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return (
        "`stackproof controls` lists them"
        if known is every_control()
        else f"its keys are {_keys()}"
    )


def _keys() -> str:
    return ", ".join(Waiver.model_fields)
