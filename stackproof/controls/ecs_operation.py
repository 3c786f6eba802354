"""Task definitions: whose rights a running task has, and what a full log does to it."""

from __future__ import annotations

from stackproof.controls.ecs_containers import CONTAINER, HIDDEN, UNREADABLE, containers
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove
from stackproof.types.tokens import ECS_TASK_DEFINITION, IAM_ROLE

_START, _RUN = "execution_role_arn", "task_role_arn"


@control(
    "ecs-task-two-roles",
    title="Tasks do not run under the role that starts them",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-5", "AC-6")},
    cases=Cases(
        passing=Given(
            ECS_TASK_DEFINITION,
            {_START: Ref("start", "arn"), _RUN: Ref("run", "arn")},
            (
                Neighbour("start", IAM_ROLE, {"name": "start"}),
                Neighbour("run", IAM_ROLE, {"name": "run"}),
            ),
        ),
        failing=(Change(_RUN, Ref("start", "arn")),),
        unknown=(Hide(_START), Hide(_RUN)),
        not_applicable=(Remove(_RUN), Remove(_START)),
    ),
)
def two_roles(task: Resource) -> Outcome:
    """That role pulls images and reads secrets, which the running program has no business with."""
    start, run = task.raw(_START), task.raw(_RUN)
    if not start or not run:
        return NotApplicable("there is one role at most")
    # At preview ARNs are not known, but from which resources they come is.
    hidden = next((role for role in (start, run) if isinstance(role, Unknown)), None)
    if hidden is not None:
        start, run = (task.references.get(name, ()) for name in (_START, _RUN))
        if not start or not run:
            raise UnresolvedError(hidden)
    if start != run:
        return Pass()
    return Fail(_RUN, "a role of its own", f"that of {_START}", "Give tasks a role of their own.")


@control(
    "ecs-logging-non-blocking",
    title="A log that stands still does not stop the container",
    severity=Severity.LOW,
    category=Category.HA,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.NIST: ("AU-5", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            ECS_TASK_DEFINITION,
            {
                "container_definitions": Json(
                    [
                        {
                            **CONTAINER,
                            "logConfiguration": {
                                "logDriver": "awslogs",
                                "options": {"mode": "non-blocking", "max-buffer-size": "25m"},
                            },
                        }
                    ]
                )
            },
        ),
        failing=(Change("container_definitions.0.logConfiguration.options.mode", "blocking"),),
        unknown=(
            *HIDDEN,
            *UNREADABLE,
            Hide("container_definitions.0.logConfiguration.options.mode"),
        ),
        also_passing=(Remove("container_definitions.0.logConfiguration.options.mode"),),
        not_applicable=(
            Change("container_definitions", "[]"),
            Remove("container_definitions.0.logConfiguration"),
        ),
    ),
)
def non_blocking(task: Resource) -> Outcome:
    """In mode `blocking` a container that writes a line waits until CloudWatch has taken it.

    Since June 2025 the default of an account is `non-blocking`. Source: Amazon ECS Developer
    Guide, "Default log driver mode".
    """
    return worst(NotApplicable("no container logs"), each(containers(task), _non_blocking))


def _non_blocking(container: Block) -> Outcome:
    if container["logConfiguration"] is None:
        return NotApplicable("it does not log")
    mode = container.get("logConfiguration.options.mode")
    if mode != "blocking":
        return Pass()
    return Fail(
        container.at("logConfiguration.options.mode"),
        "non-blocking",
        mode,
        "Set mode to non-blocking, and max-buffer-size to what may be kept back.",
    )
