"""A private repository of container images."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["ImageRepository"]


class ImageRepository(Component):
    """A repository whose tags never move, which scans what is pushed and keeps the last images.

    `address` is where images are pushed to and pulled from, without a tag. `push_statements` are
    what a build needs to add an image.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        key_arn: pulumi.Input[str],
        keep_images: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ImageRepository", name, site, opts)
        self.name = site.name(name)
        self.arn = site.arn("ecr", f"repository/{self.name}")
        self.address = f"{site.account_id}.dkr.ecr.{site.region}.amazonaws.com/{self.name}"
        self.repository = aws.ecr.Repository(
            name,
            name=self.name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(
                scan_on_push=True
            ),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(
                    encryption_type="KMS", kms_key=key_arn
                )
            ],
            # Images are built from commits, so that they can be built again.
            force_delete=True,
            tags=self.tagged(name),
            opts=self.child(),
        )
        aws.ecr.LifecyclePolicy(
            name,
            repository=self.repository.name,
            policy=json.dumps({"rules": [_keep_last(keep_images)]}),
            opts=self.child(),
        )
        self.register_outputs({"url": self.repository.repository_url})

    @property
    def push_statements(self) -> list[Statement]:
        """What it takes to see whether an image is there, and to push it."""
        return [
            # Service Authorization Reference, Amazon ECR: this action has no resource to name.
            allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
            allow(
                "PushImage",
                [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:CompleteLayerUpload",
                    "ecr:DescribeImages",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                self.arn,
            ),
        ]


def _keep_last(images: int) -> dict[str, object]:
    return {
        "rulePriority": 1,
        "description": f"Keep the last {images} images",
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": images,
        },
        "action": {"type": "expire"},
    }
