"""What speaks for and against a request: the policies of a role, and those of a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from stackproof.model import (
    LEFT_TO_AWS,
    Cause,
    Resource,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.access import Statement, statements
from stackproof.reasoning.aws_managed import is_aws_managed, managed_statements
from stackproof.reasoning.held_policies import held_statements
from stackproof.reasoning.once import once
from stackproof.reasoning.permissions.decision import Elsewhere, Spoken
from stackproof.reasoning.permissions.targets import account_of
from stackproof.reasoning.policy_documents import SourcedStatement, policy, resource_policy
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types import tokens as t
from stackproof.types.companions import companions, neighbours

# What a resource's policy and its kin stand in, by its type; other types have no policy of
# their own that is seen here.
SPEAKERS: Final = {
    t.BACKUP_VAULT: (t.BACKUP_VAULT_POLICY,),
    t.ECR_REPOSITORY: (t.ECR_POLICY,),
    t.IAM_ROLE: (),
    t.KMS_EXTERNAL_KEY: (t.KMS_GRANT,),
    t.KMS_KEY: (t.KMS_GRANT, *neighbours(t.KMS_KEY, "policy")),
    t.LAMBDA_FUNCTION: (t.LAMBDA_PERMISSION,),
    t.S3_BUCKET: (t.S3_POLICY,),
    t.SECRET: (t.SECRET_POLICY,),
    t.SNS_TOPIC: (t.SNS_TOPIC_POLICY,),
    t.SQS_QUEUE: (t.SQS_POLICY,),
    t.DYNAMODB_TABLE: (t.DYNAMODB_RESOURCE_POLICY,),
}
KEYS: Final = (t.KMS_KEY, t.KMS_EXTERNAL_KEY)
# Policies that only stand apart, by the property that names what they speak of.
_APART: Final = {
    t.BACKUP_VAULT: ((t.BACKUP_VAULT_POLICY, "backup_vault_name"),),
    t.DYNAMODB_TABLE: ((t.DYNAMODB_RESOURCE_POLICY, "resource_arn"),),
    t.ECR_REPOSITORY: ((t.ECR_POLICY, "repository"),),
}


def identity(role: Resource, stack: Stack) -> Spoken:
    """Give what the policies of a role say, an Unknown for each that can't be seen."""
    return _once(role, stack, lambda: _spoken(held_statements(role, stack)))


def boundary(role: Resource, stack: Stack) -> Spoken | None:
    """Give what limits a role, `None` when nothing does."""
    try:
        arn = role.text("permissions_boundary")
        if not arn or role.raw("permissions_boundary") == LEFT_TO_AWS:
            return None
        if is_aws_managed(arn):
            return managed_statements(arn)
        found = stack.follow_one(role, "permissions_boundary", t.IAM_POLICY)
        return policy(found, "policy") if found else None
    except UnresolvedError as error:
        return None if error.unknown.detail == LEFT_TO_AWS.detail else (error.unknown,)


def trust(role: Resource) -> Spoken:
    """Give what the trust policy of a role says."""
    try:
        return policy(role, "assume_role_policy")
    except UnresolvedError as error:
        return (error.unknown,)


def resource(holder: Resource, stack: Stack) -> Spoken:
    """Give what a resource's policy says, with permissions and grants that are given apart."""
    if holder.type == t.IAM_ROLE:
        return trust(holder)
    return _once(holder, stack, lambda: _of_resource(holder, stack))


def to_services(group: Resource, writer: Resource, stack: Stack) -> Spoken:
    """Give what the policies of an account say of what services may do with a log group.

    They are the account's, not the group's: a program sees its own only, and live they are asked
    for in the region of what writes. Source: Amazon CloudWatch Logs API Reference,
    "PutResourcePolicy".
    """
    try:
        found = [
            policy_
            for policy_ in stack.around(t.LOG_RESOURCE_POLICY)
            if (policy_.region, policy_.account) == (group.region, group.account)
        ]
    except UnresolvedError as error:
        return (error.unknown,)
    policies = _all(found, lambda held: policy(held, "policy_document"))
    if stack.sight is Sight.LIVE and writer.region == group.region:
        return policies
    detail = "other policies of the account for log groups"
    return (*policies, Elsewhere(Unknown(Cause.NOT_IN_STACK, detail=detail)))


def _once(holder: Resource, stack: Stack, read: Callable[[], Spoken]) -> Spoken:
    """Read the same policies once for all the pairs of a stack."""
    # The resource is kept with them, so that its id stays its own.
    _, spoken = once(stack, (_once, id(holder)), lambda: (holder, read()))
    return spoken


def _of_resource(holder: Resource, stack: Stack) -> Spoken:
    if holder.type == t.LAMBDA_FUNCTION:
        return _all(
            referrers_or_unknown(holder, stack, t.LAMBDA_PERMISSION, "function"), _permission
        )
    for type_, points in _APART.get(holder.type, ()):
        return _all(referrers_or_unknown(holder, stack, type_, points), _document)
    spoken = _spoken(resource_policy(holder, stack))
    by_default = not spoken and left_out(holder, stack)
    if holder.type in KEYS:
        grants = _all(referrers_or_unknown(holder, stack, t.KMS_GRANT, "key_id"), _grant)
        return (*(_of_account(holder) if by_default else spoken), *grants)
    if holder.type == t.SNS_TOPIC and by_default:
        return _of_owner(holder)
    return spoken


def left_out(holder: Resource, stack: Stack) -> bool:
    """Tell whether nothing gives a resource a policy, so that it has AWS's own for new ones."""
    if holder.raw("policy") not in (None, LEFT_TO_AWS):
        return False
    kin = companions(holder.type, "policy")
    return not any(stack.seen_referrers(holder, kin_.type, kin_.points) for kin_ in kin)


def _spoken(items: Iterable[SourcedStatement | Unknown]) -> Spoken:
    return tuple(item if isinstance(item, Unknown) else item.statement for item in items)


def _all(
    parts: Iterable[Resource | Unknown], read: Callable[[Resource], Iterable[Statement]]
) -> Spoken:
    found: list[Statement | Unknown] = []
    for part in parts:
        try:
            found += [part] if isinstance(part, Unknown) else read(part)
        except UnresolvedError as error:
            found.append(error.unknown)
    return tuple(found)


def _document(apart: Resource) -> Iterable[Statement]:
    return policy(apart, "policy")


def _permission(permission: Resource) -> Iterable[Statement]:
    """Read a permission as the statement that Lambda makes of it (AddPermission)."""
    who = str(permission["principal"])
    service = "." in who
    conditions = {
        "ArnLike": {"aws:SourceArn": permission["source_arn"]},
        "StringEquals": {
            "aws:SourceAccount": permission["source_account"],
            "aws:PrincipalOrgID": permission["principal_org_id"],
            "lambda:FunctionUrlAuthType": permission["function_url_auth_type"],
            "lambda:EventSourceToken": permission["event_source_token"],
        },
    }
    return _made(
        str(permission.raw("statement_id") or permission.name),
        {"Service" if service else "AWS": who} if who != "*" else who,
        [permission["action"]],
        {
            operator: {key: value for key, value in keys.items() if value}
            for operator, keys in conditions.items()
        },
    )


def _grant(grant: Resource) -> Iterable[Statement]:
    """Read a grant as a statement. Source: AWS KMS Developer Guide, "Grants in AWS KMS"."""
    limits = {
        f"kms:EncryptionContext:{key}": value
        for limit in grant.blocks("constraints")
        for name in ("encryption_context_equals", "encryption_context_subset")
        for key, value in limit.mapping(name).items()
    }
    actions = [f"kms:{operation}" for operation in grant.values("operations")]
    who = {"AWS": grant["grantee_principal"]}
    return _made(f"grant {grant.name}", who, actions, {"StringEquals": limits})


def _of_account(key: Resource) -> Spoken:
    """Give the policy of a key that was made without one.

    Source: AWS KMS Developer Guide, "Default key policy".
    """
    owner = account_of(key)
    if owner is None:
        return (Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "policy", "the account of the key"),)
    return _made("the default policy", {"AWS": owner}, ["kms:*"], {})


def _of_owner(topic: Resource) -> Spoken:
    """Give the policy of a topic that was made without one.

    Source: Amazon SNS Developer Guide, "Example cases for Amazon SNS access control".
    """
    here = {"StringEquals": {"aws:SourceOwner": account_of(topic) or "${aws:SourceAccount}"}}
    return _made("the default policy", {"AWS": "*"}, ["sns:*"], here)


def _made(
    name: str, principal: object, actions: Iterable[object], conditions: Mapping[str, object]
) -> tuple[Statement, ...]:
    key_statement = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions),
        "Condition": conditions,
    }
    return statements({"Statement": [key_statement]})
