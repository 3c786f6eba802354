"""Log groups that logs are written to: that they are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackproof.controls.ecs_containers import containers
from stackproof.controls.registry import control
from stackproof.controls.support.notices import is_gone
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.reasoning.permissions.table.finding import log_group
from stackproof.reasoning.permissions.targets import Target, led_to
from stackproof.types import tokens as t

# Where what writes logs names the group, by name or by ARN. Of functions another control asks that
# the group be the program's own.
NAMED_BY: Final = {
    t.APIGATEWAY_STAGE: "access_log_settings.destination_arn",
    t.API_STAGE: "access_log_settings.destination_arn",
    t.CLOUDTRAIL_TRAIL: "cloud_watch_logs_group_arn",
    t.CODEBUILD_PROJECT: "logs_config.cloudwatch_logs.group_name",
    t.FLOW_LOG: "log_destination",
    t.OPENSEARCH_DOMAIN: "log_publishing_options.cloudwatch_log_group_arn",
    t.ROUTE53_QUERY_LOG: "cloudwatch_log_group_arn",
    t.SFN_STATE_MACHINE: "logging_configuration.log_destination",
    t.WAF_ACL_LOGGING: "log_destination_configs",
}
_CONTAINERS: Final = "container_definitions"
_LOGGING: Final = f"{_CONTAINERS}.0.logConfiguration"
_BUILDS: Final = NAMED_BY[t.CODEBUILD_PROJECT]
_RECORDS: Final = ("AU-5", "AU-12")


@control(
    "log-group-there",
    title="Log groups that services write to are there",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=tuple(NAMED_BY),
    needs=(t.LOG_GROUP,),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: _RECORDS},
    cases=Cases(
        passing=Given(
            t.CODEBUILD_PROJECT,
            {"logs_config": {"cloudwatch_logs": {"group_name": Ref("group", "name")}}},
            (Neighbour("group", t.LOG_GROUP, {"name": "group-name"}),),
        ),
        failing=(Change(_BUILDS, "/gone"),),
        unknown=(Hide("logs_config"), Hide(_BUILDS)),
        absent=(Without("group"),),
        not_applicable=(Remove("logs_config"), Remove(_BUILDS)),
    ),
)
def log_group_there(writer: Resource, stack: Stack) -> Outcome:
    """What is written to a group that was deleted is lost, or kept for ever and under no key.

    Some services make the group anew, if they may.
    """
    path = NAMED_BY[writer.type]
    outcomes: list[Outcome] = []
    for found in led_to(writer, path, t.LOG_GROUP, stack):
        if isinstance(found, Target):
            outcomes.append(Pass())
        elif found.cause is Cause.NOT_IN_STACK:
            outcomes.append(_missing(found.detail, path, writer, stack))
        else:
            outcomes.append(found)
    return worst(*outcomes)


@control(
    "ecs-log-group-there",
    title="Log groups that containers write to are there",
    severity=Severity.HIGH,
    category=Category.HA,
    types=t.ECS_TASK_DEFINITION,
    needs=(t.LOG_GROUP,),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: (*_RECORDS, "CP-10")},
    cases=Cases(
        passing=Given(
            t.ECS_TASK_DEFINITION,
            {
                _CONTAINERS: Json(
                    [
                        {
                            "name": "api",
                            "logConfiguration": {
                                "logDriver": "awslogs",
                                "options": {
                                    "awslogs-group": "/ecs/api",
                                    "awslogs-region": "us-east-1",
                                },
                            },
                        }
                    ]
                )
            },
            (Neighbour("group", t.LOG_GROUP, {"name": "/ecs/api"}),),
        ),
        failing=(
            Change(f"{_LOGGING}.options.awslogs-group", "/ecs/gone"),
            Change("name", "/ecs/other", of="group"),
        ),
        unknown=(
            Hide(_CONTAINERS),
            Hide(f"{_LOGGING}.options.awslogs-group"),
            (
                Change(f"{_LOGGING}.options.awslogs-group", "/ecs/elsewhere"),
                Change(f"{_LOGGING}.options.awslogs-region", "eu-west-1"),
            ),
        ),
        absent=(Without("group"),),
        not_applicable=(
            Remove(_LOGGING),
            Change(f"{_LOGGING}.logDriver", "splunk"),
            Change(f"{_LOGGING}.options.awslogs-create-group", "true"),
        ),
    ),
)
def containers_log_group_there(task: Resource, stack: Stack) -> Outcome:
    """A task whose group was deleted doesn't start, at the next crash or deployment.

    Containers may be let make their group. Source: Amazon ECS Developer Guide, "Send Amazon ECS
    logs to CloudWatch".
    """
    return worst(*_of_containers(task, stack))


def _of_containers(task: Resource, stack: Stack) -> Iterator[Outcome]:
    for container in containers(task):
        try:
            logging = container.mapping("logConfiguration")
            options = container.mapping("logConfiguration.options")
            made = options.get("awslogs-create-group") == "true"
            group = container.text("logConfiguration.options.awslogs-group")
            region = container.text("logConfiguration.options.awslogs-region")
        except UnresolvedError as error:
            yield error.unknown
            continue
        if logging.get("logDriver") == "awslogs" and group and not made:
            yield _missing(group, _CONTAINERS, task, stack, region)


def _missing(
    group: str, path: str, writer: Resource, stack: Stack, region: str | None = None
) -> Outcome:
    """Tell whether a group that is named is there, or gone, or where that can't be seen."""
    plain = group.removesuffix(":*")
    found = log_group(plain, writer, stack, region)
    if found.resource is not None:
        return Pass()
    arn = plain if plain.startswith("arn:") else found.arn
    if (hidden := stack.hidden_referrer(t.LOG_GROUP, "name")) is not None:
        return hidden
    if isinstance(arn, str) and is_gone(arn, writer, t.LOG_GROUP, stack):
        fix = "Bring the group back with `pulumi up --refresh`, or name one that is there."
        return Fail(path, "a log group that is there", group, fix)
    return Unknown(Cause.NOT_IN_STACK, path, group)
