"""Security groups: what one lets out to another is let in there, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.example_service import BY_GROUP, rule
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.security_groups import (
    EGRESS_NEIGHBOURS,
    INGRESS_NEIGHBOURS,
    Rule,
    egress,
    ingress,
)
from stackproof.types.tokens import SECURITY_GROUP

_SUBJECT: Final = Ref("subject")
_OTHER: Final = Ref("other")


@control(
    "security-group-rules-meet",
    title="What one security group lets out to another is let in there",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=SECURITY_GROUP,
    needs=(*INGRESS_NEIGHBOURS, *EGRESS_NEIGHBOURS),
    frameworks={Framework.NIST: ("CM-6",)},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP,
            {"vpc_id": "vpc-1"},
            (
                Neighbour("other", SECURITY_GROUP, {"vpc_id": "vpc-1"}),
                rule("there", _SUBJECT, "out", 5432, **{BY_GROUP: _OTHER}),
                rule("arrives", _OTHER, "in", 5432, **{BY_GROUP: _SUBJECT}),
                rule("from-there", _SUBJECT, "in", 9000, **{BY_GROUP: _OTHER}),
                rule("leaves", _OTHER, "out", 9000, **{BY_GROUP: _SUBJECT}),
            ),
            Sight.DECLARED,
        ),
        failing=(
            Without("arrives"),
            Without("leaves"),
            (Change("from_port", 5433, of="arrives"), Change("to_port", 5433, of="arrives")),
            Change("ip_protocol", "udp", of="leaves"),
            Change(BY_GROUP, _OTHER, of="arrives"),
        ),
        unknown=(
            Hide("security_group_id", of="there"),
            Hide(BY_GROUP, of="there"),
            (Without("arrives"), Hide("security_group_id", of="from-there")),
        ),
        absent=(Without("other"),),
        also_passing=(
            (
                Without("arrives"),
                With(rule("anybody", _OTHER, "in", 5432, cidr_ipv4="10.0.0.0/16")),
            ),
            (Change("from_port", 1, of="arrives"), Change("to_port", 65535, of="arrives")),
            (
                Change("ip_protocol", "-1", of="leaves"),
                Remove("from_port", of="leaves"),
                Remove("to_port", of="leaves"),
            ),
            With(rule("itself", _SUBJECT, "in", 7000, **{BY_GROUP: _SUBJECT})),
        ),
        not_applicable=((Without("there"), Without("from-there")),),
    ),
)
def rules_meet(group: Resource, stack: Stack) -> Outcome:
    """A rule for another group that has none to answer it lets nothing through.

    Rules for addresses may meet any. What a group allows itself is not asked about: it is often
    written down for one way only.
    """
    return each(_named(group, stack), partial(_met, group, stack))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule of a group for another one, and the rules there that may answer it."""

    rule: Rule
    other: Resource
    answers: Callable[[Resource, Stack], Iterable[Rule | Unknown]]
    direction: str


def _named(group: Resource, stack: Stack) -> Iterator[_Asked | Unknown]:
    for own, answers, direction in ((ingress, egress, "out"), (egress, ingress, "in")):
        for rule_ in own(group, stack):
            if isinstance(rule_, Unknown):
                yield rule_
                continue
            try:
                others = [other for other in rule_.groups(stack) if other is not group]
            except UnresolvedError as error:
                yield error.unknown
            else:
                yield from (_Asked(rule_, other, answers, direction) for other in others)


def _met(group: Resource, stack: Stack, asked: _Asked) -> Outcome:
    hidden: Unknown | None = None
    for answer in asked.answers(asked.other, stack):
        if isinstance(answer, Unknown):
            hidden = hidden or answer
            continue
        try:
            if _overlap(asked.rule, answer) and _names(answer, group, stack):
                return Pass()
        except UnresolvedError as error:
            hidden = hidden or error.unknown
    if hidden is not None:
        raise UnresolvedError(hidden)
    return Fail(
        asked.rule.place,
        f"a rule of {asked.other.name} that lets it {asked.direction}",
        None,
        f"Add a rule to {asked.other.name} for {group.name}, or remove this one.",
    )


def _names(answer: Rule, group: Resource, stack: Stack) -> bool:
    return answer.names_addresses or any(group_ is group for group_ in answer.groups(stack))


def _overlap(rule_: Rule, other: Rule) -> bool:
    if "-1" in (rule_.protocol, other.protocol):
        return True
    if rule_.protocol != other.protocol:
        return False
    start, stop = max(rule_.ports.start, other.ports.start), min(rule_.ports.stop, other.ports.stop)
    return not rule_.ports or start < stop
