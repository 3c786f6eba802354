"""A build: what it runs, what it may do, and where it logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pulumi
import pulumi_aws as aws
import yaml

from infra.components.artifacts import ArtifactBucket
from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group, log_group_arn
from infra.components.roles import service_role
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["BuildProject"]

BUILDSPECS = Path(__file__).resolve().parent.parent / "buildspecs"
# AWS CodeBuild User Guide, "Docker images provided by CodeBuild": Ubuntu 22.04.
IMAGE = "aws/codebuild/standard:7.0"


class BuildProject(Component):
    """A step of a pipeline that runs the commands of a file in `infra/buildspecs/`.

    The commands belong to the platform, not to the repository that is built: whoever may push
    there can't change what a build does. `variables` are seen in the clear; `credentials` maps
    variables to the names of the parameters that hold their values. `builds_images` gives the
    build a Docker daemon, and with it root on its own host.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        purpose: str,
        buildspec: str,
        artifacts: ArtifactBucket,
        logs: LogPolicy,
        variables: Mapping[str, pulumi.Input[str]],
        credentials: Mapping[str, str] | None = None,
        builds_images: bool = False,
        permissions: Sequence[Statement] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("BuildProject", name, site, opts)
        self.name = site.name(name)
        self.arn = site.arn("codebuild", f"project/{self.name}")
        self.log_group_name = f"/aws/codebuild/{self.name}"
        self.log_group = log_group(self, name, self.log_group_name, logs)
        commands = (BUILDSPECS / buildspec).read_text(encoding="utf-8")
        self.buildspec_sha256 = sha256(commands.encode()).hexdigest()
        self.role, policy = service_role(
            self,
            name,
            service="codebuild.amazonaws.com",
            purpose="Runs the build's commands",
            policy_name="build",
            statements=[
                allow(
                    "WriteLogs",
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    log_group_arn(site, self.log_group_name),
                ),
                *self._report_statements(commands),
                *artifacts.hand_on_statements,
                *permissions,
            ],
        )
        variable = aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs
        self.project = aws.codebuild.Project(
            name,
            name=self.name,
            description=purpose,
            service_role=self.role.arn,
            source=aws.codebuild.ProjectSourceArgs(type="CODEPIPELINE", buildspec=commands),
            artifacts=aws.codebuild.ProjectArtifactsArgs(type="CODEPIPELINE"),
            encryption_key=artifacts.key_arn,
            environment=aws.codebuild.ProjectEnvironmentArgs(
                type="LINUX_CONTAINER",
                compute_type="BUILD_GENERAL1_SMALL",
                image=IMAGE,
                privileged_mode=builds_images,
                environment_variables=[
                    *(
                        variable(name=key, value=value, type="PLAINTEXT")
                        for key, value in sorted(variables.items())
                    ),
                    *(
                        variable(name=key, value=value, type="PARAMETER_STORE")
                        for key, value in sorted((credentials or {}).items())
                    ),
                ],
            ),
            logs_config=aws.codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=aws.codebuild.ProjectLogsConfigCloudwatchLogsArgs(
                    group_name=self.log_group.name, status="ENABLED"
                )
            ),
            build_timeout=30,
            queued_timeout=60,
            tags=self.tagged(name),
            opts=self.child(depends_on=[policy]),
        )
        self.register_outputs({"arn": self.project.arn})

    def _report_statements(self, commands: str) -> list[Statement]:
        """What it takes to keep test reports, if the buildspec makes any.

        AWS CodeBuild User Guide, "Test report permissions".
        """
        if "reports" not in yaml.safe_load(commands):
            return []
        return [
            allow(
                "KeepReports",
                [
                    "codebuild:BatchPutTestCases",
                    "codebuild:CreateReport",
                    "codebuild:CreateReportGroup",
                    "codebuild:UpdateReport",
                ],
                self.site.arn("codebuild", f"report-group/{self.name}-*"),
            )
        ]
