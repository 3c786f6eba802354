"""Roles of AWS services, with the one policy that says what they may do."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, assume_role, document

__all__ = ["managed_role_arn", "service_role"]


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
    role = _role(owner, label, service, purpose)
    policy = aws.iam.RolePolicy(
        label,
        name=policy_name,
        role=role.id,
        policy=document(*statements),
        opts=owner.child(),
    )
    return role, policy


def managed_role_arn(
    owner: Component, label: str, *, service: str, purpose: str, policy: str
) -> pulumi.Output[str]:
    """Create a role with a policy that AWS made for a service; `policy` is its path.

    The ARN is known once the role can do its work: some services try it at once.
    """
    role = _role(owner, label, service, purpose)
    attachment = aws.iam.RolePolicyAttachment(
        label,
        role=role.name,
        policy_arn=owner.site.managed_policy_arn(policy),
        opts=owner.child(),
    )
    return pulumi.Output.all(role.arn, attachment.id).apply(lambda known: str(known[0]))


def _role(owner: Component, label: str, service: str, purpose: str) -> aws.iam.Role:
    return aws.iam.Role(
        label,
        name=owner.site.name(label),
        description=purpose,
        assume_role_policy=assume_role(service, owner.site.account_id),
        tags=owner.iam_tagged(label),
        opts=owner.child(),
    )
