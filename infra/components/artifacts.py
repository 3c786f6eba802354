"""Where the steps of a delivery hand on what they made."""

from __future__ import annotations

import pulumi

from infra.components.bucket import Bucket
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["ArtifactBucket"]

KEEP_DAYS = 30


class ArtifactBucket(Bucket):
    """An encrypted bucket for a pipeline's artifacts, which are gone after a month.

    It goes with its contents when the stack is destroyed: a commit can be delivered anew.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        key_arn: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            name,
            site,
            expire_days=KEEP_DAYS,
            keep_on_destroy=False,
            key_arn=key_arn,
            opts=opts,
        )
        self.key_arn = key_arn

    @property
    def hand_on_statements(self) -> list[Statement]:
        """What it takes to fetch and to hand on artifacts."""
        return [
            allow(
                "HandOnArtifacts",
                ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                f"{self.site.bucket_arn(self.name)}/*",
            ),
            allow("UseArtifactKey", ["kms:Decrypt", "kms:GenerateDataKey"], self.key_arn),
        ]
