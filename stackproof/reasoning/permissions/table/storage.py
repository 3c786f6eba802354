"""What copies, keeps and serves data: replication, backups, streams, distributions, volumes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.conditions import Held, OneOf
from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.finding import Find, Found, roles
from stackproof.reasoning.permissions.targets import Target, key, leaves, led_to, target
from stackproof.types import tokens as t
from stackproof.types.identities import identity

_COPY_PAGE: Final = "Amazon S3 User Guide, Setting up permissions for live replication"
_SEALED_PAGE: Final = "Amazon S3 User Guide, Replicating encrypted objects"
_BACKUP_PAGE: Final = "AWS Backup Developer Guide, IAM service roles"
_DESTINATION: Final = "rules.destination"
_BUCKET_HOST: Final = re.compile(
    r"(?P<bucket>[\w.-]+?)\.s3[.-](?:[\w-]+\.)?amazonaws\.com(?:\.cn)?"
)


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
    for selection in stack.referrers(plan, t.BACKUP_SELECTION, "plan_id"):
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


def _origin(distribution: Resource, stack: Stack) -> Found:
    """Give the buckets that a distribution reads with an origin access control."""
    for origin in distribution.blocks("origins"):
        if origin.raw("origin_access_control_id") in (None, ""):
            continue
        domain = origin.raw("domain_name")
        if isinstance(domain, Unknown):
            urns = distribution.references.get("origins", ())
            buckets = [one for urn in urns if (one := stack.find(urn, t.S3_BUCKET))]
            yield from map(target, buckets)
            if not buckets:
                yield domain
        elif host := _BUCKET_HOST.fullmatch(str(domain)):
            found = stack.find(host["bucket"], t.S3_BUCKET)
            unseen = Unknown(Cause.NOT_IN_STACK, "origins", host["bucket"])
            yield unseen if found is None else target(found)


DISTRIBUTIONS: Final = (
    Pair(
        id="bucket",
        who=t.CLOUDFRONT_DISTRIBUTION,
        on=t.S3_BUCKET,
        find=_origin,
        example={
            "origins": [
                {
                    "domain_name": "pages.s3.us-east-1.amazonaws.com",
                    "origin_access_control_id": "E1",
                }
            ]
        },
        looks={"bucket": "pages"},
        service="cloudfront.amazonaws.com",
        needs=("s3:GetObject",),
        key=("kms:Decrypt",),
        source=Source("{arn}", account=True),
        page="Amazon CloudFront Developer Guide, Restrict access to an Amazon S3 origin",
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


def _volume_keys(group: Resource, stack: Stack) -> Found:
    """Give the keys of the volumes that a group's instances start with."""
    paths = ("launch_template.id", "launch_template.name")
    for path in paths:
        for template in led_to(group, path, t.LAUNCH_TEMPLATE, stack):
            if isinstance(template, Unknown):
                yield template
            elif template.resource is not None:
                ebs = "block_device_mappings.ebs.kms_key_id"
                yield from led_to(template.resource, ebs, t.KMS_KEY, stack)
                return


VOLUMES: Final = (
    Pair(
        id="key",
        who=t.AUTOSCALING_GROUP,
        on=t.KMS_KEY,
        find=_volume_keys,
        example={"launch_template": {"id": Ref("template")}},
        beside={"@template": t.LAUNCH_TEMPLATE},
        linked="autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        needs=("kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"),
        says=lambda group, sealed: {"kms:grantisforawsresource": ("true",)},
        page="Amazon EC2 Auto Scaling User Guide, Required AWS KMS key policy",
    ),
)
