"""Policies that only limit: as a permissions boundary they grant nothing.

Source: IAM User Guide, "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from typing import Final

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.held_policies import HELD_NEIGHBOURS, attached_by
from stackproof.reasoning.policy_documents import SourcedStatement, identity_statements
from stackproof.types import tokens as t

_LIMITED: Final = (t.IAM_ROLE, t.IAM_USER)
# What tells whether a policy limits, and whether it grants as well.
GRANT_NEIGHBOURS: Final = HELD_NEIGHBOURS


def granting_statements(holder: Resource, stack: Stack) -> list[SourcedStatement | Unknown]:
    """Give what an identity policy grants: nothing where it is seen to be a boundary alone."""
    return [] if _limits_only(holder, stack) else list(identity_statements(holder))


def _limits_only(policy: Resource, stack: Stack) -> bool:
    """Tell whether a policy is somebody's boundary and attached to nobody, as far as is seen.

    Where that can't be seen it counts as a grant.
    """
    if policy.type != t.IAM_POLICY:
        return False
    try:
        limits = any(
            stack.seen_referrers(policy, type_, "permissions_boundary") for type_ in _LIMITED
        )
        return limits and not attached_by(policy, stack)
    except UnresolvedError:
        return False
