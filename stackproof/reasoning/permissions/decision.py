"""Whether AWS lets a principal do something: the policies of both sides, weighed.

Source: IAM User Guide, "Policy evaluation logic", "Cross-account policy evaluation logic",
"Permissions boundaries for IAM entities"; AWS KMS Developer Guide, "Key policies in AWS KMS".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access import Statement, matches
from stackproof.reasoning.permissions.conditions import Context, meets
from stackproof.reasoning.permissions.patterns import covers_arn
from stackproof.reasoning.permissions.principals import Caller, Named, named
from stackproof.reasoning.permissions.verdicts import Verdict, both, either


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Policies that aren't seen and may let a service do anything; they deny nothing."""

    unknown: Unknown


Spoken: TypeAlias = Sequence[Statement | Unknown | Elsewhere]


class Side(StrEnum):
    """Whose policy it is."""

    IDENTITY = "the policies of the role"
    BOUNDARY = "the permissions boundary of the role"
    RESOURCE = "the policy of the resource"


@dataclass(frozen=True, slots=True)
class Request:
    """One action of a caller on a resource, by its ARN, which may be unknown or have a `*`."""

    caller: Caller
    action: str
    resource: str | Unknown
    context: Context


@dataclass(frozen=True, slots=True)
class Policies:
    """What speaks for a request.

    `identity` are the role's statements, `boundary` those that limit it (`None`: no limit), and
    `resource` those of the resource, with its grants. `owner` is the resource's account where it
    is known. With `delegates` only the resource's policy decides, and the role's own count where
    it lets the account in: keys, and the trust in roles.
    """

    resource: Spoken
    identity: Spoken = ()
    boundary: Spoken | None = None
    owner: str | None = None
    delegates: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """Both sides let the request through."""


@dataclass(frozen=True, slots=True)
class Refused:
    """AWS answers AccessDenied: whose policy says no, by which statement (none: nothing allows)."""

    side: Side
    statement: str | None = None


Decision: TypeAlias = Allowed | Refused | Unknown


def decide(request: Request, policies: Policies) -> Decision:
    """Judge one request; what isn't seen or can't be decided makes it Unknown."""
    limit = policies.boundary
    policies = replace(
        policies,
        resource=_on(request.action, policies.resource),
        identity=_on(request.action, policies.identity),
        boundary=None if limit is None else _on(request.action, limit),
    )
    sides = (
        (Side.IDENTITY, policies.identity),
        (Side.BOUNDARY, policies.boundary or ()),
        (Side.RESOURCE, policies.resource),
    )
    doubt: Unknown | None = None
    for side, spoken in sides:
        for item in spoken:
            hit = _denies(item, request, of_resource=side is Side.RESOURCE)
            if hit is True and isinstance(item, Statement):
                return Refused(side, item.name)
            doubt = doubt or (hit if isinstance(hit, Unknown) else None)
    allowed, missing = _allowed(request, policies)
    if allowed is False:
        return Refused(missing)
    return allowed if isinstance(allowed, Unknown) else doubt or Allowed()


def _on(action: str, spoken: Spoken) -> Spoken:
    """Give what is said of an action."""
    return [item for item in spoken if not isinstance(item, Statement) or item.acts(action)]


def _allowed(request: Request, policies: Policies) -> tuple[Verdict, Side]:
    """Tell whether something allows it, and which side does not when nothing does."""
    direct = _allows(policies.resource, request, {Named.DIRECTLY})
    if request.caller.service:
        return direct, Side.RESOURCE
    own = _allows(policies.identity, request, None)
    limit = True if policies.boundary is None else _allows(policies.boundary, request, None)
    if limit is False:
        return False, Side.BOUNDARY
    through = _allows(policies.resource, request, {Named.BY_ACCOUNT})
    opened = either((direct, through))
    here = either((direct, both((through, own)) if policies.delegates else own))
    across = both((own, opened))
    abroad = _abroad(request.caller, policies.owner)
    if isinstance(abroad, Unknown):
        answer = here if here == across else abroad
    else:
        answer = across if abroad else here
    opener = policies.delegates or abroad is not False
    lacking = Side.RESOURCE if opener and (opened is False or own is not False) else Side.IDENTITY
    return both((limit, answer)), lacking


def _abroad(caller: Caller, owner: str | None) -> Verdict:
    if owner is None or caller.account is None:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail="the accounts of the two sides")
    return owner != caller.account


def _denies(
    item: Statement | Unknown | Elsewhere, request: Request, *, of_resource: bool
) -> Verdict:
    if isinstance(item, Unknown):
        return item
    if isinstance(item, Elsewhere) or item.allows:
        return False
    who: Verdict = True
    if of_resource:
        found = named(item, request.caller)
        who = found if isinstance(found, Unknown) else found is not Named.NOT
    return both((who, _about(item, request)))


def _allows(spoken: Spoken, request: Request, ways: set[Named] | None) -> Verdict:
    return either(_lets(item, request, ways) for item in spoken)


def _lets(
    item: Statement | Unknown | Elsewhere, request: Request, ways: set[Named] | None
) -> Verdict:
    if isinstance(item, Unknown):
        return item
    if isinstance(item, Elsewhere):
        return item.unknown if request.caller.service else False
    if not item.allows:
        return False
    who: Verdict = True
    if ways is not None:
        found = named(item, request.caller)
        who = found if isinstance(found, Unknown) else found in ways
    return both((who, _about(item, request)))


def _about(statement: Statement, request: Request) -> Verdict:
    if not statement.acts(request.action):
        return False
    return both(
        (_reaches(statement, request.resource), meets(statement.conditions, request.context))
    )


def _reaches(statement: Statement, resource: str | Unknown) -> Verdict:
    excepted = statement.excepted_resources
    patterns = excepted or statement.resources or ("*",)
    hit = _any_covers(patterns, resource)
    if not excepted:
        return hit
    return hit if isinstance(hit, Unknown) else not hit


def _any_covers(patterns: Iterable[str], resource: str | Unknown) -> Verdict:
    if isinstance(resource, Unknown):
        return True if any(matches(p, "~") for p in patterns) else resource
    # A pattern's `*` also crosses the colons of a resource's ARN.
    return either(_covers_resource(pattern, resource) for pattern in patterns)


def _covers_resource(pattern: str, resource: str) -> Verdict:
    if matches(pattern, resource, any_case=False):
        return True
    return covers_arn(pattern, resource) if "*" in resource else False
