"""A repository of source code."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["SourceRepository"]


class SourceRepository(Component):
    """An encrypted CodeCommit repository; the branch that is delivered is `branch`."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        purpose: str,
        key_arn: pulumi.Input[str],
        branch: str = "main",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("SourceRepository", name, site, opts)
        self.name = site.name(name)
        self.arn = site.arn("codecommit", self.name)
        self.branch = branch
        self.repository = aws.codecommit.Repository(
            name,
            repository_name=self.name,
            description=purpose,
            kms_key_id=key_arn,
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.register_outputs({"arn": self.repository.arn})
