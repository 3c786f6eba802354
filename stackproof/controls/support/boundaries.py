"""Cases of controls on what identities are granted: as a mere boundary no policy grants it."""

from __future__ import annotations

from typing import Final

from stackproof.model.cases import Neighbour, Ref, Variant, With
from stackproof.types.tokens import IAM_ROLE, IAM_ROLE_POLICY_ATTACHMENT

_LIMITED: Final = With(
    Neighbour("limited", IAM_ROLE, {"permissions_boundary": Ref("subject", "arn")})
)
_ATTACHED: Final = With(
    Neighbour("attachment", IAM_ROLE_POLICY_ATTACHMENT, {"policy_arn": Ref("subject", "arn")})
)


def as_boundary(variant: Variant) -> Variant:
    """Say something in a policy that limits a role, and is attached to nobody."""
    return (*(variant if isinstance(variant, tuple) else (variant,)), _LIMITED)


def as_boundary_and_grant(variant: Variant) -> Variant:
    """Say something in a policy that limits a role, and is attached to another."""
    return (*(variant if isinstance(variant, tuple) else (variant,)), _LIMITED, _ATTACHED)
