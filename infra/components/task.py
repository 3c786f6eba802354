"""A Fargate task: its container, its log group and its two roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.images import pull_statements
from infra.components.logs import LogPolicy, log_group, log_group_arn
from infra.iam import Statement, allow, assume_role, document
from infra.settings.parts import Container
from infra.site import Site

__all__ = ["FargateTask", "SecretSource", "Surroundings"]

# Not root, and nobody that the image or the host knows.
USER = "10001:10001"
# The one place a container may write to, in MiB of the task's memory: what is secret, such as the
# key of a certificate, never gets to a disk. A bind mount would belong to root, unless the image
# has a VOLUME there that its user owns (Amazon ECS Developer Guide, "Use bind mounts"); a tmpfs is
# as the task says, whatever the image. On Fargate since January 2026 (What's New at AWS, "Amazon
# ECS now supports tmpfs mounts on AWS Fargate and ECS Managed Instances").
SCRATCH = {
    "containerPath": "/tmp",
    "size": 64,
    "mountOptions": ["noexec", "nosuid", "nodev", "mode=1777"],
}


@dataclass(frozen=True, slots=True)
class SecretSource:
    """A secret in Secrets Manager, and the environment variables that ECS fills from it.

    `variables` maps each variable to the key of the secret's JSON document that holds its value;
    an empty key stands for the whole secret.
    """

    arn: pulumi.Output[str]
    variables: Mapping[str, str]

    def references(self) -> list[dict[str, pulumi.Output[str] | str]]:
        """Return the variables in the form that a container definition wants."""
        return [
            {
                "name": variable,
                "valueFrom": pulumi.Output.concat(self.arn, ":", key, "::") if key else self.arn,
            }
            for variable, key in self.variables.items()
        ]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a task is given by the rest of the system.

    `secrets_key_arn` is the key that encrypts the secrets, where there are any. `permissions` are
    those of the running container, which may publish metrics of its own besides;
    `images` are further ones that the task may be started from.
    """

    environment: Mapping[str, pulumi.Input[str]]
    secrets: Sequence[SecretSource] = ()
    secrets_key_arn: pulumi.Output[str] | None = None
    permissions: Sequence[Statement] = ()
    images: Sequence[str] = ()
    publishes_metrics: bool = True


class FargateTask(Component):
    """A task definition of one container that runs as nobody and writes nowhere but to /tmp.

    `may_start` are the permissions with which ECS starts the task; services depend on them.
    `may_work` are those that it has then.
    """

    def __init__(
        self,
        settings: Container,
        site: Site,
        *,
        logs: LogPolicy,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = settings.name
        super().__init__("FargateTask", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        self.log_group_name = f"/ecs/{self.name}"
        self.log_group = log_group(self, name, self.log_group_name, logs)
        self.execution_role, self.may_start = self._execution_role(surroundings)
        metrics = [self._metrics()] if surroundings.publishes_metrics else []
        self.task_role, self.may_work = self._role(
            "task", "Is the running service", [*surroundings.permissions, *metrics]
        )
        self.definition = aws.ecs.TaskDefinition(
            name,
            family=self.name,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(settings.task.cpu),
            memory=str(settings.task.memory),
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                operating_system_family="LINUX", cpu_architecture="X86_64"
            ),
            execution_role_arn=self.execution_role.arn,
            task_role_arn=self.task_role.arn,
            container_definitions=pulumi.Output.json_dumps([self._container(surroundings)]),
            tags=self.tagged(name),
            opts=self.child(depends_on=[self.log_group]),
        )
        self.register_outputs({"arn": self.definition.arn})

    def _container(self, surroundings: Surroundings) -> dict[str, Any]:
        settings = self.settings
        return {
            "name": settings.name,
            "image": settings.image,
            **({"command": list(settings.command)} if settings.command else {}),
            "essential": True,
            "cpu": settings.task.cpu,
            "memory": settings.task.memory,
            "user": USER,
            "privileged": False,
            "readonlyRootFilesystem": True,
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": ["ALL"]},
                "tmpfs": [SCRATCH],
            },
            "portMappings": [{"containerPort": port, "protocol": "tcp"} for port in settings.ports],
            "environment": [
                {"name": variable, "value": value}
                for variable, value in sorted(
                    {**surroundings.environment, **settings.environment}.items()
                )
            ],
            "secrets": [
                reference for secret in surroundings.secrets for reference in secret.references()
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group_name,
                    "awslogs-region": self.site.region,
                    "awslogs-stream-prefix": settings.name,
                },
            },
        }

    def _metrics(self) -> Statement:
        return allow(
            "PublishMetrics",
            ["cloudwatch:PutMetricData"],
            # Service Authorization Reference, CloudWatch: this action has no resource to name.
            "*",
            conditions={"StringEquals": {"cloudwatch:namespace": self.name}},
        )

    def _execution_role(
        self, surroundings: Surroundings
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        """Make the role with which ECS starts tasks: their image, logs and secrets."""
        statements = [
            allow(
                "WriteLogs",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                log_group_arn(self.site, self.log_group_name),
            ),
            *pull_statements([self.settings.image, *surroundings.images], self.site.partition),
        ]
        if surroundings.secrets and surroundings.secrets_key_arn is not None:
            statements += [
                allow(
                    "ReadSecrets",
                    ["secretsmanager:GetSecretValue"],
                    [secret.arn for secret in surroundings.secrets],
                ),
                allow(
                    "DecryptSecrets",
                    ["kms:Decrypt"],
                    surroundings.secrets_key_arn,
                    conditions={
                        "StringEquals": {
                            "kms:ViaService": f"secretsmanager.{self.site.region}.amazonaws.com"
                        }
                    },
                ),
            ]
        return self._role("execution", "Starts the service's tasks", statements)

    def _role(
        self, part: str, purpose: str, statements: Sequence[Statement]
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        label = f"{self.label}-{part}"
        role = aws.iam.Role(
            label,
            name=self.site.name(label),
            description=purpose,
            assume_role_policy=assume_role("ecs-tasks.amazonaws.com", self.site.account_id),
            tags=self.tagged(label),
            opts=self.child(),
        )
        policy = aws.iam.RolePolicy(
            label,
            name=part,
            role=role.id,
            policy=document(*statements),
            opts=self.child(),
        )
        return role, policy
