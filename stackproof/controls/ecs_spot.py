"""ECS services: some tasks stay when AWS takes its spare capacity back."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION
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
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.types.tokens import ECS_SERVICE

_SPOT: Final = "FARGATE_SPOT"
_PATH: Final = "capacity_provider_strategies"


@control(
    "ecs-service-not-only-spot",
    title="Services don't run on Fargate Spot alone",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ECS_SERVICE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {
                _PATH: [
                    {"capacity_provider": "FARGATE", "base": 2, "weight": 1},
                    {"capacity_provider": _SPOT, "weight": 3},
                ]
            },
        ),
        failing=(
            Change(_PATH, [{"capacity_provider": _SPOT, "weight": 1}]),
            (
                Change(f"{_PATH}.0.base", 0),
                Change(f"{_PATH}.0.weight", 0),
            ),
        ),
        unknown=(Hide(_PATH), Hide(f"{_PATH}.0.capacity_provider")),
        also_passing=(Change(f"{_PATH}.0.capacity_provider", "own-hosts"),),
        not_applicable=(
            Change(_PATH, []),
            (
                Change(_PATH, [{"capacity_provider": _SPOT, "weight": 1}]),
                Change("tags", {"Environment": "dev"}),
            ),
        ),
    ),
)
def not_only_spot(service: Resource) -> Outcome:
    """Spot tasks are stopped at two minutes' notice, all at once when the capacity is wanted.

    Source: Amazon ECS Developer Guide, "Fargate capacity providers".
    """
    used = [strategy for strategy in service.blocks(_PATH) if _takes_part(strategy)]
    if not used:
        return NotApplicable("says no capacity providers of its own")
    if any(strategy["capacity_provider"] != _SPOT for strategy in used):
        return Pass()
    fix = "Add a strategy of FARGATE whose base is what has to stay."
    return Fail(_PATH, "FARGATE, or hosts of one's own, as well", _SPOT, fix)


def _takes_part(strategy: Block) -> bool:
    return bool(strategy.number("weight") or strategy.number("base"))
