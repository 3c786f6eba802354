"""Task definitions: whose images their containers run."""

from __future__ import annotations

import re
from typing import Final

from stackproof.controls.ecs_containers import HIDDEN, UNREADABLE, containers
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.images import image_known
from stackproof.model import Block, Category, Framework, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.model.parameter import Prefixes
from stackproof.types.tokens import ECS_TASK_DEFINITION

_OWN: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1.2.3"
_IMAGE: Final = "container_definitions.1.image"
# Images that AWS publishes for tasks, by what their names begin with; the first two from one
# account for most regions. Sources: AWS for Fluent Bit, "Using the image"; AWS App Mesh User Guide,
# "Envoy image"; Amazon ECR Public Gallery, verified accounts of AWS and of Docker.
_OF_AWS: Final = (
    "906394416424.dkr.ecr.",
    "840364872350.dkr.ecr.",
    "public.ecr.aws/amazonlinux/",
    "public.ecr.aws/appmesh/",
    "public.ecr.aws/aws-cli/",
    "public.ecr.aws/aws-observability/",
    "public.ecr.aws/cloudwatch-agent/",
    "public.ecr.aws/docker/library/",
    "public.ecr.aws/xray/",
)
# "Docker Official Images", which Docker reviews, are in the namespace `library`, said or not.
# Source: Docker Docs, "Docker Official Images"; "docker image tag", on the names of images.
_OFFICIAL: Final = re.compile(r"(docker\.io/)?(library/)?[^/]+")


@control(
    "ecs-images-known",
    title="Containers run images of AWS, Docker's own, of their account or of named registries",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.NIST: ("CM-7(5)", "SR-3")},
    cases=Cases(
        passing=Given(
            ECS_TASK_DEFINITION,
            {
                "family": "api",
                "container_definitions": Json(
                    [
                        {
                            "name": "logs",
                            "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
                        },
                        {"name": "api", "image": _OWN},
                    ]
                ),
            },
        ),
        failing=(
            Change(_IMAGE, "stranger/api"),
            Change(_IMAGE, "registry.example/api:1"),
            Change(_IMAGE, "docker.io/stranger/api:latest"),
            Change(_IMAGE, "public.ecr.aws/stranger/api:latest"),
            Change(_IMAGE, "210987654321.dkr.ecr.us-east-1.amazonaws.com/api:1"),
        ),
        unknown=(*HIDDEN, *UNREADABLE, Hide(_IMAGE)),
        also_passing=(
            Change(_IMAGE, "906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:3"),
            Change(_IMAGE, "nginx:1.29"),
            Change(_IMAGE, "docker.io/library/nginx@sha256:0123"),
            Remove(_IMAGE),
        ),
    ),
)
def images_known(task: Resource, *, trusted_registries: Prefixes = _OF_AWS) -> Outcome:
    """What a stranger puts into the image runs with the task's role, and it's theirs to remove.

    `trusted_registries` are what names of images may begin with.
    """

    def known(container: Block) -> Outcome:
        if _OFFICIAL.fullmatch(container.text("image") or ""):
            return Pass()
        return image_known(container, "image", task.account, trusted_registries)

    return each(containers(task), known)
