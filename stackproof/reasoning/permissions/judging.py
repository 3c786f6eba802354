"""How a row of the table of pairs is judged for one resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.reasoning.permissions import sides
from stackproof.reasoning.permissions.context import Acting, filled, request_context
from stackproof.reasoning.permissions.decision import (
    Decision,
    Policies,
    Refused,
    Request,
    Side,
    Spoken,
    decide,
)
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.principals import Caller
from stackproof.reasoning.permissions.targets import AwsOwned, Target, account_of, key
from stackproof.types import tokens as t


def judge(pair: Pair, consumer: Resource, stack: Stack) -> dict[str, Outcome]:
    """Judge a row for one resource: the target and its key, each the worst over all targets."""
    found: dict[str, list[Outcome]] = {"": [], " key": []}
    try:
        for item in pair.targets(consumer, stack):
            if isinstance(item, Unknown):
                found[""].append(item)
                continue
            found[""].append(_over_callers(pair, consumer, item, stack, _on_target))
            if pair.key and item.resource is not None:
                found[" key"].append(_over_callers(pair, consumer, item, stack, _on_key))
            elif pair.key and pair.on in stack.gaps:
                found[" key"].append(stack.gaps[pair.on])  # it may be encrypted with any
    except UnresolvedError as error:
        found[""].append(error.unknown)
    return {
        f"{pair.id}{what}": outcome
        for what, outcomes in found.items()
        if not isinstance(outcome := worst(*outcomes), NotApplicable)
    }


def judge_key(pair: Pair, consumer: Resource, item: Target, stack: Stack) -> Outcome:
    """Judge a row's demand on the key of one target."""
    return _over_callers(pair, consumer, item, stack, _on_key)


def _over_callers(
    pair: Pair,
    consumer: Resource,
    item: Target,
    stack: Stack,
    on: Callable[[Pair, Resource, Acting, Target, Stack], Outcome],
) -> Outcome:
    """Judge each who acts: all of them need it, or one of the service and its role."""
    outcomes = [
        caller if isinstance(caller, Unknown) else on(pair, consumer, caller, item, stack)
        for caller in _callers(pair, consumer, stack)
    ]
    if pair.service and len(outcomes) > 1 and Pass() in outcomes:
        return Pass()
    hidden = next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), None)
    return hidden if pair.service and hidden is not None else worst(*outcomes)


def _weighed(
    acting: Acting, spoken: Spoken, owner: str | None, stack: Stack, *, delegates: bool
) -> Policies:
    """Put the policies of both sides together."""
    if acting.role is None:
        return Policies(spoken, owner=owner, delegates=delegates)
    return Policies(
        resource=spoken,
        identity=sides.identity(acting.role, stack),
        boundary=sides.boundary(acting.role, stack),
        owner=owner,
        delegates=delegates,
    )


def _callers(pair: Pair, consumer: Resource, stack: Stack) -> Iterator[Acting | Unknown]:
    if pair.service:
        name = pair.principal(consumer.region)
        plain = pair.service.replace(".{region}", "")
        yield Acting(Caller(service=(name, plain)), name)
        if pair.role_of is None:
            return
    if pair.linked:
        yield _linked(pair, consumer)
    for role in pair.roles(consumer, stack):
        if isinstance(role, Unknown):
            yield role
        else:
            hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail=f"the ARN of {role.name}")
            arn = role.arn or role.raw("arn") or hidden
            yield Acting(Caller(role=arn, account=account_of(role)), f"role {role.name}", role)


def _linked(pair: Pair, consumer: Resource) -> Acting:
    """Give a service-linked role; what its own policy says is AWS's, and names no key."""
    template = f"arn:{{partition}}:iam::{{account}}:role/aws-service-role/{pair.linked}"
    known = filled(template, consumer)
    arn = known if isinstance(known, Unknown) else known[0]
    name = pair.linked.rpartition("/")[2]
    role = Resource(data={}, type=t.IAM_ROLE, name=name, account=consumer.account)
    return Acting(Caller(role=arn, account=account_of(consumer)), f"role {name}", role)


def _on_target(
    pair: Pair, consumer: Resource, acting: Acting, item: Target, stack: Stack
) -> Outcome:
    if item.resource is not None:
        spoken = _spoken(acting, item.resource, consumer, stack)
        owner = account_of(item.resource)
    else:
        spoken, owner = _unseen(pair, item), _owner(item) or acting.caller.account
    policies = _weighed(acting, spoken, owner, stack, delegates=pair.on in sides.KEYS)
    says = pair.says(consumer, item) if pair.says else {}
    context = request_context(consumer, acting, item, stack, source=pair.source, says=says)
    decisions = {
        action: decide(
            Request(acting.caller, action, pair.inside(action, item, consumer), context), policies
        )
        for action in pair.needs
    }
    return _outcome(pair, acting, decisions, item.name, any_of=pair.any_of)


def _spoken(acting: Acting, holder: Resource, consumer: Resource, stack: Stack) -> Spoken:
    if acting.role is None and holder.type == t.LOG_GROUP:
        return sides.to_services(holder, consumer, stack)
    return sides.resource(holder, stack)


def _unseen(pair: Pair, item: Target) -> Spoken:
    """Give what stands for the policy of something that isn't seen, where it would have one."""
    if item.plain or pair.on not in sides.SPEAKERS:
        return ()
    detail = item.arn if isinstance(item.arn, str) else item.name
    return (Unknown(Cause.NOT_IN_STACK, detail=detail),)


def _owner(item: Target) -> str | None:
    parts = item.arn.split(":") if isinstance(item.arn, str) else []
    return parts[4] if len(parts) > 5 else None


def _on_key(pair: Pair, consumer: Resource, acting: Acting, item: Target, stack: Stack) -> Outcome:
    sealed = None if item.resource is None else key(item.resource, stack)
    if isinstance(sealed, Unknown):
        return sealed
    if isinstance(sealed, AwsOwned):
        # Principals of the account may use it through the service that it belongs to.
        return Pass() if acting.role is not None else _closed(pair, acting, item, sealed)
    if sealed is None or sealed.resource is None:
        return NotApplicable("not encrypted with KMS")
    spoken = sides.resource(sealed.resource, stack)
    policies = _weighed(acting, spoken, account_of(sealed.resource), stack, delegates=True)
    says = pair.key_says(consumer, item) if pair.key_says else {}
    context = request_context(
        consumer, acting, item, stack, source=pair.source, says=says, of_key=True
    )
    decisions = {
        action: decide(Request(acting.caller, action, sealed.arn, context), policies)
        for action in pair.key
    }
    name = f"{sealed.name}, the key of {item.name}"
    return _outcome(pair, acting, decisions, name, any_of=pair.any_of)


def _closed(pair: Pair, acting: Acting, item: Target, sealed: AwsOwned) -> Fail:
    return Fail(
        pair.names or pair.id,
        f"a key whose policy allows {acting.name} {' and '.join(pair.key)}",
        f"{item.name} is encrypted with {sealed.name}, whose policy nobody can change",
        f"Encrypt {item.name} with a kms.Key and allow it there.",
    )


def _outcome(
    pair: Pair, acting: Acting, decisions: Mapping[str, Decision], on: str, *, any_of: bool
) -> Outcome:
    refused = {a: d for a, d in decisions.items() if isinstance(d, Refused)}
    unknown = next((d for d in decisions.values() if isinstance(d, Unknown)), None)
    if any_of and len(refused) < len(decisions):
        allowed = [d for d in decisions.values() if not isinstance(d, (Refused, Unknown))]
        return Pass() if allowed else unknown or Pass()
    if not refused:
        return unknown or Pass()
    actions = (" or " if any_of else ", ").join(refused)
    first = next(iter(refused.values()))
    return Fail(
        pair.role or pair.names or pair.id,
        f"{acting.name} may do {actions} on {on}",
        _reason(first, actions, on),
        _fix(first, acting, actions, on),
    )


def _reason(refused: Refused, actions: str, on: str) -> str:
    whose = f"the policy of {on}" if refused.side is Side.RESOURCE else str(refused.side)
    if refused.statement is not None:
        return f"{refused.statement} in {whose} denies it"
    if refused.side is Side.IDENTITY:
        return f"no policy of the role allows it, nor does a policy of {on}"
    return f"no statement of {whose} allows it"


def _fix(refused: Refused, acting: Acting, actions: str, on: str) -> str:
    whose = f"the policy of {on}" if refused.side is Side.RESOURCE else str(refused.side)
    if refused.statement is not None:
        return f"Except {acting.name} from {refused.statement} in {whose}."
    return f"Allow {acting.name} {actions} in {whose}."
