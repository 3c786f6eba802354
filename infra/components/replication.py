"""Copies of a bucket's objects in another region."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.bucket import Bucket
from infra.components.roles import service_role
from infra.iam import Conditions, Statement, allow
from infra.site import Site

__all__ = ["Replication", "ReplicationKeys"]


@dataclass(frozen=True, slots=True)
class ReplicationKeys:
    """The KMS keys of the two buckets, each in its bucket's region."""

    source_arn: pulumi.Input[str]
    destination_arn: pulumi.Input[str]


class Replication(Component):
    """Every new object of one bucket copied to another, by a role that may do nothing else.

    The destination's resources belong to a provider of its region. Deletions are not copied:
    what is lost in the source by mistake or by malice stays in the destination. `keys` are given
    when the buckets are encrypted with KMS keys, else S3's own keys serve.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        source: Bucket,
        destination: Bucket,
        keys: ReplicationKeys | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Replication", name, site, opts)
        self.role, permissions = service_role(
            self,
            name,
            service="s3.amazonaws.com",
            purpose=f"Lets S3 copy {source.name} to {destination.name}",
            policy_name="replicate",
            statements=[
                *_may_copy(source, destination),
                *([] if keys is None else _may_reencrypt(source, destination, keys)),
            ],
        )
        self.config = aws.s3.BucketReplicationConfig(
            name,
            bucket=source.bucket.id,
            role=self.role.arn,
            rules=[_rule(destination, keys)],
            opts=self.child(
                # S3 refuses a rule between buckets of which one keeps no versions.
                depends_on=[source.versioning, destination.versioning, permissions]
            ),
        )
        self.register_outputs({"role_arn": self.role.arn})


def _may_copy(source: Bucket, destination: Bucket) -> list[Statement]:
    """Amazon S3 User Guide, "Setting up permissions for live replication"."""
    source_arn, destination_arn = _arn(source), _arn(destination)
    return [
        allow("FindObjects", ["s3:GetReplicationConfiguration", "s3:ListBucket"], source_arn),
        allow(
            "ReadObjects",
            [
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
            ],
            f"{source_arn}/*",
        ),
        allow("WriteCopies", ["s3:ReplicateObject", "s3:ReplicateTags"], f"{destination_arn}/*"),
    ]


def _may_reencrypt(source: Bucket, destination: Bucket, keys: ReplicationKeys) -> list[Statement]:
    """Amazon S3 User Guide, "Replicating encrypted objects"."""
    return [
        allow(
            "DecryptObjects",
            ["kms:Decrypt"],
            keys.source_arn,
            conditions=_only_for(source),
        ),
        allow(
            "EncryptCopies",
            ["kms:Encrypt", "kms:GenerateDataKey"],
            keys.destination_arn,
            conditions=_only_for(destination),
        ),
    ]


def _only_for(bucket: Bucket) -> Conditions:
    """Restrict a key to S3 in the bucket's region, and to what is in the bucket.

    The context names the bucket where bucket keys are used, else the object.
    """
    arn = _arn(bucket)
    return {
        "StringEquals": {"kms:ViaService": f"s3.{bucket.site.region}.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"]},
    }


def _rule(
    destination: Bucket, keys: ReplicationKeys | None
) -> aws.s3.BucketReplicationConfigRuleArgs:
    target = aws.s3.BucketReplicationConfigRuleDestinationArgs(
        bucket=destination.bucket.arn,
        encryption_configuration=(
            None
            if keys is None
            else aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                replica_kms_key_id=keys.destination_arn
            )
        ),
    )
    encrypted = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
        sse_kms_encrypted_objects=(
            aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                status="Enabled"
            )
        )
    )
    return aws.s3.BucketReplicationConfigRuleArgs(
        id="everything",
        status="Enabled",
        priority=1,
        filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
            status="Disabled"
        ),
        source_selection_criteria=None if keys is None else encrypted,
        destination=target,
    )


def _arn(bucket: Bucket) -> str:
    return bucket.site.bucket_arn(bucket.name)
