"""What the roles that S3 takes on to replicate may do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stackproof.controls.registry import control
from stackproof.controls.s3_replication import REPLICATING, of_replications
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Without
from stackproof.reasoning.access import Statement
from stackproof.reasoning.held_policies import ROLE_NEIGHBOURS, held_statements
from stackproof.reasoning.policy_documents import SourcedStatement
from stackproof.types.tokens import IAM_ROLE, IAM_ROLE_POLICY, S3_REPLICATION

# Source: Amazon S3 User Guide, "Setting up permissions for live replication", "Replicating
# encrypted objects".
_NEEDED = (
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionTagging",
    "s3:GetObjectRetention",
    "s3:GetObjectLegalHold",
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:ReplicateTags",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKey*",
)
_ONE_BUCKET = re.compile(r"arn:[\w-]+:s3:::[^*?/]+(/.*)?")
READ = {
    "Sid": "Read",
    "Effect": "Allow",
    "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"],
    "Resource": "arn:aws:s3:::orders/*",
}
WRITE = {
    "Sid": "Write",
    "Effect": "Allow",
    "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"],
    "Resource": ["arn:aws:s3:::orders-copy/*"],
}
ACTION, RESOURCE = "policy.Statement.0.Action", "policy.Statement.0.Resource"


@control(
    "s3-replication-role-least-privilege",
    title="Roles for replication may replicate between named buckets and nothing else",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=REPLICATING,
    needs=ROLE_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(
            S3_REPLICATION,
            {"role": Ref("role", "arn")},
            (
                Neighbour("role", IAM_ROLE, {"name": "replicate"}),
                Neighbour(
                    "policy",
                    IAM_ROLE_POLICY,
                    {"role": Ref("role"), "policy": Json({"Statement": [READ, WRITE]})},
                ),
            ),
        ),
        failing=(
            Change(ACTION, "s3:*", of="policy"),
            Change(ACTION, ["s3:GetObjectVersionForReplication", "s3:PutObject"], of="policy"),
            Change(ACTION, ["s3:Get*"], of="policy"),
            Change(RESOURCE, "*", of="policy"),
            Change(RESOURCE, "arn:aws:s3:::*/*", of="policy"),
            Change(RESOURCE, ["arn:aws:s3:::orders/*", "arn:aws:s3:::orders-*"], of="policy"),
            (
                Change(ACTION, "kms:Decrypt", of="policy"),
                Change(RESOURCE, "arn:aws:kms:*:*:key/*", of="policy"),
            ),
            Without("policy"),
        ),
        unknown=(Hide("role"), Hide("policy", of="policy"), Hide(ACTION, of="policy")),
        absent=(Without("role"), Without("policy")),
        also_passing=(
            (
                Change(ACTION, ["kms:Decrypt", "kms:GenerateDataKey*"], of="policy"),
                Change(RESOURCE, "arn:aws:kms:us-east-1:123456789012:key/abc", of="policy"),
            ),
            (
                Change("policy.Statement.0.Effect", "Deny", of="policy"),
                Change(ACTION, "*", of="policy"),
                Change(RESOURCE, "*", of="policy"),
            ),
        ),
    ),
)
@of_replications
def least_privilege(replication: Resource, stack: Stack) -> Outcome:
    """Whoever may pass this role to a bucket of theirs gets what it may read."""
    roles = stack.follow(replication, "role", IAM_ROLE)
    items = [item for role in roles for item in held_statements(role, stack)]
    judged = each(items, _replicates_only)
    if isinstance(judged, NotApplicable):
        return Fail(
            "role",
            "a role that may replicate",
            "one without a policy",
            "Add a RolePolicy with the actions of replication on the two buckets.",
        )
    return judged


def _replicates_only(item: SourcedStatement) -> Outcome:
    statement = item.statement
    if not statement.allows:
        return Pass()
    wide = [*statement.excepted_actions, *_strange(statement.actions), *_unbounded(statement)]
    if not wide:
        return Pass()
    return Fail(
        item.path,
        "the actions of replication on the source bucket, the replica and their keys",
        f"{statement.name} allows {', '.join(wide)}",
        "List the actions and the ARNs of the two buckets.",
    )


def _strange(actions: Iterable[str]) -> list[str]:
    return [
        action
        for action in actions
        if not any(action.lower() == needed.lower() for needed in _NEEDED)
    ]


def _unbounded(statement: Statement) -> list[str]:
    if statement.excepted_resources:
        return [f"all but {', '.join(statement.excepted_resources)}"]
    wide_keys = statement.unbounded("kms", "key")
    return [
        pattern
        for pattern in statement.resources
        if pattern in wide_keys
        or not (_ONE_BUCKET.fullmatch(pattern) or pattern.split(":")[2:3] == ["kms"])
    ]
