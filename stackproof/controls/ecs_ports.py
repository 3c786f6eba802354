"""ECS services: the container and port that a load balancer is told of are those of the task."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import ECS_SERVICE, ECS_TASK_DEFINITION

_PORTS: Final = "container_definitions.0.portMappings"


@control(
    "ecs-service-port-mapped",
    title="ECS services register a port that their container maps",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ECS_SERVICE,
    needs=(ECS_TASK_DEFINITION,),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {
                "task_definition": Ref("task", "arn"),
                "load_balancers": [{"container_name": "api", "container_port": 8080}],
            },
            (
                Neighbour(
                    "task",
                    ECS_TASK_DEFINITION,
                    {
                        "container_definitions": Json(
                            [{"name": "api", "portMappings": [{"containerPort": 8080}]}]
                        )
                    },
                ),
            ),
        ),
        failing=(
            Change(f"{_PORTS}.0.containerPort", 8081, of="task"),
            Change(_PORTS, [], of="task"),
            Remove(_PORTS, of="task"),
            Change("container_definitions.0.name", "web", of="task"),
            Change("load_balancers.0.container_port", 80),
        ),
        unknown=(
            Hide("task_definition"),
            Hide("load_balancers"),
            Hide("load_balancers.0.container_port"),
            Hide("container_definitions", of="task"),
        ),
        absent=(Without("task"),),
        also_passing=(
            Change(f"{_PORTS}.0.containerPort", "8080", of="task"),
            Change(_PORTS, [{"containerPortRange": "8000-8100"}], of="task"),
        ),
        not_applicable=(Remove("load_balancers"),),
    ),
)
def port_mapped(service: Resource, stack: Stack) -> Outcome:
    """On another port nothing listens, as far as the task says."""
    if service.raw("load_balancers") in (None, []):
        return NotApplicable("behind no load balancer")
    task = stack.follow_one(service, "task_definition", ECS_TASK_DEFINITION)
    if task is None:
        return NotApplicable("its tasks are made by something else")
    return each(service.elements("load_balancers"), partial(_mapped, task))


def _mapped(task: Resource, registered: Block) -> Outcome:
    name, port = registered["container_name"], registered.number("container_port")
    containers = task.document("container_definitions")
    if not isinstance(containers, list):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "container_definitions", "no list"))
    fix = "Name a container of the task, and a containerPort of its portMappings."
    for container in containers:
        if isinstance(container, Mapping) and container.get("name") == name:
            mapped = container.get("portMappings")
            pairs = mapped if isinstance(mapped, list) else []
            if any(_holds(pair, port) for pair in pairs):
                return Pass()
            return Fail(registered.at("container_port"), f"a port that {name} maps", port, fix)
    return Fail(registered.at("container_name"), f"a container of {task.name}", name, fix)


def _holds(mapping: Any, port: float | None) -> bool:
    if not isinstance(mapping, Mapping) or port is None:
        return False
    first, _, last = str(mapping.get("containerPortRange") or "").partition("-")
    if first.isdigit() and last.isdigit():
        return int(first) <= port <= int(last)
    return str(mapping.get("containerPort")) == f"{port:g}"
