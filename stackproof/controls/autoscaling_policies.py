"""Auto Scaling groups grow under load, shrink after it, and know when to."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
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
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import AUTOSCALING_GROUP, AUTOSCALING_POLICY, METRIC_ALARM

NIST = {Framework.NIST: ("CP-2(2)", "SC-5(2)")}
OUT = {
    "autoscaling_group_name": Ref("subject"),
    "policy_type": "StepScaling",
    "adjustment_type": "ChangeInCapacity",
    "step_adjustments": [{"metric_interval_lower_bound": "0", "scaling_adjustment": 2}],
}
IN = {
    "autoscaling_group_name": Ref("subject"),
    "policy_type": "SimpleScaling",
    "adjustment_type": "ChangeInCapacity",
    "scaling_adjustment": -1,
}
TRACKING = {
    "autoscaling_group_name": Ref("subject"),
    "policy_type": "TargetTrackingScaling",
    "target_tracking_configuration": {"target_value": 60, "disable_scale_in": False},
}
_FORECAST = Change("predictive_scaling_configuration", {"mode": "ForecastOnly"}, of="out")
TRACKED = (Without("out"), Without("in"), With(Neighbour("cpu", AUTOSCALING_POLICY, TRACKING)))


@control(
    "autoscaling-group-scales",
    title="Auto Scaling groups have policies that scale out and in",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=AUTOSCALING_GROUP,
    needs=(AUTOSCALING_POLICY,),
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            AUTOSCALING_GROUP,
            {"name": "web"},
            (
                Neighbour("out", AUTOSCALING_POLICY, OUT),
                Neighbour("in", AUTOSCALING_POLICY, IN),
            ),
        ),
        failing=(
            Without("out"),
            Without("in"),
            Change("scaling_adjustment", 1, of="in"),
            Change("step_adjustments.0.scaling_adjustment", -2, of="out"),
            Change("enabled", False, of="in"),
            Change("autoscaling_group_name", "another", of="out"),
            (Change("policy_type", "PredictiveScaling", of="out"), _FORECAST),
            (
                *TRACKED,
                Change("target_tracking_configuration.disable_scale_in", True, of="cpu"),
            ),
        ),
        unknown=(
            Hide("scaling_adjustment", of="in"),
            Hide("step_adjustments", of="out"),
            Hide("autoscaling_group_name", of="out"),
            (*TRACKED, Hide("target_tracking_configuration.disable_scale_in", of="cpu")),
        ),
        absent=((Without("out"), Without("in")),),
        also_passing=(TRACKED, Remove("policy_type", of="in")),
    ),
)
def group_scales(group: Resource, stack: Stack) -> dict[str, Outcome]:
    """A surge must not wait for a person, and what it needed must not be paid for ever."""
    found = list(referrers_or_unknown(group, stack, AUTOSCALING_POLICY, "autoscaling_group_name"))
    outcomes: dict[str, Outcome] = {}
    for direction, sign in (("out", 1), ("in", -1)):
        missing = Fail(
            "policies",
            f"an enabled policy that scales {direction}",
            "none that does",
            "Add an autoscaling.Policy: target tracking on CPU use scales both ways.",
        )
        outcomes[direction] = some(found, partial(_scales, sign, missing), missing)
    return outcomes


def _scales(sign: int, missing: Fail, policy: Resource) -> Outcome:
    return Pass() if policy["enabled"] is not False and _moves(policy, sign) else missing


def _moves(policy: Resource, sign: int) -> bool:
    match policy["policy_type"]:
        case "TargetTrackingScaling":
            return sign > 0 or not policy.get("target_tracking_configuration.disable_scale_in")
        case "PredictiveScaling":
            # Without a word it only forecasts.
            mode = policy.get("predictive_scaling_configuration.mode")
            return sign > 0 and mode == "ForecastAndScale"
        case "StepScaling":
            return any(_adjusts(step, sign) for step in policy.blocks("step_adjustments"))
        case _:
            return _adjusts(policy, sign)


def _adjusts(step: Block, sign: int) -> bool:
    return (step.number("scaling_adjustment") or 0) * sign > 0


@control(
    "autoscaling-policy-has-alarm",
    title="Step and simple scaling policies are set off by an alarm",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=AUTOSCALING_POLICY,
    needs=(METRIC_ALARM,),
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            AUTOSCALING_POLICY,
            {"name": "out", "policy_type": "StepScaling"},
            (Neighbour("high", METRIC_ALARM, {"alarm_actions": [Ref("subject", "arn")]}),),
        ),
        failing=(
            Without("high"),
            Change("alarm_actions", ["arn:aws:sns:us-east-1:123456789012:alerts"], of="high"),
            (
                Change("alarm_actions", [], of="high"),
                Change("ok_actions", [Ref("subject", "arn")], of="high"),
            ),
        ),
        unknown=(Hide("alarm_actions", of="high"),),
        absent=(Without("high"),),
        also_passing=(Remove("policy_type"),),
        not_applicable=(Change("policy_type", "TargetTrackingScaling"),),
    ),
)
def policy_has_alarm(policy: Resource, stack: Stack) -> Outcome:
    """Target tracking makes its own alarms; the others never move without one of the program."""
    if policy["policy_type"] in ("TargetTrackingScaling", "PredictiveScaling"):
        return NotApplicable(f"{policy['policy_type']} needs no alarm")
    missing = Fail(
        "alarm",
        "a MetricAlarm whose alarm_actions name the policy",
        "none that does",
        "Name the policy's ARN in the alarm_actions of a MetricAlarm.",
    )
    found = referrers_or_unknown(policy, stack, METRIC_ALARM, "alarm_actions")
    return some(found, lambda alarm: Pass(), missing)
