"""Hiding: what could not be seen may have named what is found by being named only."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from stackproof.model import Unknown
from stackproof.sights.live.naming import named_by
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    BACKUP_VAULT_POLICY,
    ECR_LIFECYCLE,
    ECR_POLICY,
    IAM_ACCESS_KEY,
    PREFIX_LIST_ENTRY,
    SQS_POLICY,
    WAF_ACL_ASSOCIATION,
    WAF_ACL_LOGGING,
)

# What only joins things that are listed by themselves, or says who may use one: of what is read for
# being named, nothing else would lead to it.
_NAME_NOTHING = frozenset(
    {
        BACKUP_VAULT_POLICY,
        ECR_LIFECYCLE,
        ECR_POLICY,
        IAM_ACCESS_KEY,
        PREFIX_LIST_ENTRY,
        SQS_POLICY,
        WAF_ACL_ASSOCIATION,
        WAF_ACL_LOGGING,
    }
)


def hidden_references(readers: Sequence[Reader], scope: Scope) -> dict[str, Unknown]:
    """Make gaps of what belongs only by being named, when what would name it was not seen.

    A state file names all that is the stack's: what is merely pointed to beside one is another's.
    Where the stack's tags can be read they tell as well, and of a whole account everything is
    listed. Nothing is lost in either.
    """
    if scope.blind is not None:
        types = (type_ for reader in readers if reader.referenced for type_ in reader.types)
        return dict.fromkeys(types, scope.blind)
    if scope.stateful or scope.own_tags or scope.whole:
        return {}
    return led_to(readers, scope)


def led_to(readers: Sequence[Reader], scope: Scope) -> dict[str, Unknown]:
    """Give what the types that could not be seen whole may name, with what that may name in turn.

    What is asked about for each resource of such a type names things as well.
    """
    hidden: dict[str, Unknown] = {}
    inside: dict[str, list[Reader]] = {}
    pointed: dict[str, list[Reader]] = {}
    for reader in readers:
        for parent in reader.parents:
            inside.setdefault(parent, []).append(reader)
        for type_ in reader.types if reader.referenced else ():
            pointed.setdefault(type_, []).append(reader)
    left = deque((type_, gap) for type_, gap in scope.gaps.items() if type_ not in _NAME_NOTHING)
    followed = {type_ for type_, _ in left}
    while left:
        type_, gap = left.popleft()
        named = (reader for t in sorted(named_by(type_)) for reader in pointed.get(t, ()))
        for reader in (*inside.get(type_, ()), *named):
            for t in reader.types:
                if reader.referenced:
                    hidden.setdefault(t, gap)
                if t not in followed and t not in _NAME_NOTHING:
                    followed.add(t)
                    left.append((t, gap))
    return hidden
