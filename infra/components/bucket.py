"""Private, versioned, encrypted buckets."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, allow, deny_insecure_transport, document
from infra.site import Site

__all__ = ["Bucket", "bucket_name", "request_log_delivery"]

# Of a bucket of logs, where S3 writes who asked for objects of other buckets.
_REQUESTS = "requests"


def bucket_name(site: Site, name: str) -> str:
    """Return a bucket's name, with the account id because bucket names are global."""
    return f"{site.name(name)}-{site.account_id}"


def request_log_delivery(site: Site, bucket: str) -> Statement:
    """Let S3 write who asked for what in this account's buckets to a bucket.

    Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
    """
    return allow(
        "RequestLogDelivery",
        ["s3:PutObject"],
        f"{site.bucket_arn(bucket)}/{_REQUESTS}/*",
        services=["logging.s3.amazonaws.com"],
        conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
    )


class Bucket(Component):
    """A bucket with no public access, TLS only, whose old versions expire.

    `expire_days` is the age at which the objects themselves expire, if they do; else they move to
    cheaper storage while nobody reads them. `key_arn` is the KMS key; without one, S3's own keys
    are used (load balancers can't write their logs otherwise). `statements` are added to the
    bucket policy. `physical_name` is for buckets whose name is fixed by others.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        expire_days: int | None,
        keep_on_destroy: bool,
        physical_name: str | None = None,
        key_arn: pulumi.Input[str] | None = None,
        statements: Sequence[Statement] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Bucket", name, site, opts)
        self.name = physical_name or bucket_name(site, name)
        self.bucket = aws.s3.Bucket(
            name,
            bucket=self.name,
            force_destroy=not keep_on_destroy,
            tags=self.tagged(name),
            opts=self.child(),
        )
        block = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        aws.s3.BucketOwnershipControls(
            name,
            bucket=self.bucket.id,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.child(),
        )
        self.versioning = aws.s3.BucketVersioning(
            name,
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            opts=self.child(),
        )
        self._encrypt(name, key_arn)
        self._expire(name, expire_days)
        arn = site.bucket_arn(self.name)
        self.policy = aws.s3.BucketPolicy(
            name,
            bucket=self.bucket.id,
            policy=document(deny_insecure_transport("s3:*", [arn, f"{arn}/*"]), *statements),
            opts=self.child(depends_on=[block]),
        )
        self.register_outputs({"name": self.bucket.id})

    def log_requests_to(self, logs: Bucket) -> None:
        """Have S3 write down who asks for what, in a bucket of logs of the same region."""
        aws.s3.BucketLogging(
            self.label,
            bucket=self.bucket.id,
            target_bucket=logs.bucket.id,
            target_prefix=f"{_REQUESTS}/{self.label}/",
            opts=self.child(depends_on=[logs.policy]),
        )

    def _encrypt(self, name: str, key_arn: pulumi.Input[str] | None) -> None:
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(  # noqa: E501
            sse_algorithm="aws:kms" if key_arn is not None else "AES256",
            kms_master_key_id=key_arn,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket.id,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    bucket_key_enabled=key_arn is not None,
                )
            ],
            opts=self.child(),
        )

    def _expire(self, name: str, days: int | None) -> None:
        rule = aws.s3.BucketLifecycleConfigurationRuleArgs
        expiration = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs
        cheaper = aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
            days=30, storage_class="INTELLIGENT_TIERING"
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=self.bucket.id,
            rules=[
                rule(
                    id="expire",
                    status="Enabled",
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    expiration=None if days is None else expiration(days=days),
                    transitions=[cheaper] if days is None else None,
                    noncurrent_version_expiration=(
                        aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                            noncurrent_days=30
                        )
                    ),
                    abort_incomplete_multipart_upload=(
                        aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                            days_after_initiation=7
                        )
                    ),
                )
            ],
            opts=self.child(depends_on=[self.versioning]),
        )
