"""The types that say what security groups let through."""

from __future__ import annotations

from stackproof.types import tokens

SECURITY_GROUPS = frozenset(
    {
        tokens.DEFAULT_SECURITY_GROUP,
        tokens.SECURITY_GROUP,
        tokens.SECURITY_GROUP_EGRESS_RULE,
        tokens.SECURITY_GROUP_INGRESS_RULE,
        tokens.SECURITY_GROUP_RULE,
    }
)
