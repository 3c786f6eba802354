"""What a state manages by another form than AWS shows: attachments, memberships, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource, UnresolvedError
from stackproof.sights.state import State
from stackproof.types import tokens as t

# By the type that AWS shows, what holds and what is held.
_HELD: Final = {
    t.IAM_GROUP_POLICY_ATTACHMENT: ("group", "policy_arn"),
    t.IAM_ROLE_POLICY_ATTACHMENT: ("role", "policy_arn"),
    t.IAM_USER_POLICY_ATTACHMENT: ("user", "policy_arn"),
    t.IAM_USER_GROUP_MEMBERSHIP: ("user", "groups"),
}
# By the type that a program uses, the type that AWS shows instead, and the properties that name
# who holds and what is held: one or many.
_HOLDING: Final = {
    t.IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE: (
        (t.IAM_GROUP_POLICY_ATTACHMENT, "group_name", "policy_arns"),
    ),
    t.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE: (
        (t.IAM_ROLE_POLICY_ATTACHMENT, "role_name", "policy_arns"),
    ),
    t.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE: (
        (t.IAM_USER_POLICY_ATTACHMENT, "user_name", "policy_arns"),
    ),
    t.EVENT_PERMISSION: ((t.EVENT_BUS_POLICY, "event_bus_name", "statement_id"),),
    t.IAM_GROUP_MEMBERSHIP: ((t.IAM_USER_GROUP_MEMBERSHIP, "users", "group"),),
    t.IAM_USER_GROUP_MEMBERSHIP: ((t.IAM_USER_GROUP_MEMBERSHIP, "user", "groups"),),
    t.IAM_POLICY_ATTACHMENT: (
        (t.IAM_GROUP_POLICY_ATTACHMENT, "groups", "policy_arn"),
        (t.IAM_ROLE_POLICY_ATTACHMENT, "roles", "policy_arn"),
        (t.IAM_USER_POLICY_ATTACHMENT, "users", "policy_arn"),
    ),
}
_RULES: Final = (t.SECURITY_GROUP_INGRESS_RULE, t.SECURITY_GROUP_EGRESS_RULE)

Form = tuple[str, ...]


def held_otherwise(state: State) -> frozenset[Form]:
    """Give what the state manages in another form than AWS shows it, as `forms_of` tells it."""
    return frozenset(form for resource in state.stack for form in _forms_in(resource))


def forms_of(resource: Resource) -> frozenset[Form]:
    """Give what tells a resource that AWS shows from others, whichever form a program uses.

    One that is several things in one, like all groups of a user, has a form for each.
    """
    if resource.type in _RULES:
        return frozenset({("rule", str(resource.id))})
    if resource.type == t.EVENT_BUS_POLICY:
        bus = str(resource.raw("event_bus_name"))
        return frozenset((resource.type, bus, sid) for sid in _sids(resource))
    holder, held = _HELD.get(resource.type, ("", ""))
    who = str(resource.raw(holder))
    return frozenset((resource.type, who, what) for what in _many(resource.raw(held)))


def _forms_in(resource: Resource) -> Iterator[Form]:
    if resource.type == t.SECURITY_GROUP_RULE and resource.raw("security_group_rule_id"):
        yield ("rule", str(resource.raw("security_group_rule_id")))
    for type_, holder, held in _HOLDING.get(resource.type, ()):
        for who in _many(resource.raw(holder)):
            yield from ((type_, who, what) for what in _many(resource.raw(held)))


def _sids(policy: Resource) -> list[str]:
    """Give the names of a policy's statements; one without is nobody's permission."""
    try:
        statements = policy.record("policy").get("Statement", ())
    except UnresolvedError:
        return [""]
    return [str(statement.get("Sid")) for statement in statements if isinstance(statement, Mapping)]


def _many(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [value for value in values if isinstance(value, str)]
