"""Task definitions: what containers may do to their host, and what they reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.types.tokens import ECS_TASK_DEFINITION

CONTAINER = {
    "name": "api",
    "image": "registry.example/api@sha256:0123",
    "privileged": False,
    "readonlyRootFilesystem": True,
    "user": "10001:10001",
    "environment": [{"name": "LOG_LEVEL", "value": "info"}],
    "secrets": [{"name": "DATABASE_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:1:s"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/api"}},
}
TASK = Given(
    ECS_TASK_DEFINITION,
    {
        "family": "api",
        "network_mode": "awsvpc",
        "container_definitions": Json([{**CONTAINER, "name": "side"}, CONTAINER]),
    },
)
HIDDEN = (Hide("container_definitions"),)
UNREADABLE = (Change("container_definitions", "[{"),)
WINDOWS = Change("runtime_platform", {"operating_system_family": "WINDOWS_SERVER_2022_CORE"})


def containers(task: Resource) -> Iterator[Block]:
    """Give the containers of a task definition, in the words of its JSON text."""
    found = task.document("container_definitions")
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnresolvedError(
            Unknown(Cause.UNREADABLE, "container_definitions", "not a list of containers")
        )
    for index, item in enumerate(found):
        yield Block(item, f"container_definitions[{index}]")


@control(
    "ecs-containers-not-privileged",
    title="Containers are not privileged",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.4",), Framework.PCI: ("7.2.1",)},
    cases=Cases(
        passing=TASK,
        failing=(Change("container_definitions.1.privileged", True),),
        unknown=HIDDEN + UNREADABLE,
        also_passing=(Remove("container_definitions.0.privileged"),),
    ),
)
def not_privileged(task: Resource) -> Outcome:
    """A privileged container is root on its host."""
    return each(
        containers(task),
        lambda container: expect_that(
            container,
            "privileged",
            lambda value: not value,
            expected="false",
            fix="Remove privileged from the container.",
        ),
    )


@control(
    "ecs-containers-read-only-root",
    title="Containers cannot write to their root file system",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.5",), Framework.PCI: ("7.2.1", "10.3.2")},
    cases=Cases(
        passing=TASK,
        failing=(
            Change("container_definitions.1.readonlyRootFilesystem", False),
            Remove("container_definitions.0.readonlyRootFilesystem"),
        ),
        unknown=HIDDEN,
        not_applicable=(WINDOWS,),
    ),
)
def read_only_root(task: Resource) -> Outcome:
    """What breaks in finds nothing to change; mount a volume where the program must write."""
    fix = "Set readonlyRootFilesystem to true and mount a volume where the program writes."
    return _on_linux(
        task,
        lambda container: expect(container, "readonlyRootFilesystem", True, fix=fix),
    )


@control(
    "ecs-containers-not-root",
    title="Containers run as a user other than root",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.20",), Framework.NIST: ("AC-6",)},
    cases=Cases(
        passing=TASK,
        failing=(
            Remove("container_definitions.1.user"),
            Change("container_definitions.1.user", "root"),
            Change("container_definitions.1.user", "0:10001"),
        ),
        unknown=HIDDEN,
        also_passing=(Change("container_definitions.1.user", "app"),),
        not_applicable=(WINDOWS,),
    ),
)
def not_root(task: Resource) -> Outcome:
    """Without a word the image decides, and most images decide for root."""
    return _on_linux(
        task,
        lambda container: expect_that(
            container,
            "user",
            lambda user: str(user or "root").partition(":")[0] not in ("root", "0"),
            expected="a user other than root",
            fix="Set user to an unprivileged user id, such as 10001:10001.",
        ),
    )


@control(
    "ecs-containers-log",
    title="Containers have a log configuration",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.9",), Framework.PCI: ("10.2.1",)},
    cases=Cases(
        passing=TASK,
        failing=(
            Remove("container_definitions.1.logConfiguration"),
            Change("container_definitions.1.logConfiguration", {}),
            Change("container_definitions.1.logConfiguration.logDriver", "none"),
        ),
        unknown=HIDDEN,
    ),
)
def log_configuration(task: Resource) -> Outcome:
    """A Fargate task that logs nowhere leaves nothing behind."""
    return each(
        containers(task),
        lambda container: expect_that(
            container,
            "logConfiguration.logDriver",
            lambda driver: driver not in (None, "", "none"),
            expected="a log driver",
            fix="Set logConfiguration, for example with logDriver awslogs and a log group.",
        ),
    )


def _on_linux(task: Resource, judge: Callable[[Block], Outcome]) -> Outcome:
    system = str(task.get("runtime_platform.operating_system_family") or "LINUX")
    if system.startswith("WINDOWS"):
        return NotApplicable("containers on Windows")
    return each(containers(task), judge)
