"""What is scaled by the clock: something stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.scaling import schedules
from stackproof.types.tokens import (
    APPSCALING_SCHEDULE,
    APPSCALING_TARGET,
    AUTOSCALING_GROUP,
    AUTOSCALING_SCHEDULE,
    ECS_CLUSTER,
    ECS_SERVICE,
)

_ACTION: Final = "scalable_target_action"
_WANTED: Final = (f"{_ACTION}.max_capacity", "max_size", "desired_capacity")
_NONE: Final = Change(f"{_ACTION}.max_capacity", 0, of="night")
_FIX: Final = "Leave what answers in production a smallest size, or take the schedule away."


@control(
    "scheduled-scaling-keeps-some",
    title="No schedule takes the last task or instance",
    severity=Severity.HIGH,
    category=Category.HA,
    types=(ECS_SERVICE, AUTOSCALING_GROUP),
    needs=(APPSCALING_SCHEDULE, APPSCALING_TARGET, AUTOSCALING_SCHEDULE, ECS_CLUSTER),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.NIST: ("CP-10", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {"name": "api", "cluster": "main"},
            (
                Neighbour(
                    "night",
                    APPSCALING_SCHEDULE,
                    {
                        "resource_id": "service/main/api",
                        _ACTION: {"min_capacity": 2, "max_capacity": 4},
                    },
                ),
            ),
        ),
        failing=(_NONE,),
        unknown=(
            Hide("resource_id", of="night"),
            Hide(_ACTION, of="night"),
            Hide(f"{_ACTION}.max_capacity", of="night"),
        ),
        absent=(Hide("resource_id", of="night"),),
        also_passing=(
            Change(f"{_ACTION}.min_capacity", 0, of="night"),
            Remove(_ACTION, of="night"),
        ),
        not_applicable=(
            Without("night"),
            (_NONE, Change("resource_id", "service/main/other", of="night")),
            (_NONE, Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def keeps_some(scaled: Resource, stack: Stack) -> Outcome:
    """One that was made for a night of repair comes again each night.

    Of groups, -1 leaves a size as it is. Source: Application Auto Scaling User Guide and Amazon EC2
    Auto Scaling User Guide, "Scheduled scaling".
    """
    found = [*_schedules(scaled, stack)]
    return each(found, _keeps) if found else NotApplicable("nothing scales it by the clock")


def _schedules(scaled: Resource, stack: Stack) -> Iterable[Resource | Unknown]:
    if scaled.type == ECS_SERVICE:
        return schedules(scaled, stack)
    return referrers_or_unknown(scaled, stack, AUTOSCALING_SCHEDULE, "autoscaling_group_name")


def _keeps(schedule: Resource) -> Outcome:
    for path in _WANTED:
        if schedule.number(path) == 0:
            return Fail(f"{schedule.name}.{path}", "at least 1", 0, _FIX)
    return Pass()
