"""Hiding: what could not be seen may have named what is found by being named only."""

from __future__ import annotations

from collections.abc import Sequence

from stackproof.model import Unknown
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

    Where the stack's tags can be read they tell as well, and nothing is lost.
    """
    blind = scope.blind
    if blind is None and not scope.own_tags:
        blind = leading_gap(scope)
    if blind is None:
        return {}
    types = (type_ for reader in readers if reader.referenced for type_ in reader.types)
    return dict.fromkeys(types, blind)


def leading_gap(scope: Scope) -> Unknown | None:
    """Give why something could not be seen that may name something else."""
    return next((gap for type_, gap in scope.gaps.items() if type_ not in _NAME_NOTHING), None)
