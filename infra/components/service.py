"""A Fargate service behind the load balancer: its task, its two roles, its scaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.images import pull_statements
from infra.components.load_balancer import LoadBalancer
from infra.components.logs import LogPolicy, count_error_lines, log_group, log_group_arn
from infra.iam import Statement, allow, assume_role, document
from infra.settings.parts import ServiceSettings
from infra.site import Site

__all__ = ["FargateService", "SecretSource", "Surroundings"]

# Not root, and nobody that the image or the host knows.
USER = "10001:10001"


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
    """What a service is given by the rest of the system; `permissions` are its task's own."""

    environment: Mapping[str, pulumi.Input[str]]
    secrets: Sequence[SecretSource]
    secrets_key_arn: pulumi.Output[str]
    permissions: Sequence[Statement]


class FargateService(Component):
    """A service that replaces its tasks without a gap, and goes back when that fails."""

    def __init__(
        self,
        settings: ServiceSettings,
        site: Site,
        *,
        cluster: aws.ecs.Cluster,
        cluster_name: str,
        load_balancer: LoadBalancer,
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        logs: LogPolicy,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = settings.name
        super().__init__("FargateService", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        self.log_group_name = f"/ecs/{self.name}"
        self.log_group = log_group(self, name, self.log_group_name, logs)
        self.error_lines = count_error_lines(self, name, self.log_group)
        self.target_group, rule = load_balancer.route(settings)
        self.execution_role, may_start = self._execution_role(surroundings)
        self.task_role, _ = self._role(
            "task", "Is the running service", [*surroundings.permissions, self._metrics()]
        )
        self.task_definition = aws.ecs.TaskDefinition(
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
            # The one place a container may write to. Images declare it as a VOLUME that their user
            # owns: Fargate mounts it as the image has it.
            volumes=[aws.ecs.TaskDefinitionVolumeArgs(name="tmp")],
            container_definitions=pulumi.Output.json_dumps([self._container(surroundings)]),
            tags=self.tagged(name),
            opts=self.child(depends_on=[self.log_group]),
        )
        self.service = aws.ecs.Service(
            name,
            name=self.name,
            cluster=cluster.arn,
            task_definition=self.task_definition.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            scheduling_strategy="REPLICA",
            desired_count=settings.scaling.minimum,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(
                enable=True, rollback=True
            ),
            availability_zone_rebalancing="ENABLED",
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            health_check_grace_period_seconds=60,
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                subnets=subnet_ids,
                security_groups=[security_group_id],
                assign_public_ip=False,
            ),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=self.target_group.arn,
                    container_name=name,
                    container_port=settings.port,
                )
            ],
            tags=self.tagged(name),
            # The number of tasks belongs to auto scaling once the service runs. ECS refuses a
            # target group that no listener uses, and tasks can't start without their permissions.
            opts=self.child(depends_on=[rule, may_start], ignore_changes=["desired_count"]),
        )
        self._scale(cluster_name, load_balancer)
        self.register_outputs({"name": self.service.name})

    def _container(self, surroundings: Surroundings) -> dict[str, Any]:
        settings = self.settings
        return {
            "name": settings.name,
            "image": settings.image,
            "essential": True,
            "cpu": settings.task.cpu,
            "memory": settings.task.memory,
            "user": USER,
            "privileged": False,
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}],
            "portMappings": [{"containerPort": settings.port, "protocol": "tcp"}],
            "environment": [
                {"name": variable, "value": value}
                for variable, value in sorted(surroundings.environment.items())
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
            *pull_statements(self.settings.image, self.site.partition),
        ]
        if surroundings.secrets:
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

    def _scale(self, cluster_name: str, load_balancer: LoadBalancer) -> None:
        scaling = self.settings.scaling
        target = aws.appautoscaling.Target(
            self.label,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", cluster_name, "/", self.service.name),
            min_capacity=scaling.minimum,
            max_capacity=scaling.maximum,
            tags=self.tagged(self.label),
            opts=self.child(),
        )
        requests = pulumi.Output.concat(
            load_balancer.load_balancer.arn_suffix, "/", self.target_group.arn_suffix
        )
        self._track(target, "cpu", "ECSServiceAverageCPUUtilization", scaling.cpu_percent)
        self._track(target, "memory", "ECSServiceAverageMemoryUtilization", scaling.memory_percent)
        self._track(
            target, "requests", "ALBRequestCountPerTarget", scaling.requests_per_task, requests
        )

    def _track(
        self,
        target: aws.appautoscaling.Target,
        what: str,
        metric: str,
        value: float,
        resource_label: pulumi.Output[str] | None = None,
    ) -> None:
        """Keep a metric near a value: quick to add tasks, slow to take them away."""
        label = f"{self.label}-{what}"
        tracking = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
        predefined = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs  # noqa: E501
        aws.appautoscaling.Policy(
            label,
            name=self.site.name(label),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=tracking(
                target_value=value,
                scale_out_cooldown=60,
                scale_in_cooldown=300,
                predefined_metric_specification=predefined(
                    predefined_metric_type=metric, resource_label=resource_label
                ),
            ),
            opts=self.child(),
        )
