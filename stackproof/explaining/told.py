"""The sentences of an explanation."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from stackproof.endpoints import who
from stackproof.explaining.known import Known, label_of, twin_of
from stackproof.explaining.tracing import Fact, Trace, traced
from stackproof.model import (
    Fail,
    Finding,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    Waived,
    outcome_word,
)
from stackproof.parity.accounting import Status
from stackproof.parity.controls import PARITY
from stackproof.record.findings import shown, unseen
from stackproof.record.redaction import redacted
from stackproof.verify import tally

_OWNERS: Mapping[str, str] = {
    "ours": "it is the stack's",
    "foreign": "it is another's, which the stack has to do with",
    "unrelated": "it is no concern of the stack",
    "not known": "it is not known whose it is",
}
_OPEN = ("fail", "unknown", "waived")
_OF_ITS_OWN, _OF_OTHERS = 30, 12


def about_resource(known: Known, resource: Resource, parts: list[Resource]) -> Iterator[str]:
    """Say whose a resource is, where it stands, and what became of it."""
    yield label_of(resource)
    for name, value in (("URN", resource.urn), ("ARN", resource.arn), ("id", resource.id)):
        yield from [f"  {name}: {value}"] if value else []
    yield from _owner(known, resource)
    yield from _places(known, resource)
    findings = known.of(resource)
    counts = tally(findings)
    judged = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in counts.items() if n)
    yield f"judged: {judged or 'by no control'}"
    for finding in findings:
        if outcome_word(finding.outcome) in _OPEN:
            yield ""
            yield from about_finding(known, finding)
    if parts:
        yield ""
        yield f"called the same: {', '.join(map(label_of, parts))}"


def about_finding(known: Known, finding: Finding) -> Iterator[str]:
    """Say what a control demands of a resource, where that stands at each sight, and why."""
    control = finding.control
    facet = f" [{finding.facet}]" if finding.facet else ""
    yield f"{control.id}{facet} on {label_of(finding.resource)}"
    yield f"  demands: {control.title} ({control.severity}, {control.category})"
    if why := inspect.getdoc(control.judge):
        yield f"  because: {' '.join(why.split())}"
    if control.id in PARITY:
        yield f"  found: {_outcome(finding.outcome)}"
    else:
        yield from _sights(known, finding)
        yield from _parameters(known, finding)
    if isinstance(finding.outcome, Waived):
        yield f"  accepted: by {finding.outcome.waiver}, until {finding.outcome.until}"
    yield f"  fingerprint: {finding.fingerprint}"


def _owner(known: Known, resource: Resource) -> Iterator[str]:
    told = [fact for fact in known.whose if _is_about(fact, resource)]
    # Parts come with what they are of: whose that is decides.
    of_type = [fact for fact in told if fact["type"] == resource.type] or told
    if of_type:
        yield f"whose: {_OWNERS[of_type[-1]['whose']]}, because {of_type[-1]['why']}"
    elif known.live is None:
        managed = known.state is not None and resource in known.state.stack.resources
        only = "the state manages it" if managed else "the program only reads it"
        yield f"whose: {_OWNERS['ours' if managed else 'foreign']}, because {only}"
    entry = known.entry(resource)
    if entry is None:
        return
    if entry.source is not None:
        yield f"named by: {entry.source}"
    why = unseen(entry.unknown) if entry.unknown else entry.why
    yield f"ends as: {entry.status}{f' ({why})' if why else ''}"
    if entry.status is Status.UNCOVERED:
        yield "  no control looks at resources of its type"


def _is_about(fact: Mapping[str, Any], resource: Resource) -> bool:
    names = {fact["id"], fact["arn"], *fact["names"]} - {None}
    return not names.isdisjoint({resource.id, resource.arn, resource.owner} - {None})


def _places(known: Known, resource: Resource) -> Iterator[str]:
    from stackproof.sights.live.readers import readers

    if known.state is not None:
        there = twin_of(resource, known.state.stack)
        yield f"in the state: {f'as {there.urn}' if there else 'not there'}"
    if known.live is None:
        yield "live: not asked"
        return
    there = twin_of(resource, known.live)
    unread = there.unread if there else None
    seen = unseen(unread) if unread else "there" if there else "not seen"
    yield f"live, by {who(known.run.endpoint)}: {seen}"
    if gap := known.live.gaps.get(resource.type):
        yield f"  not all of its type could be seen: {unseen(gap)}"
    reader = next((reader for reader in readers() if resource.type in reader.types), None)
    if reader is None:
        yield "  nothing reads resources of its type"
        return
    asks = (reader.listing, *(detail.ask for detail in reader.details.values()))
    yield f"  read by: {', '.join(dict.fromkeys(ask.name for ask in asks))}"


def _sights(known: Known, finding: Finding) -> Iterator[str]:
    from stackproof.policy_pack.levels import level, reason

    told = known.settings.level(finding.control) or level(finding.control).value
    yield f"  at preview: the pack judges it as {told} ({reason(finding.control)})"
    yield from _declared(known, finding)
    in_state = known.state.stack if known.state else None
    for word, stack in (("in the state", in_state), ("live", known.live)):
        if stack is not None:
            yield from _at(known, finding, word, stack)


def _declared(known: Known, finding: Finding) -> Iterator[str]:
    """Say what the program set of what fails: a state has that as its inputs."""
    outcome = finding.outcome
    fail = outcome.instead_of if isinstance(outcome, Waived) else outcome
    urn = finding.resource.urn
    if not isinstance(fail, Fail) or known.state is None or urn not in known.state.inputs:
        return
    name = fail.property.split(".")[0].split("[")[0]
    inputs = known.state.inputs[str(urn)]
    if name in inputs:
        yield f"  declared: the program sets {name} to {_value(name, inputs[name])}"
    elif name in finding.resource.data:
        yield f"  declared: the program says nothing of {name}"


def _at(known: Known, finding: Finding, word: str, stack: Stack) -> Iterator[str]:
    resource = twin_of(finding.resource, stack)
    if resource is None:
        gone = "it is not there" if finding.resource.id or finding.resource.urn else "not seen"
        gap = stack.gaps.get(finding.resource.type)
        yield f"  {word}: {unseen(gap) if gap else gone}"
        return
    outcomes, trace = traced(finding.control, resource, stack, known.settings.told(finding.control))
    outcome = outcomes.get(finding.facet)
    yield f"  {word}: {_outcome(outcome) if outcome else 'it says nothing of this'}"
    yield from _facts(trace, resource)


def _facts(trace: Trace, resource: Resource) -> Iterator[str]:
    own = [fact for fact in trace.facts if fact.resource.identity == resource.identity]
    others = [fact for fact in trace.facts if fact.resource.identity != resource.identity]
    for facts, most in ((own, _OF_ITS_OWN), (others, _OF_OTHERS)):
        for fact in facts[:most]:
            yield f"    read: {_fact(fact, resource)}"
        if len(facts) > most:
            yield f"    read: {len(facts) - most} facts more"
    for type_, number in trace.looked_for.items():
        yield f"    looked for: {type_}, of which there are {number or 'none'}"


def _fact(fact: Fact, resource: Resource) -> str:
    of = "" if fact.resource.identity == resource.identity else f"{label_of(fact.resource)}: "
    return f"{of}{fact.path} = {_value(fact.path, fact.value)}"


def _value(path: str, value: Any) -> str:
    return unseen(value) if isinstance(value, Unknown) else shown(redacted(path, value))


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Pass():
            return "holds"
        case Fail(property_, expected, actual, fix):
            return f"fails: {property_} is {_value(property_, actual)}, expected {expected}. {fix}"
        case Waived(_, _, fail):
            return _outcome(fail)
        case Unknown():
            return f"unknown: {unseen(outcome)}"
        case NotApplicable(why):
            return f"not applicable: {why}"
        case _:
            assert_never(outcome)


def _parameters(known: Known, finding: Finding) -> Iterator[str]:
    told = known.settings.told(finding.control)
    for name, default in finding.control.parameters.items():
        if name in told:
            yield f"  parameter: {name} = {told[name]!r} (default {default!r})"
        else:
            yield f"  parameter: {name} = {default!r}"
