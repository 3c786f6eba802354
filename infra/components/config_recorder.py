"""The record of every change to every resource."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.bucket import Bucket, bucket_name
from infra.iam import Statement, allow, assume_role, document
from infra.site import Site

__all__ = ["ConfigRecorder"]


class ConfigRecorder(Component):
    """An AWS Config recorder of all resources, delivering to an encrypted bucket.

    AWS allows one per account and region: a stack that stands beside another names the other's.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        key_arn: pulumi.Input[str],
        expire_days: int,
        keep_on_destroy: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ConfigRecorder", name, site, opts)
        self.name = site.name(name)
        self.bucket = Bucket(
            name,
            site,
            key_arn=key_arn,
            expire_days=expire_days,
            keep_on_destroy=keep_on_destroy,
            statements=_service_may_deliver(site, bucket_name(site, name)),
            opts=self.child(),
        )
        role, permissions = self._role(key_arn)
        self.recorder = aws.cfg.Recorder(
            name,
            name=self.name,
            role_arn=role.arn,
            recording_group=aws.cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=True
            ),
            opts=self.child(depends_on=permissions),
        )
        channel = aws.cfg.DeliveryChannel(
            name,
            name=self.name,
            s3_bucket_name=self.bucket.bucket.id,
            s3_kms_key_arn=key_arn,
            opts=self.child(depends_on=[self.recorder, self.bucket.policy]),
        )
        self.status = aws.cfg.RecorderStatus(
            name, name=self.recorder.name, is_enabled=True, opts=self.child(depends_on=[channel])
        )
        self.register_outputs({"name": self.recorder.name})

    def _role(self, key_arn: pulumi.Input[str]) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        role = aws.iam.Role(
            self.label,
            name=self.name,
            description="Lets AWS Config read resources and deliver what it saw",
            assume_role_policy=assume_role("config.amazonaws.com", self.site.account_id),
            tags=self.tagged(self.label),
            opts=self.child(),
        )
        reads = aws.iam.RolePolicyAttachment(
            self.label,
            role=role.name,
            policy_arn=self.site.managed_policy_arn("service-role/AWS_ConfigRole"),
            opts=self.child(),
        )
        bucket = self.site.bucket_arn(self.bucket.name)
        delivers = aws.iam.RolePolicy(
            self.label,
            name="deliver",
            role=role.id,
            policy=document(
                allow("FindBucket", ["s3:GetBucketAcl", "s3:ListBucket"], bucket),
                allow("Deliver", ["s3:PutObject"], _delivered(self.site, self.bucket.name)),
                allow("Encrypt", ["kms:Decrypt", "kms:GenerateDataKey"], key_arn),
            ),
            opts=self.child(),
        )
        return role, [reads, delivers]


def _delivered(site: Site, bucket: str) -> str:
    return f"{site.bucket_arn(bucket)}/AWSLogs/{site.account_id}/Config/*"


def _service_may_deliver(site: Site, bucket: str) -> list[Statement]:
    """Let the service deliver, too: AWS Config Developer Guide, "Permissions for the S3 bucket"."""
    own = {"StringEquals": {"aws:SourceAccount": site.account_id}}
    service = ["config.amazonaws.com"]
    return [
        allow(
            "ConfigFindsBucket",
            ["s3:GetBucketAcl", "s3:ListBucket"],
            site.bucket_arn(bucket),
            services=service,
            conditions=own,
        ),
        allow(
            "ConfigDelivers",
            ["s3:PutObject"],
            _delivered(site, bucket),
            services=service,
            conditions=own,
        ),
    ]
