"""Defects planted behind a stack's back, and what `verify` makes of them.

Defects are dealt to a few copies of one deployment, so that those of one copy don't meet, and a
copy is verified once. A defect is caught when a resource that carries its mark fails a control as
it didn't before. The control is named beside the defect, so that no other one's finding is taken
for its own. What no control notices is planted together: it's known why, and whether `verify` with
the stack's state says so on a resource that carries the mark. Whatever fails in a stack fails in
its account, which is looked at as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import boto3
import pytest

from stackproof.fleet.account import verify_account
from stackproof.model import Fail, Finding, Resource
from stackproof.outputs import Outputs
from stackproof.parity.drift import DRIFT
from stackproof.parity.vanished import EXISTS
from stackproof.sights.live.everything import IN_PART
from stackproof.sights.state import load_state
from stackproof.verify import Run, asking, regions_of, settled
from tests.integration.deployments import Deployed, Deployments, suite
from tests.integration.planted.reasons import PROMISE
from tests.mutations.mutation import Act, Aws

AT_LEAST = 40  # defects of a blueprint
TOGETHER = 14  # in one copy
MOST_UNSEEN = 0.05  # of them, by `verify` with the state


class Seen(StrEnum):
    """Where `verify` with the stack's state shows what no control notices."""

    VANISHED = EXISTS.id
    DRIFTED = DRIFT.id
    UNMANAGED = "unmanaged"
    NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Defect:
    """What somebody did, and where it shows.

    `on` are outputs (`$database_instance_ids.0`) or parts of the names of resources of which one
    must fail the control `by`. Without a control, `seen` is where the state makes it show, and
    `why` tells why no control can.
    """

    what: str
    on: tuple[str, ...]
    act: Act
    by: str = ""
    seen: Seen = Seen.NOWHERE
    why: str = ""


@dataclass(frozen=True, slots=True)
class Json:
    """A document that AWS takes as text."""

    document: Any


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that begins with `$` and is no output's name."""

    text: str


def defect(what: str, on: str, by: str, act: Act) -> Defect:
    """Give a defect that a control notices; `on` are marks with blanks between them."""
    return Defect(what, tuple(on.split()), act, by)


def missed(what: str, on: str, seen: Seen, why: str, act: Act) -> Defect:
    """Give a defect that no control notices, and why."""
    return Defect(what, tuple(on.split()), act, seen=seen, why=why)


def better(what: str, act: Act) -> Defect:
    """Give what is no defect."""
    return Defect(what, (), act)


def otherwise(what: str, act: Act) -> Defect:
    """Give what is no defect, and not as the stack's own scenarios promise it."""
    return Defect(what, (), act, why=PROMISE)


def call(where: str, operation: str, /, **parameters: Any) -> Act:
    """Call AWS; texts that begin with `$` are outputs, with `~` the last part of their name.

    `where` is a service, and the output that names its region if that isn't the stack's:
    `s3 $backup_region`.
    """

    def act(aws: Aws, outputs: Outputs) -> object:
        client = aws(*(resolved(outputs, part) for part in where.split()))
        return getattr(client, operation)(**resolved(outputs, parameters))

    return act


def use(change: Callable[..., object], *given: Any, **named: Any) -> Act:
    """Let a function change something; its arguments are told as those of `call` are."""
    return lambda aws, outputs: change(aws, *resolved(outputs, given), **resolved(outputs, named))


def both(*acts: Act) -> Act:
    """Do one thing after the other."""

    def act(aws: Aws, outputs: Outputs) -> None:
        for each in acts:
            each(aws, outputs)

    return act


def resolved(outputs: Outputs, given: Any) -> Any:
    """Put outputs in the place of their names: `$map.key`, `$list.0`, `~role_arn`."""
    match given:
        case str() if given[:1] in ("$", "~"):
            value: Any = outputs.values
            for part in given[1:].split("."):
                value = value[int(part)] if isinstance(value, list) else value[part]
            return value if given[0] == "$" else str(value).rpartition("/")[2]
        case Literal():
            return given.text
        case Json():
            return json.dumps(resolved(outputs, given.document))
        case Mapping():
            return {name: resolved(outputs, value) for name, value in given.items()}
        case list() | tuple():
            return type(given)(resolved(outputs, item) for item in given)
    return given


@dataclass(frozen=True, slots=True)
class Looked:
    """What `verify` says that it didn't say before: by itself, and with the state if asked to.

    `overlooked` are the failures that it says of the stack and not of the whole account.
    """

    alone: Sequence[Finding] = ()
    overlooked: Sequence[Finding] = ()
    with_state: Sequence[Finding] = ()
    unmanaged: Sequence[Resource] = ()


class Field:
    """A deployed stack of which copies are spoilt and verified."""

    def __init__(self, deployments: Deployments, stack: str, patch: pytest.MonkeyPatch) -> None:
        self._deployments = deployments
        self._stack = stack
        self._patch = patch
        untouched = deployments.untouched(stack)
        self._state = load_state(untouched.state)
        self._before = Looked()
        self._before = self._look(untouched, with_state=True)

    def planted(self, changes: Sequence[Defect], *, with_state: bool = False) -> Looked:
        """Make changes to one copy of the stack; give what `verify` says of it."""
        with self._changed(changes) as copy:
            return self._look(copy, with_state=with_state, in_account=not with_state)

    def improved(self, changes: Sequence[Defect]) -> tuple[Looked, str]:
        """Make changes to one copy; give what `verify` says, and the suite where it isn't green.

        The suite sees those only that keep the stack's promises.
        """
        with self._changed([defect for defect in changes if not defect.why]) as copy:
            outputs = f"--outputs={copy.outputs.path}"
            ran = suite(copy.environment, "--tb=short", outputs, "tests/scenarios")
            _act([defect for defect in changes if defect.why], copy)
            return self._look(copy), ran.stdout if ran.returncode else ""

    @contextmanager
    def _changed(self, changes: Sequence[Defect]) -> Iterator[Deployed]:
        with self._deployments.copy(self._stack) as copy:
            self._reach(copy)
            _act(changes, copy)
            yield copy

    def caught(self, defect: Defect, looked: Looked) -> set[str]:
        """Give the controls that met a defect."""
        return {f.control.id for f in looked.alone if self._on(defect, f.resource, f.facet)}

    def seen(self, defect: Defect, looked: Looked) -> set[str]:
        """Give where the state makes a defect show."""
        found = {f.control.id for f in looked.with_state if self._on(defect, f.resource, f.facet)}
        unmanaged = any(self._on(defect, resource) for resource in looked.unmanaged)
        return found | ({Seen.UNMANAGED} if unmanaged else set())

    def _look(
        self, deployed: Deployed, *, with_state: bool = False, in_account: bool = False
    ) -> Looked:
        """Verify a stack, and its account or with its state, from the same answers of AWS."""
        self._reach(deployed)
        aws = asking()
        _, alone = settled(deployed.outputs, None, (), 0, aws)
        new = _new(alone, self._before.alone)
        if in_account:
            account = verify_account(aws, regions_of(deployed.outputs, None))
            return Looked(new, _overlooked(alone, account))
        if not with_state:
            return Looked(new)
        _, compared = settled(deployed.outputs, self._state, (), 0, aws)
        assert compared.comparison is not None
        unmanaged = compared.comparison.unmanaged
        return Looked(new, (), _new(compared, self._before.with_state), unmanaged)

    def _reach(self, deployed: Deployed) -> None:
        for name, value in deployed.environment.items():
            self._patch.setenv(name, value)

    def _on(self, defect: Defect, resource: Resource, facet: str = "") -> bool:
        outputs = self._deployments.untouched(self._stack).outputs
        said = (resource.identity, resource.name, resource.id, resource.arn, facet)
        text = " ".join(str(part) for part in (resource.type, *said))
        return any(mark in text for mark in _marks(defect, outputs))


def _act(changes: Sequence[Defect], on: Deployed) -> None:
    session: Any = boto3.Session(region_name=str(on.outputs["region"]))
    for change in changes:
        change.act(session.client, on.outputs)


def _new(run: Run, before: Sequence[Finding]) -> list[Finding]:
    known = {finding.fingerprint for finding in before}
    return [
        finding
        for finding in run.findings
        if isinstance(finding.outcome, Fail) and finding.fingerprint not in known
    ]


def _overlooked(stack: Run, account: Run) -> list[Finding]:
    """Give what fails in a stack and not in its account.

    Only intent tells what should be there; of what an account is said to be read in part, what
    wasn't read is left out.
    """
    known = {f.fingerprint for f in account.findings if isinstance(f.outcome, Fail)}
    read = {finding.resource.identity for finding in account.findings}
    return [
        finding
        for finding in stack.findings
        if isinstance(finding.outcome, Fail)
        and finding.control.id != EXISTS.id
        and finding.fingerprint not in known
        and (finding.resource.identity in read or finding.resource.type not in IN_PART)
    ]


def _dealt(defects: Sequence[Defect], copies: int) -> list[list[Defect]]:
    """Deal defects to copies so that those of one thing are spread over all of them."""
    dealt: list[list[Defect]] = [[] for _ in range(copies)]
    for defect in defects:
        same = [sum(len({*other.on} & {*defect.on}) for other in copy) for copy in dealt]
        place = min(range(copies), key=lambda number: (same[number], len(dealt[number])))
        dealt[place].append(defect)
    return dealt


def _marks(defect: Defect, outputs: Outputs) -> Iterator[str]:
    for mark in defect.on:
        value = resolved(outputs, mark)
        yield from map(str, value) if isinstance(value, list) else (str(value),)


def all_caught(field: Field, defects: Sequence[Defect]) -> None:
    """Hold that `verify` catches what it is known to, each defect by its control or its state."""
    assert len({defect.what for defect in defects}) == len(defects) >= AT_LEAST
    caught = [defect for defect in defects if defect.by]
    for together in _dealt(caught, -(-len(caught) // TOGETHER)):
        looked = field.planted(together)
        met = {defect.what: field.caught(defect, looked) for defect in together}
        assert not looked.overlooked, "found in the stack, and not in its account"
        assert {
            defect.what: met[defect.what]
            for defect in together
            if defect.by not in met[defect.what]
        } == {}
    rest = [defect for defect in defects if not defect.by]
    looked = field.planted(rest, with_state=True)
    assert {
        defect.what: field.caught(defect, looked) for defect in rest if field.caught(defect, looked)
    } == {}
    unseen = [defect for defect in rest if defect.seen is Seen.NOWHERE]
    assert {
        defect.what: field.seen(defect, looked) for defect in unseen if field.seen(defect, looked)
    } == {}
    seen = [defect for defect in rest if defect.seen]
    assert [defect.what for defect in seen if defect.seen not in field.seen(defect, looked)] == []
    assert all(defect.why for defect in rest)
    assert len(unseen) <= len(defects) * MOST_UNSEEN


def none_blamed(field: Field, improvements: Sequence[Defect]) -> None:
    """Hold that nothing fails for what was made better, neither controls nor scenarios."""
    looked, red = field.improved(improvements)
    assert [(f.control.id, f.resource.identity, f.outcome) for f in looked.alone] == []
    assert not red, red
