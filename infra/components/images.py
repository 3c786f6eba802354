"""Where container images come from."""

from __future__ import annotations

import re

from infra.iam import Statement, allow

__all__ = ["pull_statements"]

_PRIVATE_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<repository>[^:@]+)"
)


def pull_statements(image: str, partition: str) -> list[Statement]:
    """Return what a role needs to pull an image: nothing, unless it is in a private ECR."""
    place = _PRIVATE_ECR.match(image)
    if place is None:
        return []
    repository = "arn:{}:ecr:{region}:{account}:repository/{repository}".format(
        partition, **place.groupdict()
    )
    return [
        # Service Authorization Reference, Amazon ECR: this action has no resource to name.
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            repository,
        ),
    ]
