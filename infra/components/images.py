"""Where container images come from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from infra.iam import Statement, allow

__all__ = ["pull_statements"]

_PRIVATE_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<repository>[^:@]+)"
)


def pull_statements(images: Iterable[str], partition: str) -> list[Statement]:
    """Return what a role needs to pull images: nothing, unless one is in a private ECR."""
    repositories = [
        "arn:{}:ecr:{region}:{account}:repository/{repository}".format(
            partition, **place.groupdict()
        )
        for place in map(_PRIVATE_ECR.match, images)
        if place is not None
    ]
    if not repositories:
        return []
    return [
        # Service Authorization Reference, Amazon ECR: this action has no resource to name.
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            sorted(set(repositories)),
        ),
    ]
