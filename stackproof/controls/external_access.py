"""Who from outside the account may use what: one control for each kind of resource.

What lets everybody in is said by the controls named `…-not-public`, and by those on a role's trust
and a REST API's policy; what lets in somebody by name, by these.
"""

from __future__ import annotations

from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.outsiders import (
    OWNED,
    LetIn,
    Reading,
    Shareable,
    closed,
    in_document,
    in_list,
    in_permission,
    not_open,
    shared_with,
)
from stackproof.model import (
    Category,
    Framework,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json
from stackproof.model.parameter import Trusted
from stackproof.reasoning.access import Condition, granted_to
from stackproof.types import tokens as t

OURS, THEIRS = "123456789012", "999999999999"
# A network that isn't the stack's: whose it is can't be seen.
SOMEWHERE = {"StringEquals": {"aws:SourceVpce": "vpce-0123"}}
ANY_SERVICE_OF_ANYBODY = {"Bool": {"aws:PrincipalIsAWSService": "true"}}
RESTORE = "to restore it"


def _policy(type_: str, action: str, name: str = "policy") -> dict[str, Any]:
    """Give a resource with a policy, and how others get into it."""
    statement = f"{name}.Statement.0"
    ours = {
        "Sid": "Use",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OURS}:root"},
        "Action": action,
        "Resource": "*",
    }
    return {
        "example": Given(type_, {name: Json({"Statement": [ours]})}),
        "outsider": Change(f"{statement}.Principal", {"AWS": f"arn:aws:iam::{THEIRS}:role/x"}),
        "open": Change(f"{statement}.Principal", "*"),
        "hidden": Hide(name),
        "elsewhere": (
            Change(f"{statement}.Principal", "*"),
            Change(f"{statement}.Condition", SOMEWHERE),
        ),
        "also_outside": (
            (
                Change(f"{statement}.Principal", "*"),
                Change(f"{statement}.Condition", ANY_SERVICE_OF_ANYBODY),
            ),
        ),
    }


def _list(type_: str, name: str, *, several: bool = False) -> dict[str, Any]:
    """Give a resource that names the accounts that it is shared with."""

    def value(account: str) -> Any:
        return [account] if several else account

    return {
        "example": Given(type_, {name: value(OURS)}),
        "outsider": Change(name, value(THEIRS)),
        "open": Change(name, value("all")),
        "hidden": Hide(name),
        "elsewhere": Change(name, value("AROAEXAMPLEID")),
    }


def _in_launch_permission(holder: Resource) -> list[LetIn]:
    """Give who may launch instances: AWS says it of an image by `public`, and by permissions."""
    found: list[LetIn] = []
    if holder.type == t.EC2_AMI:
        public = holder.raw("public")
        if isinstance(public, Unknown):
            return [public.at("public")]
        everybody = shared_with("all", "to launch instances from it", holder)
        return [("public", everybody)] if public else []
    for name in ("account_id", "group", "organization_arn", "organizational_unit_arn"):
        value = holder.raw(name)
        if isinstance(value, Unknown):
            found.append(value.at(name))
        elif value:
            found.append((name, shared_with(str(value), "to launch instances from it", holder)))
    return found


def _in_sharing(holder: Resource) -> list[LetIn]:
    name = "permissions.account_ids"
    try:
        accounts = holder.text(name) or ""
    except UnresolvedError as error:
        return [error.unknown]
    shared = (account.strip() for account in accounts.split(","))
    return [(name, shared_with(account, "to run it", holder)) for account in shared if account]


def _in_event_permission(holder: Resource) -> list[LetIn]:
    try:
        principal = holder.text("principal") or ""
        condition = [
            Condition(
                str(condition["type"]), str(condition["key"]).lower(), (str(condition["value"]),)
            )
            for condition in holder.blocks("condition")
        ]
        action = holder.text("action") or "events:PutEvents"
    except UnresolvedError as error:
        return [error.unknown]
    return [("principal", granted_to("AWS", principal, action, tuple(condition), by=holder.name))]


def _of_bus(holder: Resource) -> list[LetIn]:
    if holder.type == t.EVENT_PERMISSION:
        return _in_event_permission(holder)
    return in_document("policy")(holder)


SHAREABLE = (
    Shareable(
        "s3-bucket",
        "Buckets",
        (t.S3_BUCKET, t.S3_POLICY),
        **_policy(t.S3_BUCKET, "s3:GetObject"),
    ),
    Shareable(
        "kms-key",
        "Keys",
        (t.KMS_KEY, t.KMS_EXTERNAL_KEY, t.KMS_KEY_POLICY),
        **_policy(t.KMS_KEY, "kms:Decrypt"),
    ),
    Shareable(
        "kms-grant",
        "Grants of keys",
        (t.KMS_GRANT,),
        reading=in_list("grantee_principal", "what the grant lists"),
        **_list(t.KMS_GRANT, "grantee_principal"),
    ),
    Shareable(
        "sns-topic",
        "Topics",
        (t.SNS_TOPIC, t.SNS_TOPIC_POLICY),
        **_policy(t.SNS_TOPIC, "sns:Publish"),
    ),
    Shareable(
        "sqs-queue",
        "Queues",
        (t.SQS_QUEUE, t.SQS_POLICY),
        **_policy(t.SQS_QUEUE, "sqs:SendMessage"),
    ),
    Shareable(
        "secretsmanager-secret",
        "Secrets",
        (t.SECRET, t.SECRET_POLICY),
        **_policy(t.SECRET, "secretsmanager:GetSecretValue"),
    ),
    Shareable(
        "ecr-repository",
        "Image repositories",
        (t.ECR_POLICY,),
        reading=in_document("policy"),
        **_policy(t.ECR_POLICY, "ecr:BatchGetImage"),
    ),
    Shareable(
        "lambda-function",
        "Functions",
        (t.LAMBDA_PERMISSION,),
        reading=in_permission,
        example=Given(t.LAMBDA_PERMISSION, {"principal": OURS}),
        outsider=Change("principal", THEIRS),
        open=Change("principal", "*"),
        hidden=Hide("principal"),
        elsewhere=(
            Change("principal", "s3.amazonaws.com"),
            Change("source_arn", "arn:aws:s3:::uploads"),
        ),
    ),
    Shareable(
        "iam-role",
        "Roles",
        (t.IAM_ROLE,),
        reading=in_document("assume_role_policy"),
        **_policy(t.IAM_ROLE, "sts:AssumeRole", "assume_role_policy"),
    ),
    Shareable(
        "backup-vault",
        "Backup vaults",
        (t.BACKUP_VAULT_POLICY,),
        reading=in_document("policy"),
        public=Severity.CRITICAL,
        **_policy(t.BACKUP_VAULT_POLICY, "backup:CopyFromBackupVault"),
    ),
    Shareable(
        "dynamodb-table",
        "Tables",
        (t.DYNAMODB_RESOURCE_POLICY,),
        reading=in_document("policy"),
        public=Severity.CRITICAL,
        **_policy(t.DYNAMODB_RESOURCE_POLICY, "dynamodb:GetItem"),
    ),
    Shareable(
        "event-bus",
        "Event buses",
        (t.EVENT_BUS_POLICY, t.EVENT_PERMISSION),
        reading=_of_bus,
        public=Severity.HIGH,
        **_policy(t.EVENT_BUS_POLICY, "events:PutEvents"),
    ),
    Shareable(
        "log-destination",
        "Destinations of logs",
        (t.LOG_DESTINATION_POLICY,),
        reading=in_document("access_policy"),
        public=Severity.HIGH,
        **_policy(t.LOG_DESTINATION_POLICY, "logs:PutSubscriptionFilter", "access_policy"),
    ),
    Shareable(
        "log-resource-policy",
        "Policies of logs",
        (t.LOG_RESOURCE_POLICY,),
        reading=in_document("policy_document"),
        public=Severity.HIGH,
        **_policy(t.LOG_RESOURCE_POLICY, "logs:PutLogEvents", "policy_document"),
    ),
    Shareable(
        "opensearch-domain",
        "Domains",
        (t.OPENSEARCH_DOMAIN, t.OPENSEARCH_DOMAIN_POLICY),
        reading=in_document("access_policies"),
        **_policy(t.OPENSEARCH_DOMAIN_POLICY, "es:ESHttpGet", "access_policies"),
    ),
    Shareable(
        "efs-file-system",
        "File systems",
        (t.EFS_FILE_SYSTEM_POLICY,),
        reading=in_document("policy"),
        public=Severity.HIGH,
        **_policy(t.EFS_FILE_SYSTEM_POLICY, "elasticfilesystem:ClientMount"),
    ),
    Shareable(
        "rest-api",
        "REST APIs",
        (t.APIGATEWAY_REST_API, t.APIGATEWAY_REST_API_POLICY),
        **_policy(t.APIGATEWAY_REST_API, "execute-api:Invoke"),
    ),
    Shareable(
        "ebs-snapshot",
        "Snapshots of volumes",
        (t.EC2_SNAPSHOT_PERMISSION,),
        reading=in_list("account_id", RESTORE),
        severity=Severity.HIGH,
        public=Severity.CRITICAL,
        fsbp=("EC2.1",),
        **_list(t.EC2_SNAPSHOT_PERMISSION, "account_id"),
    ),
    Shareable(
        "rds-snapshot",
        "Snapshots of databases",
        (t.RDS_SNAPSHOT, t.RDS_CLUSTER_SNAPSHOT),
        reading=in_list("shared_accounts", RESTORE),
        severity=Severity.HIGH,
        public=Severity.CRITICAL,
        fsbp=("RDS.1",),
        **_list(t.RDS_SNAPSHOT, "shared_accounts", several=True),
    ),
    Shareable(
        "ec2-image",
        "Images of machines",
        (t.AMI_LAUNCH_PERMISSION, t.EC2_AMI),
        reading=_in_launch_permission,
        severity=Severity.HIGH,
        public=Severity.CRITICAL,
        **_list(t.AMI_LAUNCH_PERMISSION, "account_id"),
    ),
    Shareable(
        "ssm-document",
        "Documents of Systems Manager",
        (t.SSM_DOCUMENT,),
        reading=_in_sharing,
        severity=Severity.MEDIUM,
        public=Severity.CRITICAL,
        fsbp=("SSM.4",),
        example=Given(t.SSM_DOCUMENT, {"permissions": {"type": "Share", "account_ids": OURS}}),
        outsider=Change("permissions.account_ids", f"{OURS},{THEIRS}"),
        open=Change("permissions.account_ids", "All"),
        hidden=Hide("permissions"),
        elsewhere=Change("permissions.account_ids", "AROAEXAMPLEID"),
    ),
)
FRAMEWORKS = {Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")}


def _no_external_access(shareable: Shareable) -> None:
    @control(
        f"{shareable.thing}-no-external-access",
        title=f"{shareable.things} let in nobody from outside the account who is not trusted",
        severity=shareable.severity,
        category=Category.IAM,
        types=shareable.types,
        needs=OWNED,
        frameworks=FRAMEWORKS,
        cases=Cases(
            passing=shareable.example,
            failing=(shareable.outsider, *shareable.also_outside),
            unknown=(shareable.hidden,),
            absent=(shareable.elsewhere,),
            not_applicable=(shareable.open,),
        ),
    )
    def judge(holder: Resource, stack: Stack, *, trusted: Trusted = ()) -> Outcome:
        """Whoever is let in by name is a decision that is made once, and written down.

        Account ids, ids of organizations, networks and their endpoints can be `trusted`. Accounts
        from which AWS itself delivers logs and bills are no outsiders.
        """
        return closed(shareable, holder, stack, trusted)


def _not_public(shareable: Shareable, read: Reading, severity: Severity) -> None:
    fsbp = {Framework.FSBP: shareable.fsbp} if shareable.fsbp else {}

    @control(
        f"{shareable.thing}-not-public",
        title=f"{shareable.things} are not open to everybody",
        severity=severity,
        category=Category.IAM,
        types=shareable.types,
        frameworks=FRAMEWORKS | fsbp,
        cases=Cases(
            passing=shareable.example,
            failing=(shareable.open,),
            unknown=(shareable.hidden,),
            also_passing=(shareable.outsider, shareable.elsewhere),
        ),
    )
    def judge(holder: Resource) -> Outcome:
        """Everybody is everybody who has an account of AWS, and often everybody else as well."""
        return not_open(read(holder))


for _shareable in SHAREABLE:
    _no_external_access(_shareable)
    if _shareable.public is not None and _shareable.reading is not None:
        _not_public(_shareable, _shareable.reading, _shareable.public)
