"""A task that a schedule starts each night, heard of when it fails and when it doesn't run."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from infra.components.alarms import Watch
from infra.components.base import Component
from infra.components.roles import service_role
from infra.components.security_groups import SecurityGroup
from infra.components.task import FargateTask
from infra.iam import allow
from infra.site import Site

__all__ = ["ENDED", "NightlyTask"]

# The last line of a run that came to its end, whatever it found. Amazon CloudWatch Logs User
# Guide, "Supported regular expression syntax for filter patterns".
ENDED = "%^[0-9]+ stacks?: %"
DAY = 86_400


class NightlyTask(Component):
    """A Fargate task in private subnets that EventBridge Scheduler starts by a cron expression.

    `watch` is the alarm of a day on which no run came to its end: not started, not placed, killed
    or hung. `tell_of_failures` tells of runs that ended badly.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        task: FargateTask,
        schedule: str,
        cluster: aws.ecs.Cluster,
        subnet_ids: list[pulumi.Output[str]],
        security_group: SecurityGroup,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("NightlyTask", name, site, opts)
        self.task = task
        self.cluster = cluster
        role, policy = service_role(
            self,
            name,
            service="scheduler.amazonaws.com",
            purpose=f"Starts the task {task.name} each night",
            policy_name="run-task",
            statements=[
                allow(
                    "RunTask",
                    ["ecs:RunTask"],
                    site.arn("ecs", f"task-definition/{task.name}:*"),
                    conditions={"ArnEquals": {"ecs:cluster": cluster.arn}},
                ),
                allow(
                    "HandOnItsRoles",
                    ["iam:PassRole"],
                    [task.execution_role.arn, task.task_role.arn],
                    conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
                ),
            ],
        )
        self.schedule = aws.scheduler.Schedule(
            name,
            name=site.name(name),
            description=f"Starts the task {task.name} each night",
            schedule_expression=schedule,
            schedule_expression_timezone="UTC",
            state="ENABLED",
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=cluster.arn,
                role_arn=role.arn,
                ecs_parameters=aws.scheduler.ScheduleTargetEcsParametersArgs(
                    task_definition_arn=task.definition.arn,
                    launch_type="FARGATE",
                    platform_version="LATEST",
                    propagate_tags="TASK_DEFINITION",
                    network_configuration=aws.scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
                        subnets=subnet_ids,
                        security_groups=[security_group.id],
                        assign_public_ip=False,
                    ),
                ),
                # A night that begins hours late would end in the next one.
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=10
                ),
            ),
            opts=self.child(depends_on=[policy, task.may_start, task.may_work]),
        )
        self.watch = self._count_ends(name)
        self.register_outputs({"arn": self.schedule.arn})

    def _count_ends(self, name: str) -> Watch:
        namespace, metric = self.site.names.system, f"{name}-ended"
        aws.cloudwatch.LogMetricFilter(
            metric,
            name=self.site.name(metric),
            log_group_name=self.task.log_group.name,
            pattern=ENDED,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=namespace, name=metric, value="1"
            ),
            opts=self.child(),
        )
        return Watch(
            label=f"{name}-missing",
            meaning="No nightly run came to its end in a whole day",
            namespace=namespace,
            metric=metric,
            dimensions={},
            statistic="Sum",
            threshold=1,
            comparison="LessThanThreshold",
            period=DAY,
            periods=1,
            silence="breaching",
        )

    def tell_of_failures(self, topic_arn: pulumi.Input[str]) -> aws.cloudwatch.EventRule:
        """Publish a sentence to a topic when a run can't start or ends with another code than 0.

        Amazon ECS Developer Guide, "Amazon ECS task state change events".
        """
        label = f"{self.label}-failed"
        rule = aws.cloudwatch.EventRule(
            label,
            name=self.site.name(label),
            description="A nightly run could not start, or did not find all well",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.ecs"],
                    "detail-type": ["ECS Task State Change"],
                    "detail": {
                        "clusterArn": [self.cluster.arn],
                        "lastStatus": ["STOPPED"],
                        "$or": [
                            {"containers": {"exitCode": [{"anything-but": 0}]}},
                            {"containers": {"exitCode": [{"exists": False}]}},
                        ],
                    },
                }
            ),
            tags=self.tagged(label),
            opts=self.child(),
        )
        aws.cloudwatch.EventTarget(
            label,
            rule=rule.name,
            target_id="topic",
            arn=topic_arn,
            input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths={
                    "task": "$.detail.taskArn",
                    "why": "$.detail.stoppedReason",
                    "time": "$.time",
                },
                input_template=json.dumps(
                    f"Nightly run <task> of {self.task.name} ended at <time>: <why>. "
                    f"Its log is {self.task.log_group_name}.",
                ),
            ),
            opts=self.child(),
        )
        return rule
