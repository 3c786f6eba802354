"""Task definitions: tasks have a network and a process space of their own."""

from __future__ import annotations

from stackproof.controls.ecs_containers import TASK
from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect, expect_that
from stackproof.model import Category, Framework, Outcome, Resource, Severity, worst
from stackproof.model.cases import Cases, Change, Hide, Remove
from stackproof.types.tokens import ECS_TASK_DEFINITION


@control(
    "ecs-task-own-network",
    title="Tasks have a network interface of their own (awsvpc)",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.SECURITY_HUB: ("ECS.17",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=TASK,
        failing=(
            Change("network_mode", "host"),
            Change("network_mode", "bridge"),
            Remove("network_mode"),
        ),
        unknown=(Hide("network_mode"),),
    ),
)
def own_network(task: Resource) -> Outcome:
    """Only then do security groups tell one task from another; ECS's default is bridge."""
    return expect(task, "network_mode", "awsvpc", fix="Set network_mode to awsvpc.")


@control(
    "ecs-task-no-host-namespaces",
    title="Tasks do not share the process or IPC namespace of their host",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.3",), Framework.NIST: ("AC-6", "CM-5(1)")},
    cases=Cases(
        passing=TASK,
        failing=(
            Change("pid_mode", "host"),
            Change("ipc_mode", "host"),
            (Change("pid_mode", "task"), Hide("pid_mode"), Change("ipc_mode", "host")),
        ),
        unknown=((Change("pid_mode", "task"), Hide("pid_mode")),),
        also_passing=(Change("pid_mode", "task"), Change("ipc_mode", "none")),
    ),
)
def no_host_namespaces(task: Resource) -> Outcome:
    """A container that sees its host's processes can signal and trace them."""
    return worst(*(attempt(_not_host, task, name) for name in ("pid_mode", "ipc_mode")))


def _not_host(task: Resource, name: str) -> Outcome:
    return expect_that(
        task, name, lambda mode: mode != "host", expected="not host", fix=f"Remove {name}."
    )
