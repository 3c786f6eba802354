"""ECS services: how they change without a gap, and what their tasks run on."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect, expect_number, expect_that
from stackproof.controls.support.placement import on_fargate
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Range, Texts
from stackproof.types.tokens import ECS_CLUSTER, ECS_SERVICE

ROLLING = {"name": "api", "launch_type": "FARGATE", "scheduling_strategy": "REPLICA"}
DAEMON = Change("scheduling_strategy", "DAEMON")


@control(
    "ecs-service-circuit-breaker",
    title="ECS services roll a failed deployment back by themselves",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ECS_SERVICE,
    frameworks={Framework.NIST: ("CP-10", "SI-13(5)")},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {**ROLLING, "deployment_circuit_breaker": {"enable": True, "rollback": True}},
        ),
        failing=(
            Remove("deployment_circuit_breaker"),
            Change("deployment_circuit_breaker.enable", False),
            Change("deployment_circuit_breaker.rollback", False),
            (
                Hide("deployment_circuit_breaker.enable"),
                Change("deployment_circuit_breaker.rollback", False),
            ),
        ),
        unknown=(Hide("deployment_circuit_breaker"), Hide("deployment_circuit_breaker.rollback")),
        also_passing=(Change("deployment_controller", {"type": "ECS"}),),
        not_applicable=(Change("deployment_controller", {"type": "CODE_DEPLOY"}),),
    ),
)
def circuit_breaker(service: Resource) -> Outcome:
    """Off by default: ECS then starts a broken version again and again."""
    controller = service.get("deployment_controller.type") or "ECS"
    if controller != "ECS":
        return NotApplicable(f"deployed by {controller}")
    fix = "Set deployment_circuit_breaker with enable=true and rollback=true."
    names = ("deployment_circuit_breaker.enable", "deployment_circuit_breaker.rollback")
    return worst(*(attempt(lambda n=name: expect(service, n, True, fix=fix)) for name in names))


@control(
    "ecs-service-minimum-healthy",
    title="ECS services keep all their tasks while they deploy",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ECS_SERVICE,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(ECS_SERVICE, {**ROLLING, "deployment_minimum_healthy_percent": 100}),
        failing=(
            Change("deployment_minimum_healthy_percent", 50),
            Change("deployment_minimum_healthy_percent", 0),
        ),
        unknown=(Hide("deployment_minimum_healthy_percent"),),
        also_passing=(Remove("deployment_minimum_healthy_percent"),),
        not_applicable=(DAEMON,),
    ),
)
def minimum_healthy(
    service: Resource, *, minimum_percent: Annotated[int, Range(1, 100, "percent")] = 100
) -> Outcome:
    """ECS's own default is 100 % for services of replicas."""
    if service["scheduling_strategy"] == "DAEMON":
        return NotApplicable("a daemon runs once on each host")
    return expect_number(
        service,
        "deployment_minimum_healthy_percent",
        lambda percent: percent is None or percent >= minimum_percent,
        f"at least {minimum_percent} %",
        fix=f"Set deployment_minimum_healthy_percent to {minimum_percent} or more.",
    )


@control(
    "ecs-service-latest-platform",
    title="Fargate services run on the latest platform version",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECS_SERVICE,
    frameworks={Framework.FSBP: ("ECS.10",), Framework.PCI: ("6.3.3",)},
    cases=Cases(
        passing=Given(ECS_SERVICE, {**ROLLING, "platform_version": "LATEST"}),
        failing=(
            Change("platform_version", "1.3.0"),
            (
                Remove("launch_type"),
                Change("capacity_provider_strategies", [{"capacity_provider": "FARGATE_SPOT"}]),
                Change("platform_version", "1.3.0"),
            ),
        ),
        unknown=(Hide("platform_version"), Hide("launch_type")),
        also_passing=(Remove("platform_version"), Change("platform_version", "1.4.0")),
        not_applicable=(Change("launch_type", "EC2"),),
    ),
)
def latest_platform(
    service: Resource,
    *,
    latest: Annotated[tuple[str, ...], Texts("platform versions", fewest=1)] = ("1.4.0", "1.0.0"),
) -> Outcome:
    """`latest` are the newest versions for Linux and Windows that AWS has published."""
    if not on_fargate(service):
        return NotApplicable("not on Fargate")
    return expect_that(
        service,
        "platform_version",
        lambda version: version in (None, "LATEST", *latest),
        expected=f"LATEST or {' or '.join(latest)}",
        fix="Set platform_version to LATEST, or leave it out.",
    )


@control(
    "ecs-service-exec-logged",
    title="ECS services allow no shell in their containers, or log what is done there",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECS_SERVICE,
    needs=(ECS_CLUSTER,),
    frameworks={Framework.PCI: ("10.2.1.2",), Framework.NIST: ("AC-17(1)", "AU-12")},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {**ROLLING, "cluster": Ref("cluster", "arn"), "enable_execute_command": True},
            (
                Neighbour(
                    "cluster",
                    ECS_CLUSTER,
                    {
                        "name": "main",
                        "configuration": {
                            "execute_command_configuration": {
                                "logging": "OVERRIDE",
                                "log_configuration": {"cloud_watch_log_group_name": "shells"},
                            }
                        },
                    },
                ),
            ),
        ),
        failing=(
            Change("configuration.execute_command_configuration.logging", "NONE", of="cluster"),
            Remove("configuration.execute_command_configuration.log_configuration", of="cluster"),
        ),
        unknown=(
            Hide("enable_execute_command"),
            Hide("configuration", of="cluster"),
            Hide("cluster"),
        ),
        absent=(Without("cluster"), Remove("cluster")),
        also_passing=(
            Change("enable_execute_command", False),
            (Remove("enable_execute_command"), Without("cluster")),
            Change(
                "configuration.execute_command_configuration",
                {"logging": "DEFAULT"},
                of="cluster",
            ),
            Remove("configuration", of="cluster"),
        ),
    ),
)
def exec_logged(service: Resource, stack: Stack) -> Outcome:
    """Off by default. Where it is on, the cluster says whether sessions are logged.

    ECS API, ExecuteCommandConfiguration: without a word they go to the log of the container.
    """
    if not service["enable_execute_command"]:
        return Pass()
    cluster = stack.follow_one(service, "cluster", ECS_CLUSTER)
    if cluster is None:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "cluster", "the account's default one"))
    path = "configuration.execute_command_configuration"
    logging = cluster.get(f"{path}.logging") or "DEFAULT"
    if logging == "DEFAULT" or (logging == "OVERRIDE" and cluster.get(f"{path}.log_configuration")):
        return Pass()
    return Fail(
        "enable_execute_command",
        "false, or a cluster that logs sessions",
        f"true, and {cluster.name} logs {logging}",
        "Set enable_execute_command to false, or name a log group in the cluster's configuration.",
    )
