"""Ways to become another identity through a service that runs code under its role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.policy_documents import IDENTITY_TYPES, Said, identity_statements
from stackproof.types.tokens import IAM_ROLE_POLICY

# What is done, and the service and kind of the thing that it is done to. All of a way is needed;
# none of it passes a role, because the thing has one already.
# Source: Service Authorization Reference, "Actions" and "Resource types" of each service; that
# these lead to the thing's role: their user guides, and "Privilege Escalation in AWS" as published
# by Rhino Security Labs, Bishop Fox and pathfinding.cloud.
Step = tuple[str, str, str]
WAYS: Final[tuple[tuple[Step, ...], ...]] = (
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
STATEMENT: Final = "policy.Statement.0"
ONE_FUNCTION = Given(
    IAM_ROLE_POLICY,
    {
        "policy": Json(
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["lambda:UpdateFunctionCode"],
                        "Resource": ["arn:aws:lambda:us-east-1:123456789012:function:orders"],
                    }
                ]
            }
        )
    },
)


def _doing(way: tuple[Step, ...]) -> Change:
    return Change(f"{STATEMENT}.Action", [action for action, _, _ in way])


@control(
    "iam-no-escalation-by-service",
    title="Policies do not let their holders run code under another role",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=ONE_FUNCTION,
        failing=(
            *((_doing(way), Change(f"{STATEMENT}.Resource", "*")) for way in WAYS),
            Change(f"{STATEMENT}.Resource", "arn:aws:lambda:*:*:function:*"),
            (
                Change(f"{STATEMENT}.Action", "ssm:Send*"),
                Change(f"{STATEMENT}.Resource", "arn:aws:ec2:us-east-1:123456789012:instance/*"),
            ),
            (
                Change(f"{STATEMENT}.Action", "cloudformation:*"),
                Change(f"{STATEMENT}.Resource", "arn:aws:cloudformation:*:*:stack/*"),
            ),
        ),
        unknown=(Hide("policy"), Hide(f"{STATEMENT}.Action")),
        also_passing=(
            Change(f"{STATEMENT}.Resource", "arn:aws:lambda:*:*:function:orders-*"),
            (Change(f"{STATEMENT}.Effect", "Deny"), Change(f"{STATEMENT}.Resource", "*")),
            *(
                (_doing(way[:1]), Change(f"{STATEMENT}.Resource", "*"))
                for way in WAYS
                if len(way) > 1
            ),
        ),
        not_applicable=(Remove("policy"),),
    ),
)
def no_escalation_by_service(holder: Resource) -> Outcome:
    """Whoever changes what a function, a build or an instance runs has its role."""
    items = list(identity_statements(holder))
    known = [item for item in items if isinstance(item, Said)]
    for way in WAYS:
        found = _open(known, way)
        if found is not None:
            return found
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    return unknown or (Pass() if items else NotApplicable("it has no policy"))


def _open(known: Sequence[Said], way: tuple[Step, ...]) -> Fail | None:
    """Give the failure of a policy that allows each step on things that it doesn't name."""
    steps = [_allowing(known, step) for step in way]
    taken = [item for item in steps if item is not None]
    if len(taken) < len(way):
        return None
    actions = " and ".join(action for action, _, _ in way)
    kind = way[0][2]
    names = ", ".join(dict.fromkeys(item.statement.name for item in taken))
    return Fail(
        taken[0].path,
        f"{actions} on the ARN of each {kind} that is needed",
        f"{names} allows it on every {kind}",
        f"Name the {kind}s in the statement's Resource.",
    )


def _allowing(known: Sequence[Said], step: Step) -> Said | None:
    action, service, kind = step
    return next(
        (
            item
            for item in known
            if item.statement.allows
            and item.statement.acts(action)
            and item.statement.unbounded(service, kind)
        ),
        None,
    )
