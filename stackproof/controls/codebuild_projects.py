"""Build projects: what they make is encrypted, what they did is written down."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_that
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.reasoning.held_policies import ROLE_NEIGHBOURS, held_statements
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import CODEBUILD_PROJECT, IAM_ROLE, IAM_ROLE_POLICY, KMS_KEY, LOG_GROUP


@control(
    "codebuild-output-encrypted",
    title="Artifacts and logs of build projects are encrypted",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CODEBUILD_PROJECT,
    frameworks={
        Framework.FSBP: ("CodeBuild.3",),
        Framework.PCI: ("3.5.1", "10.3.2"),
        Framework.NIST: ("SC-28", "AU-9(3)"),
    },
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {
                "artifacts": {"type": "S3", "encryption_disabled": False},
                "logs_config": {"s3_logs": {"status": "ENABLED", "encryption_disabled": False}},
            },
        ),
        failing=(
            Change("artifacts.encryption_disabled", True),
            Change("secondary_artifacts", [{"type": "S3", "encryption_disabled": True}]),
            Change("logs_config.s3_logs.encryption_disabled", True),
        ),
        unknown=(
            Hide("artifacts"),
            Hide("artifacts.encryption_disabled"),
            Hide("logs_config"),
            Hide("logs_config.s3_logs.encryption_disabled"),
        ),
        also_passing=(Remove("artifacts.encryption_disabled"), Remove("logs_config")),
    ),
)
def output_encrypted(project: Resource) -> Outcome:
    """CodeBuild encrypts by default; a switch turns it off for each place."""
    outputs = [*project.elements("artifacts"), *project.elements("secondary_artifacts")]
    for logs in project.elements("logs_config"):
        outputs += [logs] if isinstance(logs, Unknown) else logs.elements("s3_logs")
    return worst(Pass(), each(outputs, _encrypted))


def _encrypted(output: Block) -> Outcome:
    return expect_that(
        output,
        "encryption_disabled",
        lambda value: not value,
        expected="false",
        fix="Set encryption_disabled to false.",
    )


@control(
    "codebuild-customer-key",
    title="Build projects encrypt what they make with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CODEBUILD_PROJECT,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {"encryption_key": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "delivery"}),),
        ),
        failing=(
            Remove("encryption_key"),
            Change("encryption_key", "arn:aws:kms:us-east-1:123456789012:alias/aws/s3"),
        ),
        unknown=(Hide("encryption_key"),),
        absent=(Without("key"),),
    ),
)
def project_key(project: Resource, stack: Stack) -> Outcome:
    """What is built is what runs: who may read it, and who may replace it, should be stated."""
    return customer_key(project, stack, "encryption_key")


GROUP = "logs_config.cloudwatch_logs.group_name"


@control(
    "codebuild-logs",
    title="Build projects write their logs to a log group of the program",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CODEBUILD_PROJECT,
    needs=(LOG_GROUP,),
    frameworks={
        Framework.FSBP: ("CodeBuild.4",),
        Framework.PCI: ("10.2.1", "10.5.1"),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {
                "name": "api",
                "logs_config": {"cloudwatch_logs": {"group_name": Ref("logs", "name")}},
            },
            (Neighbour("logs", LOG_GROUP, {"name": "logs-name"}),),
        ),
        failing=(
            Change("logs_config.cloudwatch_logs.status", "DISABLED"),
            Remove("logs_config"),
            Remove("logs_config.cloudwatch_logs"),
        ),
        unknown=(Hide("logs_config"), Hide("logs_config.cloudwatch_logs"), Hide(GROUP)),
        absent=(Without("logs"),),
        also_passing=(
            Change("logs_config", {"s3_logs": {"status": "ENABLED", "location": "logs/builds"}}),
            (Remove("logs_config"), Change("name", "/aws/codebuild/api", of="logs")),
        ),
    ),
)
def build_logs(project: Resource, stack: Stack) -> Outcome:
    """Left alone, CodeBuild makes the group /aws/codebuild/<name>, which keeps logs for ever."""
    if project.get("logs_config.s3_logs.status") == "ENABLED":
        return Pass()
    settings = project.mapping("logs_config.cloudwatch_logs")
    if settings.get("status") != "DISABLED":
        named = settings.get("group_name")
        if named is not None:
            stack.follow_one(project, GROUP, LOG_GROUP)
            return Pass()
        if stack.look_up(f"/aws/codebuild/{project['name']}", LOG_GROUP):
            return Pass()
    return Fail(
        GROUP,
        "a LogGroup of the program, or logs in S3",
        settings.get("status"),
        "Name a cloudwatch.LogGroup in logs_config.cloudwatch_logs.group_name.",
    )


@control(
    "codebuild-privileged-for-images-only",
    title="Only build projects that push images run privileged",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=CODEBUILD_PROJECT,
    needs=ROLE_NEIGHBOURS,
    frameworks={Framework.NIST: ("AC-6", "CM-7")},
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {"environment": {"privileged_mode": True}, "service_role": Ref("role", "arn")},
            (
                Neighbour("role", IAM_ROLE, {"name": "build"}),
                Neighbour(
                    "push",
                    IAM_ROLE_POLICY,
                    {
                        "role": Ref("role"),
                        "policy": Json(
                            {
                                "Statement": [
                                    {
                                        "Effect": "Allow",
                                        "Action": ["ecr:PutImage"],
                                        "Resource": "arn:aws:ecr:us-east-1:1:repository/api",
                                    }
                                ]
                            }
                        ),
                    },
                ),
            ),
        ),
        failing=(
            Without("push"),
            Change("policy.Statement.0.Action", ["ecr:BatchGetImage"], of="push"),
        ),
        unknown=(
            Hide("environment"),
            Hide("environment.privileged_mode"),
            Hide("policy", of="push"),
            Hide("role", of="push"),
        ),
        absent=(Without("role"), Without("push")),
        also_passing=(Change("environment.privileged_mode", False),),
    ),
)
def privileged_for_images_only(project: Resource, stack: Stack) -> Outcome:
    """Building an image takes a Docker daemon, which takes the host's rights; nothing else does.

    Whether a project builds images is seen by its role, which then may push them.
    """
    if not project.get("environment.privileged_mode"):
        return Pass()
    role = stack.follow_one(project, "service_role", IAM_ROLE)
    found = list(held_statements(role, stack)) if role else []
    pushes = [
        item
        for item in found
        if not isinstance(item, Unknown)
        and item.statement.allows
        and item.statement.acts("ecr:PutImage")
    ]
    if pushes:
        return Pass()
    hidden = next((item for item in found if isinstance(item, Unknown)), None)
    return hidden or Fail(
        "environment.privileged_mode",
        "false",
        True,
        "Set privileged_mode to false: the project's role may not push images.",
    )
