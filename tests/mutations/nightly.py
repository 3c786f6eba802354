"""The nightly runs, each value of their line made untrue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import alarm_on, change_alarm, silence, unsubscribe_all
from tests.mutations.delivery import change_rule, disable_rule, no_targets
from tests.mutations.mutation import Act, Aws, Group, Mutation, restated
from tests.mutations.network import open_port
from tests.mutations.roles import allow, forbid, trust_everybody_in
from tests.mutations.storage import (
    accept_plain_http,
    allow_public,
    encrypt_with,
    refuse_tls,
    suspend_versions,
)

_ENDED = "schedule-ended"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _schedule(change: Callable[[dict[str, Any], Outputs], object]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        scheduler = aws("scheduler")
        group, name = str(outputs["schedule_arn"]).split("/")[1:]
        found = scheduler.get_schedule(GroupName=group, Name=name)
        change(found, outputs)
        return restated(scheduler, "update_schedule", found)

    return act


def _network(schedule: dict[str, Any]) -> dict[str, Any]:
    parameters = schedule["Target"]["EcsParameters"]["NetworkConfiguration"]
    found: dict[str, Any] = parameters["awsvpcConfiguration"]
    return found


def start_at(expression: str) -> Act:
    """Let the schedule start the runs by another expression."""
    return _schedule(lambda found, _: found.update(ScheduleExpression=expression))


def _in_public(schedule: dict[str, Any], outputs: Outputs) -> None:
    _network(schedule)["Subnets"] = outputs.list("public_subnet_ids")


def _another_command(aws: Aws, outputs: Outputs) -> None:
    ecs = aws("ecs")
    found = ecs.describe_task_definition(taskDefinition=outputs["task_definition_arn"])
    definition = found["taskDefinition"]
    definition["containerDefinitions"][0]["command"] = ["nightly"]
    made = restated(ecs, "register_task_definition", definition)["taskDefinition"]

    def use(schedule: dict[str, Any], _: Outputs) -> None:
        schedule["Target"]["EcsParameters"]["TaskDefinitionArn"] = made["taskDefinitionArn"]

    _schedule(use)(aws, outputs)


def _role(outputs: Outputs) -> str:
    return str(outputs["task_role_arn"]).rpartition("/")[2]


def _may(action: str) -> Mutation:
    return Mutation("9.4", f"may {action}", lambda aws, outputs: allow(aws, _role(outputs), action))


def _history(outputs: Outputs) -> str:
    return str(outputs["history_bucket_name"])


def _public(setting: str) -> Mutation:
    return Mutation(
        "9.4",
        f"{setting} off",
        lambda aws, outputs: allow_public(aws, _history(outputs), setting),
    )


def _notice(change: Callable[[dict[str, Any]], object]) -> Act:
    return lambda aws, outputs: change_rule(
        aws, outputs["failure_rule_arn"], lambda pattern: change(pattern["detail"])
    )


def _rings(what: str, **changes: Any) -> Mutation:
    return Mutation(
        "9.4", what, lambda aws, outputs: change_alarm(aws, alarm_on(aws, _ENDED), **changes)
    )


def _ends_not_counted(aws: Aws, outputs: Outputs) -> object:
    group, logs = outputs["task_log_group_name"], aws("logs")
    (found,) = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    return logs.delete_metric_filter(logGroupName=group, filterName=found["filterName"])


GROUPS = (
    Group(
        "nightly-prod",
        (
            Mutation("9.4", "no runs", _schedule(lambda found, _: found.update(State="DISABLED"))),
            Mutation("9.4", "weekly", start_at("cron(0 2 ? * SUN *)")),
            Mutation("9.4", "never again", start_at("cron(0 2 1 1 ? 2020)")),
            Mutation("9.4", "in public subnets", _schedule(_in_public)),
            Mutation(
                "9.4",
                "with a public address",
                _schedule(lambda found, _: _network(found).update(AssignPublicIp="ENABLED")),
            ),
            Mutation(
                "9.4",
                "reached by everybody",
                lambda aws, outputs: open_port(aws, outputs["task_security_group_id"], 8080),
            ),
            Mutation("9.4", "records kept nowhere", _another_command),
            *map(_may, ("s3:DeleteObject", "s3:GetObject", "iam:PassRole", "*")),
            Mutation(
                "9.4",
                "may keep no records",
                lambda aws, outputs: forbid(aws, _role(outputs), "s3:PutObject"),
            ),
            Mutation(
                "9.4",
                "may not look at roles",
                lambda aws, outputs: forbid(aws, _role(outputs), "iam:ListRoles"),
            ),
            Mutation(
                "9.4",
                "another account takes the role",
                lambda aws, outputs: trust_everybody_in(aws, _role(outputs)),
            ),
            Mutation(
                "9.4",
                "versions suspended",
                lambda aws, outputs: suspend_versions(aws, _history(outputs)),
            ),
            Mutation(
                "9.4",
                "encrypted by S3",
                lambda aws, outputs: encrypt_with(aws, _history(outputs), "AES256"),
            ),
            *map(_public, _BLOCKS),
            Mutation(
                "9.4",
                "plain HTTP accepted",
                lambda aws, outputs: accept_plain_http(aws, _history(outputs)),
            ),
            Mutation(
                "9.4",
                "TLS refused instead",
                lambda aws, outputs: refuse_tls(aws, _history(outputs)),
            ),
            Mutation(
                "9.4",
                "failures not noticed",
                lambda aws, outputs: disable_rule(aws, outputs["failure_rule_arn"]),
            ),
            Mutation(
                "9.4",
                "failures told to nobody",
                lambda aws, outputs: no_targets(aws, outputs["failure_rule_arn"]),
            ),
            Mutation(
                "9.4", "runs that never started not noticed", _notice(lambda d: d["$or"].pop())
            ),
            Mutation("9.4", "every run noticed", _notice(lambda d: d.pop("$or"))),
            Mutation(
                "9.4",
                "only failures of what was found noticed",
                _notice(lambda d: d.update({"$or": [{"containers": {"exitCode": [1]}}]})),
            ),
            Mutation(
                "9.4", "tasks of every cluster noticed", _notice(lambda d: d.pop("clusterArn"))
            ),
            Mutation("9.4", "ends not counted", _ends_not_counted),
            _rings("a missing night is no alarm", TreatMissingData="notBreaching"),
            _rings("an alarm after a week", EvaluationPeriods=7, DatapointsToAlarm=7),
            _rings("an alarm about another metric", MetricName="nights"),
            _rings("an alarm tells nobody", AlarmActions=[]),
            Mutation(
                "9.4",
                "the alarm is silenced",
                lambda aws, outputs: silence(aws, alarm_on(aws, _ENDED)),
            ),
            Mutation(
                "9.4",
                "nobody reads the topic",
                lambda aws, outputs: unsubscribe_all(aws, outputs["alerts_topic_arn"]),
            ),
        ),
    ),
)
