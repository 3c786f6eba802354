"""Policies of resources that shut out those whom the resources are for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, With
from stackproof.reasoning.access import Statement
from stackproof.reasoning.effective import whole
from stackproof.reasoning.policy_documents import (
    SourcedStatement,
    document_statements,
    resource_policy,
)
from stackproof.types import tokens as t


@dataclass(frozen=True, slots=True)
class _Use:
    """What a kind of resource is for: actions of which none may be denied to everybody.

    `whole` matches what follows the account in the ARNs by which a policy means all of it, where
    it can also mean a part: objects, methods, indexes.
    """

    actions: tuple[str, ...]
    whole: str = ".*"


# Source: Service Authorization Reference, the actions of each service and their resource types.
_USES: Final[Mapping[str, _Use]] = {
    **dict.fromkeys((t.S3_BUCKET, t.S3_POLICY), _Use(("s3:GetObject",), r"[^/]*/?\*")),
    **dict.fromkeys((t.KMS_KEY, t.KMS_EXTERNAL_KEY, t.KMS_KEY_POLICY), _Use(("kms:Decrypt",))),
    **dict.fromkeys((t.SNS_TOPIC, t.SNS_TOPIC_POLICY), _Use(("sns:Publish",))),
    **dict.fromkeys((t.SQS_QUEUE, t.SQS_POLICY), _Use(("sqs:SendMessage", "sqs:ReceiveMessage"))),
    **dict.fromkeys((t.SECRET, t.SECRET_POLICY), _Use(("secretsmanager:GetSecretValue",))),
    **dict.fromkeys(
        (t.APIGATEWAY_REST_API, t.APIGATEWAY_REST_API_POLICY),
        _Use(("execute-api:Invoke",), r"[^/]*/\*|\*"),
    ),
    t.ECR_POLICY: _Use(("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")),
    t.BACKUP_VAULT_POLICY: _Use(("backup:StartRestoreJob",)),
    t.DYNAMODB_RESOURCE_POLICY: _Use(("dynamodb:GetItem", "dynamodb:Query"), r"table/[^/]*|\*"),
    t.EVENT_BUS_POLICY: _Use(("events:PutEvents",), r"event-bus/.*|\*"),
    t.LOG_DESTINATION_POLICY: _Use(("logs:PutSubscriptionFilter",)),
    t.EFS_FILE_SYSTEM_POLICY: _Use(("elasticfilesystem:ClientMount",)),
    t.OPENSEARCH_DOMAIN: _Use(("es:ESHttpGet",), r"domain/[^/]*/?\*|\*"),
}
# What these say in a property of another name.
_PROPERTY: Final = {
    t.LOG_DESTINATION_POLICY: "access_policy",
    t.OPENSEARCH_DOMAIN: "access_policies",
}
_OWNER: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
_WHOLE_ACCOUNT: Final = re.compile(r"(?:arn:[^:]+:iam::)?(\d{12})(?::root)?")
_NOBODY: Final = {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}
_WITH_TLS: Final = {"Bool": {"aws:SecureTransport": "true"}}


def _also(**facts: object) -> Change:
    return Change("policy.Statement", [_OWNER, {**_NOBODY, **facts}])


def _as(type_: str, *statements: Mapping[str, object], name: str = "policy") -> With:
    return With(Neighbour("other", type_, {name: Json({"Statement": list(statements)})}))


@control(
    "resource-policy-lets-use",
    title="Policies of resources do not deny everybody what the resources are for",
    severity=Severity.HIGH,
    category=Category.HA,
    types=tuple(_USES),
    needs=(t.OPENSEARCH_DOMAIN_POLICY,),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(t.KMS_KEY, {"policy": Json({"Statement": [_OWNER]})}),
        failing=(
            _also(),
            _also(Principal={"AWS": "*"}, Action=["kms:Encrypt", "kms:Decrypt"]),
            _also(Principal={"AWS": "123456789012"}),
            _also(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
            _also(Condition=_WITH_TLS),
            _also(Action=None, NotAction="kms:DescribeKey"),
            Change("policy.Statement", [_NOBODY]),
        ),
        unknown=(Hide("policy"), Change("policy", "{")),
        absent=(
            (
                Change("policy", None),
                With(
                    Neighbour(
                        "apart",
                        t.KMS_KEY_POLICY,
                        {"key_id": Ref("subject"), "policy": Json({"Statement": [_NOBODY]})},
                    )
                ),
            ),
        ),
        also_passing=(
            _also(Action=["kms:ScheduleKeyDeletion", "kms:DisableKey"]),
            _also(Principal={"AWS": "arn:aws:iam::123456789012:role/retired"}),
            _also(Principal={"AWS": "999999999999"}),
            _also(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
            _also(Condition={"Bool": {"aws:SecureTransport": "false"}}),
            _also(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::123456789012:role/admin"}),
            _also(Action=None, NotAction=["kms:Decrypt", "kms:Encrypt"]),
        ),
        not_applicable=(Change("policy", None),),
    ),
)
def lets_use(holder: Resource, stack: Stack) -> Outcome:
    """A denial wins over every permission: of identities, of administrators, of services.

    It is written to keep strangers out, and its condition was forgotten or turned round. Source:
    IAM User Guide, "Policy evaluation logic"; "AWS JSON policy elements: Principal" (a denial of an
    account is one of all its identities).
    """
    use = _USES[holder.type]
    if holder.type in _PROPERTY:
        name = _PROPERTY[holder.type]
        items = document_statements(whole(holder, stack, name), name)
    else:
        items = resource_policy(holder, stack)
    return worst(*([Pass()] if items else []), each(items, partial(_leaves, use, holder)))


def _leaves(use: _Use, holder: Resource, item: SourcedStatement) -> Outcome:
    statement = item.statement
    denied = [action for action in use.actions if statement.acts(action)]
    if (
        statement.allows
        or not denied
        or not _everybody(statement, holder)
        or not _always(statement)
    ):
        return Pass()
    if not _all_of_it(statement, use):
        return Pass()
    return Fail(
        item.path,
        "no denial without a condition that leaves somebody in",
        f"{statement.name} denies everybody {', '.join(denied)}",
        "Say in a condition, or by NotPrincipal, whom the denial leaves in.",
    )


def _everybody(statement: Statement, holder: Resource) -> bool:
    names = [name for _, name in statement.principals]
    if "*" in names:
        return True
    accounts = {found[1] for name in names if (found := _WHOLE_ACCOUNT.fullmatch(name))}
    if accounts and holder.account is None:
        whose = "whether the account that is denied is its own"
        raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "policy", whose))
    return holder.account in accounts


def _always(statement: Statement) -> bool:
    """Tell whether no request escapes a statement's conditions: all of AWS is asked with TLS."""
    return all(
        (c.operator.lower().removesuffix("ifexists"), c.key, [v.lower() for v in c.values])
        == ("bool", "aws:securetransport", ["true"])
        for c in statement.conditions
    )


def _all_of_it(statement: Statement, use: _Use) -> bool:
    if statement.excepted_resources:
        return False
    return any(
        re.fullmatch(use.whole, pattern.split(":", maxsplit=5)[-1])
        for pattern in statement.resources or ("*",)
    )
