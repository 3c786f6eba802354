"""Who from outside an account may use a resource, wherever that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stackproof.controls.support.checks import attempt, each
from stackproof.controls.support.documents import granted
from stackproof.model import (
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Given, Variant
from stackproof.reasoning.access import (
    Circle,
    Condition,
    Grant,
    Kind,
    Party,
    granted_to,
    permitted,
)
from stackproof.reasoning.policy_documents import document_statements, resource_policy
from stackproof.types.tokens import S3_BUCKET, VPC, VPC_ENDPOINT

# What tells whether a network or a bucket that a condition names is the stack's.
OWNED = (S3_BUCKET, VPC, VPC_ENDPOINT)
_OPEN_TO_EVERYBODY = NotApplicable("everybody is let in, which another control says")
LetIn = tuple[str, Grant] | Unknown
Reading = Callable[[Resource], list[LetIn]]


@dataclass(frozen=True, slots=True)
class Shareable:
    """A kind of resource that can be shared, and its proof.

    `reading` gives whom a resource lets in by what stands in itself; without it, its policy does,
    wherever that stands. `example` lets nobody in from outside; `outsider` lets
    another account in (`also_outside` others), `open` everybody, `elsewhere` somebody of whom it
    can't be seen whose they are, and `hidden` makes it unknown. With `public`, the
    severity of letting everybody in, no other control says that; `fsbp` are its ids.
    """

    thing: str
    things: str
    types: tuple[str, ...]
    example: Given
    outsider: Variant
    open: Variant
    hidden: Variant
    elsewhere: Variant
    reading: Reading | None = None
    severity: Severity = Severity.MEDIUM
    public: Severity | None = None
    fsbp: tuple[str, ...] = ()
    also_outside: tuple[Variant, ...] = ()


def in_document(name: str) -> Reading:
    """Give how a policy is read that stands in a property of the judged resource itself."""
    return lambda holder: granted(document_statements(holder, name))


def in_permission(holder: Resource) -> list[LetIn]:
    """Give whom a permission of a function lets in."""
    try:
        return [("principal", permitted(holder))]
    except UnresolvedError as error:
        return [error.unknown]


def in_list(name: str, action: str) -> Reading:
    """Give how a property is read that lists accounts, or `all` for everybody."""

    def read(holder: Resource) -> list[LetIn]:
        try:
            names = [str(value) for value in holder.values(name)]
        except UnresolvedError as error:
            return [error.unknown]
        return [(name, shared_with(account, action, holder)) for account in names]

    return read


def shared_with(name: str, action: str, by: Resource) -> Grant:
    """Give the grant of an account, an organization's ARN, a principal, or `all`."""
    if ":organizations:" in name:
        organization = next((part for part in name.split("/") if part.startswith("o-")), name)
        membership = Condition("StringEquals", "aws:principalorgid", (organization,))
        return granted_to("AWS", "*", action, (membership,), by=by.name)
    everybody = name.lower() in ("all", "*")
    return granted_to("AWS", "*" if everybody else name, action, by=by.name)


def closed(shareable: Shareable, holder: Resource, stack: Stack, trusted: Iterable[str]) -> Outcome:
    """Pass when nobody from outside the account is let in, save those who are trusted.

    What lets everybody in is another control's to say.
    """
    circle = Circle(holder.account, frozenset(trusted), lambda party: _owns(stack, party))

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        if grant.everybody:
            return _OPEN_TO_EVERYBODY
        if circle.admits(grant):
            return Pass()
        return Fail(
            path,
            "nobody from outside the account, or an account or organization that is trusted",
            f"{grant.statement.name} allows {grant} {', '.join(grant.statement.actions)}",
            "Take the principal out, or list its account or organization in `trusted`.",
        )

    read = shareable.reading
    items = read(holder) if read else granted(resource_policy(holder, stack))
    outcomes = [attempt(judge, item) if isinstance(item, tuple) else item for item in items]
    # Beside everybody, that the others are let in from inside is no answer.
    return worst(*([outcome for outcome in outcomes if outcome != Pass()] or outcomes))


def not_open(items: Iterable[LetIn]) -> Outcome:
    """Pass when not everybody is let in."""

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        if not grant.everybody:
            return Pass()
        return Fail(
            path,
            "named accounts, or a condition on their account or organization",
            f"{grant.statement.name} allows everybody {', '.join(grant.statement.actions)}",
            "Name the accounts that need it.",
        )

    return each(items, judge)


def _owns(stack: Stack, party: Party) -> bool:
    match party.kind:
        case Kind.NETWORK:
            type_ = VPC_ENDPOINT if party.name.startswith("vpce-") else VPC
            return stack.find(party.name, type_) is not None
        case Kind.THING:
            bucket = party.name.rpartition(":")[2].partition("/")[0]
            return stack.find(bucket, S3_BUCKET) is not None
        case _:
            return False
