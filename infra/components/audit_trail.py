"""The account's audit trail: who called which API, kept where nobody can change it unseen."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.account_changes import watch_account
from infra.components.base import Component
from infra.components.bucket import Bucket, bucket_name
from infra.components.keys import EncryptionKey, for_trail
from infra.components.logs import LogPolicy, log_group, log_group_arn
from infra.components.roles import service_role
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["AuditTrail"]

_SERVICE = "cloudtrail.amazonaws.com"


class AuditTrail(Component):
    """A trail of all regions, signed and encrypted, to its own bucket and its own log group.

    `expire_days` is how long the bucket keeps what it is given, `key_deletion_days` how long the
    trail's key can be brought back. `watches` are the events that somebody is to be told of.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        logs: LogPolicy,
        expire_days: int,
        key_deletion_days: int,
        keep_on_destroy: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("AuditTrail", name, site, opts)
        physical = site.name(name)
        trail_arn = site.arn("cloudtrail", f"trail/{physical}")
        self.key = EncryptionKey(
            f"{name}-key",
            site,
            purpose="the audit trail",
            deletion_days=key_deletion_days,
            statements=for_trail(site, trail_arn),
            opts=self.child(),
        )
        self.bucket = Bucket(
            name,
            site,
            key_arn=self.key.arn,
            expire_days=expire_days,
            keep_on_destroy=keep_on_destroy,
            statements=_service_may_deliver(site, bucket_name(site, name), trail_arn),
            opts=self.child(),
        )
        group_name = f"/aws/cloudtrail/{physical}"
        self.log_group = log_group(self, name, group_name, logs)
        self.watches = watch_account(self, self.log_group)
        role, permissions = service_role(
            self,
            name,
            service=_SERVICE,
            purpose="Lets CloudTrail write to its log group",
            policy_name="write-trail",
            statements=[
                allow(
                    "WriteTrail",
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    # AWS CloudTrail User Guide, "Role policy document for CloudTrail to use
                    # CloudWatch Logs for monitoring": streams are named after account and service.
                    log_group_arn(site, group_name).removesuffix("*")
                    + f"log-stream:{site.account_id}_CloudTrail_*",
                )
            ],
        )
        self.trail = aws.cloudtrail.Trail(
            name,
            name=physical,
            s3_bucket_name=self.bucket.bucket.id,
            kms_key_id=self.key.arn,
            cloud_watch_logs_group_arn=pulumi.Output.concat(self.log_group.arn, ":*"),
            cloud_watch_logs_role_arn=role.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            tags=self.tagged(name),
            opts=self.child(depends_on=[permissions, self.bucket.policy]),
        )
        self.register_outputs({"arn": self.trail.arn})


def _service_may_deliver(site: Site, bucket: str, trail_arn: str) -> list[Statement]:
    """Let this trail deliver.

    AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
    """
    arn = site.bucket_arn(bucket)
    this_trail = {"aws:SourceArn": trail_arn}
    return [
        allow(
            "TrailFindsBucket",
            ["s3:GetBucketAcl"],
            arn,
            services=[_SERVICE],
            conditions={"StringEquals": this_trail},
        ),
        allow(
            "TrailDelivers",
            ["s3:PutObject"],
            f"{arn}/AWSLogs/{site.account_id}/*",
            services=[_SERVICE],
            conditions={
                "StringEquals": {**this_trail, "s3:x-amz-acl": "bucket-owner-full-control"}
            },
        ),
    ]
