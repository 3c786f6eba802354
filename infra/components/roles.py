"""Roles of AWS services, with the one policy that says what they may do."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, assume_role, document

__all__ = ["service_role"]


def service_role(
    owner: Component,
    label: str,
    *,
    service: str,
    purpose: str,
    policy_name: str,
    statements: Sequence[Statement],
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """Create a role that belongs to a component; who needs its permissions depends on its policy.

    `service` is the only principal that may take it, and for this account only.
    """
    role = aws.iam.Role(
        label,
        name=owner.site.name(label),
        description=purpose,
        assume_role_policy=assume_role(service, owner.site.account_id),
        tags=owner.iam_tagged(label),
        opts=owner.child(),
    )
    policy = aws.iam.RolePolicy(
        label,
        name=policy_name,
        role=role.id,
        policy=document(*statements),
        opts=owner.child(),
    )
    return role, policy
