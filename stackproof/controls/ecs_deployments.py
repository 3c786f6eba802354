"""Deployments of ECS services: there is room for a new task, and an end of the patience."""

from __future__ import annotations

from math import ceil, floor

from stackproof.controls.ecs_services import DAEMON, ROLLING
from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import ECS_SERVICE

_LEAST, _MOST = "deployment_minimum_healthy_percent", "deployment_maximum_percent"


@control(
    "ecs-service-can-deploy",
    title="ECS services may start or stop a task while they deploy",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ECS_SERVICE,
    frameworks={Framework.NIST: ("CP-10", "SI-2")},
    cases=Cases(
        passing=Given(ECS_SERVICE, {**ROLLING, "desired_count": 2, _LEAST: 100, _MOST: 200}),
        failing=(
            Change(_MOST, 100),
            (Remove("desired_count"), Change(_MOST, 100)),
            (Change(_LEAST, 90), Change(_MOST, 110)),
            (Change("desired_count", 1), Change(_LEAST, 50), Change(_MOST, 150)),
        ),
        unknown=(Hide(_MOST), Hide(_LEAST), (Change(_MOST, 150), Hide("desired_count"))),
        also_passing=(
            Remove(_MOST),
            (Remove(_LEAST), Remove(_MOST)),
            Change(_MOST, 150),
            (Change(_LEAST, 50), Change(_MOST, 100)),
        ),
        not_applicable=(
            DAEMON,
            Change("deployment_controller", {"type": "CODE_DEPLOY"}),
            (Change("desired_count", 0), Change(_MOST, 100)),
        ),
    ),
)
def can_deploy(service: Resource) -> Outcome:
    """With no room above and none below, the new version is never started, and nothing fails.

    ECS rounds the most tasks down and the fewest up. Source: Amazon ECS Developer Guide, "Amazon
    ECS service deployment parameters"; 100 and 200 are the defaults.
    """
    if service["scheduling_strategy"] == "DAEMON":
        return NotApplicable("a daemon runs once on each host")
    controller = service.get("deployment_controller.type") or "ECS"
    if controller != "ECS":
        return NotApplicable(f"deployed by {controller}")
    least, most = service.number(_LEAST), service.number(_MOST)
    least, most = 100 if least is None else least, 200 if most is None else most
    if most > least and (least == 0 or most >= 200):
        return Pass()
    desired = service.number("desired_count")
    if desired == 0:
        return NotApplicable("it is to run no task")
    if most > least and (
        desired is None or floor(desired * most / 100) > ceil(desired * least / 100)
    ):
        return Pass()
    return Fail(
        _MOST,
        "room for one task more than must stay",
        f"{most:g} %, with {least:g} % that must stay",
        f"Set {_MOST} to 200, or {_LEAST} below 100.",
    )
