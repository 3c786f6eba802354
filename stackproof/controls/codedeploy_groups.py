"""Deployment groups: a release that fails goes back by itself, to what is still there."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import (
    NON_PRODUCTION,
    attempt,
    expect,
    expect_number,
    expect_that,
)
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import CODEDEPLOY_GROUP

NIST = {Framework.NIST: ("CP-10", "SI-13(5)")}
ROLLBACK, ALARMS = "auto_rollback_configuration", "alarm_configuration"


@control(
    "codedeploy-rolls-back",
    title="Deployment groups roll a failed deployment back by themselves",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=CODEDEPLOY_GROUP,
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            CODEDEPLOY_GROUP, {ROLLBACK: {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}}
        ),
        failing=(
            Remove(ROLLBACK),
            Change(f"{ROLLBACK}.enabled", False),
            Change(f"{ROLLBACK}.events", ["DEPLOYMENT_STOP_ON_REQUEST"]),
            (Hide(f"{ROLLBACK}.enabled"), Change(f"{ROLLBACK}.events", [])),
        ),
        unknown=(
            Hide(ROLLBACK),
            Hide(f"{ROLLBACK}.enabled"),
            Hide(f"{ROLLBACK}.events"),
        ),
    ),
)
def rolls_back(group: Resource) -> Outcome:
    """Off by default: the failed release then stays half deployed until somebody comes."""
    fix = "Set auto_rollback_configuration with enabled=true and the event DEPLOYMENT_FAILURE."
    return worst(
        attempt(lambda: expect(group, f"{ROLLBACK}.enabled", True, fix=fix)),
        attempt(
            lambda: expect_that(
                group,
                f"{ROLLBACK}.events",
                lambda _: "DEPLOYMENT_FAILURE" in group.values(f"{ROLLBACK}.events"),
                expected="DEPLOYMENT_FAILURE among them",
                fix=fix,
            )
        ),
    )


@control(
    "codedeploy-stops-on-alarm",
    title="Deployment groups stop a deployment when an alarm goes off",
    severity=Severity.LOW,
    category=Category.HA,
    types=CODEDEPLOY_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks=NIST,
    cases=Cases(
        passing=Given(CODEDEPLOY_GROUP, {ALARMS: {"enabled": True, "alarms": ["api-5xx"]}}),
        failing=(
            Remove(ALARMS),
            Change(f"{ALARMS}.enabled", False),
            Change(f"{ALARMS}.alarms", []),
            Change(f"{ALARMS}.ignore_poll_alarm_failure", True),
        ),
        unknown=(Hide(ALARMS), Hide(f"{ALARMS}.alarms"), Hide(f"{ALARMS}.enabled")),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def stops_on_alarm(group: Resource) -> Outcome:
    """A version that starts and answers with errors looks like a success to CodeDeploy.

    Nor is an alarm that can't be read a good one. Source: AWS CodeDeploy API Reference,
    AlarmConfiguration, ignorePollAlarmFailure.
    """
    fix = "Name the alarms on errors in alarm_configuration.alarms and set enabled to true."
    return worst(
        attempt(lambda: expect(group, f"{ALARMS}.enabled", True, fix=fix)),
        attempt(
            lambda: expect_that(
                group, f"{ALARMS}.alarms", bool, expected="at least one alarm", fix=fix
            )
        ),
        attempt(
            lambda: expect_that(
                group,
                f"{ALARMS}.ignore_poll_alarm_failure",
                lambda value: value is not True,
                expected="false",
                fix="Leave ignore_poll_alarm_failure out.",
            )
        ),
    )


STYLE, BLUE_GREEN = "deployment_style", "blue_green_deployment_config"
PAIR = "load_balancer_info.target_group_pair_info"
AFTERWARDS = f"{BLUE_GREEN}.terminate_blue_instances_on_deployment_success"


@control(
    "codedeploy-ecs-blue-green",
    title="Deployments to ECS move traffic between two target groups and keep a way back",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=CODEDEPLOY_GROUP,
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            CODEDEPLOY_GROUP,
            {
                "ecs_service": {"cluster_name": "main", "service_name": "api"},
                STYLE: {
                    "deployment_type": "BLUE_GREEN",
                    "deployment_option": "WITH_TRAFFIC_CONTROL",
                },
                "load_balancer_info": {
                    "target_group_pair_info": {
                        "prod_traffic_route": {"listener_arns": ["arn:aws:listener"]},
                        "target_groups": [{"name": "blue"}, {"name": "green"}],
                    }
                },
                BLUE_GREEN: {
                    "terminate_blue_instances_on_deployment_success": {
                        "action": "TERMINATE",
                        "termination_wait_time_in_minutes": 5,
                    }
                },
            },
        ),
        failing=(
            Change(f"{STYLE}.deployment_type", "IN_PLACE"),
            Change(f"{STYLE}.deployment_option", "WITHOUT_TRAFFIC_CONTROL"),
            Remove(f"{PAIR}.target_groups.1"),
            Change(f"{PAIR}.target_groups.1.name", "blue"),
            Change(f"{PAIR}.prod_traffic_route.listener_arns", []),
            Change(f"{AFTERWARDS}.termination_wait_time_in_minutes", 0),
            Remove(f"{AFTERWARDS}.termination_wait_time_in_minutes"),
        ),
        unknown=(
            Hide("ecs_service"),
            Hide(f"{STYLE}.deployment_type"),
            Hide(f"{PAIR}.target_groups.1.name"),
            Hide(f"{PAIR}.prod_traffic_route"),
            Hide(f"{AFTERWARDS}.termination_wait_time_in_minutes"),
        ),
        also_passing=(
            Change(f"{AFTERWARDS}.action", "KEEP_ALIVE"),
            Hide(f"{PAIR}.prod_traffic_route.listener_arns.0"),
        ),
        not_applicable=(Remove("ecs_service"),),
    ),
)
def ecs_blue_green(
    group: Resource, *, minimum_minutes: Annotated[int, Range(1, 2880, "minutes")] = 5
) -> Outcome | dict[str, Outcome]:
    """A rollback takes seconds as long as the blue tasks run, minutes once they are gone.

    Source: AWS CodeDeploy User Guide, "Deployments on an Amazon ECS compute platform".
    """
    if not group["ecs_service"]:
        return NotApplicable("does not deploy to ECS")
    return {
        "type": attempt(_is, group, f"{STYLE}.deployment_type", "BLUE_GREEN"),
        "traffic": attempt(_is, group, f"{STYLE}.deployment_option", "WITH_TRAFFIC_CONTROL"),
        "target groups": attempt(_two_groups, group),
        "listener": attempt(_listener, group),
        "way back": attempt(_time_to_roll_back, group, minimum_minutes),
    }


def _is(group: Resource, path: str, wanted: str) -> Outcome:
    return expect(group, path, wanted, fix=f"Set {path} to {wanted}.")


def _two_groups(group: Resource) -> Outcome:
    names = {group.text(f"{PAIR}.target_groups.{index}.name") for index in (0, 1)}
    return expect_that(
        group,
        f"{PAIR}.target_groups",
        lambda _: len(names - {None}) == 2,
        expected="two different target groups",
        fix="Name the blue and the green target group.",
    )


def _listener(group: Resource) -> Outcome:
    return expect_that(
        group,
        f"{PAIR}.prod_traffic_route.listener_arns",
        bool,
        expected="the listener that customers use",
        fix="Name the production listener in prod_traffic_route.listener_arns.",
    )


def _time_to_roll_back(group: Resource, minimum_minutes: int) -> Outcome:
    if group.get(f"{AFTERWARDS}.action") == "KEEP_ALIVE":
        return Pass()
    return expect_number(
        group,
        f"{AFTERWARDS}.termination_wait_time_in_minutes",
        lambda minutes: (minutes or 0) >= minimum_minutes,
        f"at least {minimum_minutes} minutes",
        fix=f"Set termination_wait_time_in_minutes to {minimum_minutes} or more.",
    )
