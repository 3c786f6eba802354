"""Build projects: whose image runs the build, and who may read what came of it."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.controls.support.images import image_known as known
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Prefixes
from stackproof.types.tokens import CODEBUILD_PROJECT

PROJECT = Given(
    CODEBUILD_PROJECT,
    {
        "project_visibility": "PRIVATE",
        "environment": {"image": "aws/codebuild/amazonlinux-x86_64-standard:5.0"},
    },
)
# Images that AWS looks after, by what their names begin with. Sources: AWS CodeBuild User Guide,
# "Docker images provided by CodeBuild"; Amazon ECR Public Gallery, verified accounts of AWS.
_OF_AWS = (
    "aws/codebuild/",
    "public.ecr.aws/amazonlinux/",
    "public.ecr.aws/aws-cli/",
    "public.ecr.aws/codebuild/",
    "public.ecr.aws/lambda/",
    "public.ecr.aws/sam/",
)


@control(
    "codebuild-not-public",
    title="Results of builds are private",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=CODEBUILD_PROJECT,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-22")},
    cases=Cases(
        passing=PROJECT,
        failing=(Change("project_visibility", "PUBLIC_READ"),),
        unknown=(Hide("project_visibility"),),
        also_passing=(Remove("project_visibility"),),
    ),
)
def not_public(project: Resource) -> Outcome:
    """Logs and artifacts of a public project are anybody's, past ones included.

    Private by default. Source: AWS CodeBuild User Guide, "Get public build project URLs".
    """
    return expect_that(
        project,
        "project_visibility",
        lambda value: value != "PUBLIC_READ",
        expected="PRIVATE",
        fix="Set project_visibility to PRIVATE.",
    )


@control(
    "codebuild-image-known",
    title="Builds run in images of AWS, of their own account or of named registries",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CODEBUILD_PROJECT,
    frameworks={Framework.NIST: ("CM-7(5)", "SR-3")},
    cases=Cases(
        passing=PROJECT,
        failing=(
            Change("environment.image", "golang:1.24"),
            Change("environment.image", "docker.io/stranger/builder:latest"),
            Change("environment.image", "public.ecr.aws/stranger/builder:latest"),
            Change("environment.image", "210987654321.dkr.ecr.us-east-1.amazonaws.com/builder:1"),
        ),
        unknown=(Hide("environment"), Hide("environment.image")),
        also_passing=(
            Change("environment.image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/builder:1"),
            Change("environment.image", "public.ecr.aws/amazonlinux/amazonlinux:2023"),
        ),
        not_applicable=(Remove("environment.image"),),
    ),
)
def image_known(project: Resource, *, trusted_registries: Prefixes = _OF_AWS) -> Outcome:
    """What runs the build can change what is built, and reads all that the build may read.

    `trusted_registries` are what names of images may begin with.
    """
    return known(project, "environment.image", project.account, trusted_registries)
