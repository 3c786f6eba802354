"""What an identity may do: all policies of a role, a user or a group, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.aws_managed import is_aws_managed, managed_statements
from stackproof.reasoning.effective import stated
from stackproof.reasoning.policy_documents import (
    SourcedStatement,
    document_statements,
    identity_statements,
)
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types import tokens as t

# The type of a holder's inline policies, and the property that names the holder.
_INLINE: Final = {
    t.IAM_ROLE: (t.IAM_ROLE_POLICY, "role"),
    t.IAM_USER: (t.IAM_USER_POLICY, "user"),
    t.IAM_GROUP: (t.IAM_GROUP_POLICY, "group"),
}
# What attaches policies to a holder: how each names the holder, and the policies.
_ATTACHING: Final = {
    t.IAM_ROLE: (
        (t.IAM_ROLE_POLICY_ATTACHMENT, "role", "policy_arn"),
        (t.IAM_POLICY_ATTACHMENT, "roles", "policy_arn"),
        (t.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE, "role_name", "policy_arns"),
    ),
    t.IAM_USER: (
        (t.IAM_USER_POLICY_ATTACHMENT, "user", "policy_arn"),
        (t.IAM_POLICY_ATTACHMENT, "users", "policy_arn"),
        (t.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE, "user_name", "policy_arns"),
    ),
    t.IAM_GROUP: (
        (t.IAM_GROUP_POLICY_ATTACHMENT, "group", "policy_arn"),
        (t.IAM_POLICY_ATTACHMENT, "groups", "policy_arn"),
        (t.IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE, "group_name", "policy_arns"),
    ),
}
# What puts users into groups: how each names the user, and the groups.
_JOINING: Final = (
    (t.IAM_USER_GROUP_MEMBERSHIP, "user", "groups"),
    (t.IAM_GROUP_MEMBERSHIP, "users", "group"),
)


def _neighbours(*holders: str) -> tuple[str, ...]:
    found = [t.IAM_POLICY, *holders]
    for holder in holders:
        found += [_INLINE[holder][0], *(type_ for type_, _, _ in _ATTACHING[holder])]
    return tuple(dict.fromkeys(found))


# The neighbours that a control needs to see what a role may do, and what any holder may.
ROLE_NEIGHBOURS: Final = _neighbours(t.IAM_ROLE)
HELD_NEIGHBOURS: Final = (*_neighbours(*_INLINE), *(type_ for type_, _, _ in _JOINING))


@dataclass(frozen=True, slots=True)
class Held:
    """What one policy of an identity says; a user's may be one of a `group`, by its id."""

    statements: tuple[SourcedStatement | Unknown, ...]
    group: str = ""


def attached_by(policy: Resource, stack: Stack) -> bool:
    """Tell whether anything attaches a policy to an identity, or may do so.

    Raises UnresolvedError when what attaches could not be looked at.
    """
    ways = {(type_, names) for all_ in _ATTACHING.values() for type_, _, names in all_}
    return any(
        stack.seen_referrers(policy, type_, names) or stack.hidden_referrer(type_, names)
        for type_, names in {*ways, (t.IAM_ROLE, "managed_policy_arns")}
    )


def held_statements(holder: Resource, stack: Stack) -> Iterator[SourcedStatement | Unknown]:
    """Give what all policies of an identity say, an Unknown for each that can't be seen."""
    for policy in held_policies(holder, stack):
        yield from policy.statements


def held_policies(holder: Resource, stack: Stack) -> Iterator[Held]:
    """Give all policies of an identity; a user has those of its groups, too.

    One that can't be seen says one thing, an Unknown.
    """
    if holder.type == t.IAM_ROLE:
        yield Held(tuple(identity_statements(holder)))
    type_, points = _INLINE[holder.type]
    for inline in referrers_or_unknown(holder, stack, type_, points):
        yield _hidden(inline) if isinstance(inline, Unknown) else _of(inline)
    for type_, points, names in _ATTACHING[holder.type]:
        for attachment in referrers_or_unknown(holder, stack, type_, points):
            yield from (
                [_hidden(attachment)]
                if isinstance(attachment, Unknown)
                else _attached(attachment, names, stack)
            )
    if holder.type == t.IAM_ROLE:
        yield from _attached(stated(holder), "managed_policy_arns", stack)
    if holder.type == t.IAM_USER:
        for group in _groups(holder, stack):
            yield from (
                [_hidden(group)] if isinstance(group, Unknown) else held_policies(group, stack)
            )


def _of(policy: Resource) -> Held:
    nothing = Unknown(Cause.UNREADABLE, policy.at("policy"), "not a policy document: nothing in it")
    return Held(tuple(document_statements(policy, "policy")) or (nothing,))


def _hidden(unknown: Unknown) -> Held:
    return Held((unknown,))


def _groups(user: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    seen: set[str] = set()
    for type_, points, names in _JOINING:
        for membership in referrers_or_unknown(user, stack, type_, points):
            if isinstance(membership, Unknown):
                yield membership
                continue
            try:
                groups = stack.follow(membership, names, t.IAM_GROUP)
            except UnresolvedError as error:
                yield error.unknown
                continue
            yield from (group for group in groups if group.identity not in seen)
            seen |= {group.identity for group in groups}


def _attached(holder: Resource, names: str, stack: Stack) -> Iterator[Held]:
    value = holder.raw(names)
    listed = value if isinstance(value, (list, tuple)) else [value]
    own = [item for item in listed if not (isinstance(item, str) and is_aws_managed(item))]
    for arn in (item for item in listed if item not in own):
        path = holder.at(names)
        items = managed_statements(arn)
        yield Held(
            tuple(
                item if isinstance(item, Unknown) else SourcedStatement(path, item)
                for item in items
            )
        )
    try:
        followed = stack.follow(replace(holder, data={names: own}), names, t.IAM_POLICY)
        yield from map(_of, followed)
    except UnresolvedError as error:
        yield _hidden(error.unknown)
