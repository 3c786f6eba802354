"""How revisions reach the instances: build, test, deploy, and back when that fails."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.artifacts import ArtifactBucket
from infra.components.autoscaling_group import AutoScalingGroup
from infra.components.build_project import BuildProject
from infra.components.delivery_steps import build_step, source_step
from infra.components.fleet_deployment import FleetDeployment
from infra.components.logs import LogPolicy
from infra.components.pipeline import Pipeline
from infra.components.source_repository import SourceRepository
from infra.site import Site

__all__ = ["Delivery"]


class Delivery:
    """A pipeline of Source, Build, Test and Deploy, whose last stage rolls itself back.

    Two things go back to the last working revision: the instances, by CodeDeploy, when their
    deployment fails or an alarm goes off meanwhile; and the pipeline's stage, which then deploys
    the revision of its last successful execution. A stage after Deploy could do neither: it would
    never be entered.
    """

    def __init__(
        self,
        site: Site,
        *,
        fleet: AutoScalingGroup,
        target_group: aws.lb.TargetGroup,
        artifacts: ArtifactBucket,
        key_arn: pulumi.Output[str],
        topic_arn: pulumi.Input[str],
        logs: LogPolicy,
    ) -> None:
        self.repository = SourceRepository(
            "source", site, purpose="The web tier's source code", key_arn=key_arn
        )
        self.builds = {
            step: BuildProject(
                f"web-{step}",
                site,
                purpose=purpose,
                buildspec=f"web-{step}.yml",
                artifacts=artifacts,
                logs=logs,
                variables={},
            )
            for step, purpose in (
                ("build", "Makes a revision that CodeDeploy can install"),
                ("test", "Tests the revision before anybody sees it"),
            )
        }
        self.deployment = FleetDeployment(
            "web-deployment",
            site,
            fleet=fleet,
            target_group=target_group,
            alarm_names=[site.name(f"web-{what}") for what in ("errors-high", "unhealthy-hosts")],
        )
        self.pipeline = Pipeline(
            "pipeline",
            site,
            artifacts=artifacts,
            steps=[
                source_step("Source", self.repository, makes="source"),
                build_step("Build", self.builds["build"], takes="source", makes="revision"),
                build_step("Test", self.builds["test"], takes="revision", category="Test"),
                self.deployment.step("Deploy", takes="revision"),
            ],
        )
        self.start_rule = self.pipeline.start_on_push(self.repository)
        self.failure_rule = self.pipeline.tell_of_failures(topic_arn)
