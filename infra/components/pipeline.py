"""A delivery pipeline: started by a push, stage after stage, and heard of when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.artifacts import ArtifactBucket
from infra.components.base import Component
from infra.components.delivery_steps import Step
from infra.components.roles import service_role
from infra.components.source_repository import SourceRepository
from infra.iam import allow
from infra.site import Site

__all__ = ["Pipeline"]


class Pipeline(Component):
    """A pipeline of steps, the first of which fetches the source; one execution at a time."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        artifacts: ArtifactBucket,
        steps: Sequence[Step],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Pipeline", name, site, opts)
        self.name = site.name(name)
        self.arn = site.arn("codepipeline", self.name)
        bucket = allow(
            "SeeArtifactBucket",
            ["s3:GetBucketLocation", "s3:GetBucketVersioning"],
            site.bucket_arn(artifacts.name),
        )
        self.role, policy = service_role(
            self,
            name,
            service="codepipeline.amazonaws.com",
            purpose="Runs the delivery pipeline",
            policy_name="deliver",
            statements=[
                bucket,
                *artifacts.hand_on_statements,
                *(statement for step in steps for statement in step.permissions),
            ],
        )
        self.pipeline = aws.codepipeline.Pipeline(
            name,
            name=self.name,
            pipeline_type="V2",
            # A push during a delivery waits for its end instead of overtaking it.
            execution_mode="QUEUED",
            role_arn=self.role.arn,
            artifact_stores=[
                aws.codepipeline.PipelineArtifactStoreArgs(
                    type="S3",
                    location=artifacts.bucket.id,
                    encryption_key=aws.codepipeline.PipelineArtifactStoreEncryptionKeyArgs(
                        id=artifacts.key_arn, type="KMS"
                    ),
                )
            ],
            stages=[_stage(step) for step in steps],
            tags=self.tagged(name),
            opts=self.child(depends_on=[policy]),
        )
        self.register_outputs({"arn": self.pipeline.arn})

    def start_on_push(self, repository: SourceRepository) -> aws.cloudwatch.EventRule:
        """Start when the delivered branch of a repository changes.

        AWS CodePipeline User Guide, "CodeCommit source actions and EventBridge".
        """
        label = f"{self.label}-start"
        role, policy = service_role(
            self,
            label,
            service="events.amazonaws.com",
            purpose="Starts the delivery pipeline",
            policy_name="start-pipeline",
            statements=[allow("StartPipeline", ["codepipeline:StartPipelineExecution"], self.arn)],
        )
        rule = self._rule(
            label,
            f"A push to {repository.branch} starts the pipeline",
            {
                "source": ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                "resources": [repository.arn],
                "detail": {
                    "event": ["referenceCreated", "referenceUpdated"],
                    "referenceType": ["branch"],
                    "referenceName": [repository.branch],
                },
            },
        )
        aws.cloudwatch.EventTarget(
            label,
            rule=rule.name,
            target_id="pipeline",
            arn=self.pipeline.arn,
            role_arn=role.arn,
            opts=self.child(depends_on=[policy]),
        )
        return rule

    def tell_of_failures(self, topic_arn: pulumi.Input[str]) -> aws.cloudwatch.EventRule:
        """Publish a sentence to a topic when an execution fails."""
        label = f"{self.label}-failed"
        rule = self._rule(
            label,
            "An execution of the pipeline failed",
            {
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Pipeline Execution State Change"],
                "detail": {"pipeline": [self.name], "state": ["FAILED"]},
            },
        )
        aws.cloudwatch.EventTarget(
            label,
            rule=rule.name,
            target_id="topic",
            arn=topic_arn,
            input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths={
                    "pipeline": "$.detail.pipeline",
                    "execution": "$.detail.execution-id",
                    "time": "$.time",
                },
                input_template='"Pipeline <pipeline> failed at <time>, execution <execution>."',
            ),
            opts=self.child(),
        )
        return rule

    def _rule(
        self, label: str, purpose: str, pattern: dict[str, object]
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            label,
            name=self.site.name(label),
            description=purpose,
            event_pattern=json.dumps(pattern),
            tags=self.tagged(label),
            opts=self.child(),
        )


def _stage(step: Step) -> aws.codepipeline.PipelineStageArgs:
    back = aws.codepipeline.PipelineStageOnFailureArgs(result="ROLLBACK")
    return aws.codepipeline.PipelineStageArgs(
        name=step.name,
        actions=[
            aws.codepipeline.PipelineStageActionArgs(
                name=step.name,
                category=step.category,
                owner="AWS",
                provider=step.provider,
                version="1",
                configuration=dict(step.configuration),
                input_artifacts=list(step.takes),
                output_artifacts=list(step.makes),
            )
        ],
        on_failure=back if step.goes_back else None,
    )
