"""What copies, keeps and serves data: replication, backups, streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.conditions import Held, OneOf
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.finding import Find, Found, roles
from stackproof.reasoning.permissions.targets import Target, key, leaves, led_to
from stackproof.types import tokens as t
from stackproof.types.identities import identity

_COPY_PAGE: Final = "Amazon S3 User Guide, Setting up permissions for live replication"
_SEALED_PAGE: Final = "Amazon S3 User Guide, Replicating encrypted objects"
_BACKUP_PAGE: Final = "AWS Backup Developer Guide, IAM service roles"
_DESTINATION: Final = "rules.destination"


def through_s3(path: str) -> Callable[[Resource, Target], Mapping[str, Held]]:
    """Give what S3 tells a key for the objects of the one bucket that a property names."""

    def says(consumer: Resource, sealed: Target) -> Mapping[str, Held]:
        region = None if sealed.resource is None else sealed.resource.region
        hidden = Unknown(Cause.UNREADABLE, path, "for which bucket the key is used")
        named = list(leaves(consumer.data, path.split(".")))
        bucket = named[0] if len(set(named)) == 1 else hidden
        if isinstance(bucket, str) and not bucket.startswith("arn:"):
            bucket = f"arn:aws:s3:::{bucket}"
        return {
            "kms:viaservice": (f"s3.{region}.amazonaws.com",) if region else hidden,
            "kms:encryptioncontext:aws:s3:arn": bucket
            if isinstance(bucket, Unknown)
            else OneOf((bucket, f"{bucket}/*")),
        }

    return says


def _source_key(replication: Resource, stack: Stack) -> Found:
    """Give the key of the source, where objects that it encrypts are copied, too."""
    path = "rules.source_selection_criteria.sse_kms_encrypted_objects.status"
    if "Enabled" not in list(leaves(replication.data, path.split("."))):
        return
    for bucket in led_to(replication, "bucket", t.S3_BUCKET, stack):
        if isinstance(bucket, Unknown):
            yield bucket
        elif bucket.resource is not None:
            sealed = key(bucket.resource, stack)
            if isinstance(sealed, (Target, Unknown)):
                yield sealed


REPLICATION: Final = (
    Pair(
        id="source",
        who=t.S3_REPLICATION,
        names="bucket",
        on=t.S3_BUCKET,
        role="role",
        needs=(
            "s3:GetReplicationConfiguration",
            "s3:ListBucket",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionTagging",
        ),
        page=_COPY_PAGE,
    ),
    Pair(
        id="destination",
        who=t.S3_REPLICATION,
        names=f"{_DESTINATION}.bucket",
        on=t.S3_BUCKET,
        role="role",
        needs=("s3:ReplicateObject",),
        page=_COPY_PAGE,
    ),
    Pair(
        id="source key",
        who=t.S3_REPLICATION,
        on=t.KMS_KEY,
        find=_source_key,
        example={
            "bucket": Ref("bucket"),
            "rules": [
                {"source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}}}
            ],
        },
        beside={"@bucket": t.S3_BUCKET, "@encryption": t.S3_ENCRYPTION},
        role="role",
        needs=("kms:Decrypt",),
        says=through_s3("bucket"),
        page=_SEALED_PAGE,
    ),
    Pair(
        id="replica key",
        who=t.S3_REPLICATION,
        names=f"{_DESTINATION}.encryption_configuration.replica_kms_key_id",
        on=t.KMS_KEY,
        role="role",
        needs=("kms:Encrypt",),
        says=through_s3(f"{_DESTINATION}.bucket"),
        page=_SEALED_PAGE,
    ),
)


def _selected(type_: str) -> Find:
    """Give what finds what a selection names of a type, by ARNs and by patterns of them."""

    def find(selection: Resource, stack: Stack) -> Found:
        for item in leaves(selection.data, ("resources",)):
            told = identity(item) if isinstance(item, str) and "*" in item else None
            if told is None:
                continue
            if type_ in told.types and isinstance(item, str):
                yield Target(item, item, plain=True)
        for found in led_to(selection, "resources", type_, stack):
            if not (isinstance(found, Unknown) and "*" in found.detail):
                yield found

    return find


def _selecting(plan: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for selection in stack.seen_referrers(plan, t.BACKUP_SELECTION, "plan_id"):
        yield from roles(selection, "iam_role_arn", stack)


BACKUPS: Final = (
    *(
        Pair(
            id=on.rpartition(":")[2].lower() if on != t.RDS_CLUSTER else "database cluster",
            who=t.BACKUP_SELECTION,
            on=on,
            find=_selected(on),
            example={"resources": [Ref("target", "arn")]},
            role="iam_role_arn",
            needs=needs,
            any_of=len(needs) > 1,
            page=_BACKUP_PAGE,
        )
        for on, needs in (
            (t.RDS_INSTANCE, ("rds:CreateDBSnapshot",)),
            (t.RDS_CLUSTER, ("rds:CreateDBClusterSnapshot",)),
            (t.EBS_VOLUME, ("ec2:CreateSnapshot",)),
            (t.EFS_FILE_SYSTEM, ("elasticfilesystem:Backup",)),
            (t.DYNAMODB_TABLE, ("dynamodb:StartAwsBackupJob", "dynamodb:CreateBackup")),
        )
    ),
    Pair(
        id="copy",
        who=t.BACKUP_PLAN,
        names="rules.copy_actions.destination_vault_arn",
        on=t.BACKUP_VAULT,
        role_of=_selecting,
        beside={"@selection": t.BACKUP_SELECTION},
        needs=("backup:CopyIntoBackupVault",),
        page="AWS Backup Developer Guide, Creating backup copies across AWS Regions",
    ),
)


STREAMS_TO_BUCKETS: Final = (
    Pair(
        id="bucket",
        who=t.KINESIS_FIREHOSE_DELIVERY_STREAM,
        names="extended_s3_configuration.bucket_arn",
        on=t.S3_BUCKET,
        role="extended_s3_configuration.role_arn",
        needs=("s3:PutObject",),
        key=("kms:GenerateDataKey",),
        page="Amazon Data Firehose Developer Guide, Grant access to an Amazon S3 destination",
    ),
    Pair(
        id="source",
        who=t.KINESIS_FIREHOSE_DELIVERY_STREAM,
        names="kinesis_source_configuration.kinesis_stream_arn",
        on=t.KINESIS_STREAM,
        role="kinesis_source_configuration.role_arn",
        needs=("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
        key=("kms:Decrypt",),
        page="Amazon Data Firehose Developer Guide, Controlling access with Amazon Data Firehose",
    ),
)
