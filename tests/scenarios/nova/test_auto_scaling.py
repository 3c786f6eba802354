"""A surge of visitors comes, and goes again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.outputs import Outputs
from stackproof.reasoning.alarms import Signal, after, signal, tells
from stackproof.reasoning.scaling import policies, targets
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.nova.expected import CPU_PERCENT, CPU_SECONDS

pytestmark = [pytest.mark.auto_scaling, pytest.mark.blueprint("nova")]


def alarm_of(policy: Resource, outputs: Outputs, live: Stack) -> Resource:
    """Give the alarm of the program's that sets a scaling policy off."""
    found = [
        alarm
        for name in outputs.list("alarm_names")
        if (alarm := live.look_up(name, tokens.METRIC_ALARM)) is not None
        and policy.arn in alarm.values("alarm_actions")
    ]
    assert found, f"no alarm sets {policy.name} off"
    return found[0]


def test_group_has_room_to_grow(group: Resource) -> None:
    """The group may at least double.

    A limit reached on the first busy day is a limit that was never thought about.
    """
    assert int(group["max_size"]) >= 2 * int(group["min_size"])


@pytest.mark.requirement("1.5")
def test_group_grows_when_busy_for_five_minutes(
    group: Resource, named: Named, outputs: Outputs, live: Stack
) -> None:
    """Average CPU over 75 % for 5 minutes sets off the alarm whose action adds instances.

    Later is too late for visitors who wait; sooner chases every spike.
    """
    policy = named("web_scale_out_policy_arn", tokens.AUTOSCALING_POLICY)
    alarm = alarm_of(policy, outputs, live)
    assert policy["autoscaling_group_name"] == group["name"]
    assert policy["enabled"] is not False
    of_group = {"AutoScalingGroupName": group["name"]}
    assert signal(alarm) == Signal("AWS/EC2", "CPUUtilization", "Average", of_group)
    assert after(alarm, CPU_PERCENT + 0.1) == timedelta(seconds=CPU_SECONDS)
    assert after(alarm, CPU_PERCENT) is None
    assert policy.arn in tells(alarm)
    steps = list(policy.blocks("step_adjustments"))
    assert min(int(step["scaling_adjustment"]) for step in steps) >= 1


@pytest.mark.requirement("1.5")
@pytest.mark.parametrize("cpu", [75.1, 80, 86, 100])
def test_every_load_over_the_threshold_adds_instances(
    cpu: float, named: Named, outputs: Outputs, live: Stack
) -> None:
    """Whatever the CPU is over 75 %, exactly one step of the policy is for it.

    A gap between the steps is a load at which nothing happens.
    """
    policy = named("web_scale_out_policy_arn", tokens.AUTOSCALING_POLICY)
    over = cpu - float(alarm_of(policy, outputs, live)["threshold"])
    hit = [
        step
        for step in policy.blocks("step_adjustments")
        if float(step["metric_interval_lower_bound"] or "-inf")
        <= over
        < float(step["metric_interval_upper_bound"] or "inf")
    ]
    assert len(hit) == 1


@pytest.mark.requirement("1.5")
def test_group_shrinks_when_idle(
    group: Resource, named: Named, outputs: Outputs, live: Stack
) -> None:
    """Low CPU for longer than it takes to grow sets off the alarm that removes an instance.

    What was started for one evening is otherwise paid for all year; what shrinks as fast as it
    grows never comes to rest.
    """
    policy = named("web_scale_in_policy_arn", tokens.AUTOSCALING_POLICY)
    alarm = alarm_of(policy, outputs, live)
    assert policy["autoscaling_group_name"] == group["name"]
    of_group = {"AutoScalingGroupName": group["name"]}
    assert signal(alarm) == Signal("AWS/EC2", "CPUUtilization", "Average", of_group)
    idle = after(alarm, 1)
    assert idle is not None
    assert idle > timedelta(seconds=CPU_SECONDS)
    assert after(alarm, CPU_PERCENT / 2) is None
    assert policy.arn in tells(alarm)
    steps = list(policy.blocks("step_adjustments"))
    assert steps
    assert all(int(step["scaling_adjustment"]) < 0 for step in steps)


@pytest.mark.requirement("1.5")
def test_instances_report_every_minute(template: Resource) -> None:
    """Instances have detailed monitoring on.

    Basic monitoring reports every five minutes: an alarm that wants five points sees a surge
    after 25.
    """
    assert next(template.blocks("monitoring"))["enabled"] is True


def test_service_follows_its_load(service: Resource, live: Stack) -> None:
    """The Fargate service tracks CPU and memory, between a minimum and at least its double.

    Tasks start in a minute, and only if something tells them to.
    """
    (target,) = targets(service, live)
    if isinstance(target, Unknown):
        raise UnresolvedError(target)
    assert int(target["max_capacity"]) >= 2 * int(target["min_capacity"])
    metrics = set()
    for policy in policies(target, live):
        if isinstance(policy, Unknown):
            raise UnresolvedError(policy)
        metrics.add(
            policy.get(
                "target_tracking_scaling_policy_configuration"
                ".predefined_metric_specification.predefined_metric_type"
            )
        )
    assert metrics >= {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}
