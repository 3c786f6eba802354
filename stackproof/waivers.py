"""Waivers: failures that their owners accept until a day, from `waivers.yaml` beside Pulumi.yaml.

A waiver is honest only while it can be seen and while it ends: what it covers stays in every
report, and from the day after `until` the failure is a failure again. What could not be seen is
never waived.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from stackproof.model import Fail, Finding, Outcome, Resource, Unknown, Waived
from stackproof.model.json_text import text_of
from stackproof.parity.controls import every_control

_ANY = "*"
# That of libyaml is ten times as quick, where it is there.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class WaiversError(Exception):
    """Raised when waivers cannot be used: one sentence for each problem, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One accepted failure: a control, its resources, why, whose, and its last day.

    A resource may have one name at preview and another on AWS, hence several patterns.
    """

    control: str
    resource: tuple[str, ...]
    stack: str = _ANY
    reason: str
    owner: str
    until: date

    @classmethod
    def read(cls, entry: Any) -> Waiver:
        """Read an entry of a file, in which every value is text, a list or a mapping.

        Raises WaiversError with a sentence for each problem, a line each.
        """
        problems = list(_problems(entry))
        if problems:
            raise WaiversError("\n".join(problems))
        return cls(**{key: _KEYS[key].read(value) for key, value in entry.items()})

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
        data = yaml.load(text_of(path), _LOADER)
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
            entries.append(Waiver.read(entry))
        except WaiversError as error:
            problems += [f"{path}, waiver {number}: {said}" for said in str(error).splitlines()]
        problems += [f"{path}, waiver {number}: {said}" for said in _unknown_control(entry)]
    if problems:
        raise WaiversError("\n".join(problems))
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key of an entry means, and how its value is read; one that is no good gives None."""

    meaning: str
    read: Callable[[Any], Any]


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _patterns(value: Any) -> tuple[str, ...] | None:
    read = [_text(item) for item in (value if isinstance(value, list) else [value])]
    kept = tuple(item for item in read if item)
    return kept if kept and len(kept) == len(read) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


_KEYS: Final[Mapping[str, _Key]] = {
    "control": _Key("the id of the control that refuses what is accepted", _text),
    "resource": _Key(
        "a pattern of the resource's name, URN, id or ARN, or a list of patterns", _patterns
    ),
    "stack": _Key("a pattern of the stack's name", _text),
    "reason": _Key("text that says why the failure is accepted", _text),
    "owner": _Key("the name of who answers for it", _text),
    "until": _Key("the last day on which it holds, as YYYY-MM-DD", _day),
}
_REQUIRED: Final = frozenset(key.name for key in fields(Waiver) if key.default is MISSING)


def _problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"it is {entry!r}, which must be a mapping with the keys {_keys()}"
        return
    for name, key in _KEYS.items():
        if name not in entry:
            if name in _REQUIRED:
                yield f"{name} is missing; it must be {key.meaning}"
        elif key.read(entry[name]) is None:
            yield f"{name} is {entry[name]!r}; it must be {key.meaning}"
    for name in entry:
        if name not in _KEYS:
            yield f"there is no key {name!r}; {_closest(name, _KEYS)}"


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
    return ", ".join(_KEYS)
