"""What target tracking aims at: values that are reached, and before it is too late."""

from __future__ import annotations

from typing import Annotated, Final

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
from stackproof.model.parameter import Range
from stackproof.types.tokens import APPSCALING_POLICY, AUTOSCALING_POLICY

_TRACKING: Final = "target_tracking_scaling_policy_configuration"
_OF_GROUP: Final = "target_tracking_configuration"
_NAME: Final = "predefined_metric_specification.predefined_metric_type"
_REQUESTS: Final = "ALBRequestCountPerTarget"
# A minute's requests of one target: a hundred thousand each second.
_MOST_REQUESTS: Final = 6_000_000
_ASKED: Final = (
    Change(f"{_TRACKING}.{_NAME}", _REQUESTS),
    Change(f"{_TRACKING}.target_value", 1000),
)


def _in_group(metric: str, value: float) -> tuple[Change | Remove, ...]:
    named = {"predefined_metric_type": metric}
    tracked = {"target_value": value, "predefined_metric_specification": named}
    return (Remove(_TRACKING), Change(_OF_GROUP, tracked))


@control(
    "scaling-policy-leaves-headroom",
    title="Target-tracking policies start growth before CPU, memory or targets are full",
    severity=Severity.LOW,
    category=Category.SCALING,
    types=(APPSCALING_POLICY, AUTOSCALING_POLICY),
    frameworks={Framework.NIST: ("CP-2(2)", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            APPSCALING_POLICY,
            {
                "policy_type": "TargetTrackingScaling",
                _TRACKING: {
                    "target_value": 60,
                    "predefined_metric_specification": {
                        "predefined_metric_type": "ECSServiceAverageCPUUtilization"
                    },
                },
            },
        ),
        failing=(
            Change(f"{_TRACKING}.target_value", 90),
            (
                Change(f"{_TRACKING}.{_NAME}", "ECSServiceAverageMemoryUtilization"),
                Change(f"{_TRACKING}.target_value", 95),
            ),
            (*_ASKED, Change(f"{_TRACKING}.target_value", 1e9)),
            _in_group("ASGAverageCPUUtilization", 99),
            _in_group(_REQUESTS, 1e9),
        ),
        unknown=(Hide(f"{_TRACKING}.target_value"), Hide(f"{_TRACKING}.{_NAME}")),
        also_passing=(
            Change(f"{_TRACKING}.target_value", 80),
            _ASKED,
            _in_group("ASGAverageCPUUtilization", 60),
        ),
        not_applicable=(
            Change("policy_type", "StepScaling"),
            Remove(f"{_TRACKING}.predefined_metric_specification"),
            _in_group("ASGAverageNetworkIn", 1e9),
        ),
    ),
)
def leaves_headroom(
    policy: Resource, *, maximum_percent: Annotated[float, Range(1, 90, "percent")] = 80
) -> Outcome:
    """What is new takes a minute to help, and the others must last that long.

    More requests than one target ever answers are never reached.
    """
    if policy["policy_type"] != "TargetTrackingScaling":
        return NotApplicable("not a target-tracking policy")
    tracking = _OF_GROUP if policy.raw(_OF_GROUP) is not None else _TRACKING
    metric = str(policy.get(f"{tracking}.{_NAME}") or "")
    requests = metric == _REQUESTS
    if not requests and not metric.endswith(("CPUUtilization", "MemoryUtilization")):
        return NotApplicable("tracks neither CPU, memory nor requests")
    value = policy.number(f"{tracking}.target_value") or 0
    most = _MOST_REQUESTS if requests else maximum_percent
    if value <= most:
        return Pass()
    return Fail(
        f"{tracking}.target_value",
        f"at most {most:,g}{' requests a minute' if requests else ' %'}",
        value,
        f"Lower target_value to {'what a target can answer' if requests else f'{most:g} or less'}.",
    )
