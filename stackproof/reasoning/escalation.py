"""Ways to become another identity through a service that runs code under its role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stackproof.model import Fail
from stackproof.reasoning.access import asks_for_tags
from stackproof.reasoning.policy_documents import SourcedStatement

# What is done, and the service and kind of the thing that it is done to. All steps of an
# escalation are needed; none passes a role, because the thing has one already.
# Source: Service Authorization Reference, "Actions" and "Resource types" of each service; that
# these lead to the thing's role: their user guides, and "Privilege Escalation in AWS" as published
# by Rhino Security Labs, Bishop Fox and pathfinding.cloud.
Step = tuple[str, str, str]
ESCALATIONS: Final[tuple[tuple[Step, ...], ...]] = (
    (("apprunner:UpdateService", "apprunner", "service"),),
    (("bedrock-agentcore:InvokeCodeInterpreter", "bedrock-agentcore", "code-interpreter-custom"),),
    (
        ("cloudformation:CreateChangeSet", "cloudformation", "stack"),
        ("cloudformation:ExecuteChangeSet", "cloudformation", "stack"),
    ),
    (("cloudformation:UpdateStack", "cloudformation", "stack"),),
    (("cloudformation:UpdateStackSet", "cloudformation", "stackset"),),
    (("codebuild:StartBuild", "codebuild", "project"),),
    (("codebuild:StartBuildBatch", "codebuild", "project"),),
    (
        ("ec2:CreateLaunchTemplateVersion", "ec2", "launch-template"),
        ("ec2:ModifyLaunchTemplate", "ec2", "launch-template"),
    ),
    (
        ("ec2:ModifyInstanceAttribute", "ec2", "instance"),
        ("ec2:StartInstances", "ec2", "instance"),
        ("ec2:StopInstances", "ec2", "instance"),
    ),
    (("ec2-instance-connect:SendSSHPublicKey", "ec2", "instance"),),
    (("ec2-instance-connect:SendSerialConsoleSSHPublicKey", "ec2", "instance"),),
    (("ecs:ExecuteCommand", "ecs", "task"),),
    (("elasticmapreduce:AddJobFlowSteps", "elasticmapreduce", "cluster"),),
    (("glue:UpdateDevEndpoint", "glue", "devEndpoint"),),
    (("glue:UpdateJob", "glue", "job"), ("glue:StartJobRun", "glue", "job")),
    (("lambda:UpdateFunctionCode", "lambda", "function"),),
    (("lambda:UpdateFunctionConfiguration", "lambda", "function"),),
    (("sagemaker:CreatePresignedDomainUrl", "sagemaker", "user-profile"),),
    (("sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker", "notebook-instance"),),
    (("ssm:CreateAssociation", "ec2", "instance"),),
    (("ssm:SendCommand", "ec2", "instance"),),
    (("ssm:StartSession", "ec2", "instance"),),
    (("states:UpdateStateMachine", "states", "stateMachine"),),
)


def opened(known: Sequence[SourcedStatement], escalation: tuple[Step, ...]) -> Fail | None:
    """Give the failure of a policy that allows each step on things that it doesn't name."""
    steps = [allowing(known, step) for step in escalation]
    taken = [item for item in steps if item is not None]
    if len(taken) < len(escalation):
        return None
    actions = " and ".join(action for action, _, _ in escalation)
    kind = escalation[0][2]
    names = ", ".join(dict.fromkeys(item.statement.name for item in taken))
    return Fail(
        taken[0].path,
        f"{actions} on the ARN of each {kind} that is needed",
        f"{names} allows it on every {kind}",
        f"Name the {kind}s in the statement's Resource, or their tags in its Condition.",
    )


def allowing(known: Sequence[SourcedStatement], step: Step) -> SourcedStatement | None:
    """Give what allows a step on things that it names neither by ARN nor by their tags."""
    action, service, kind = step
    return next(
        (
            item
            for item in known
            if item.statement.allows
            and item.statement.acts(action)
            and item.statement.unbounded(service, kind)
            and not any(map(asks_for_tags, item.statement.conditions))
        ),
        None,
    )
