"""Auto Scaling: groups and policies made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import AUTOSCALING_GROUP, AUTOSCALING_POLICY, LAUNCH_TEMPLATE
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

HIDDEN = (
    "force_delete",
    "force_delete_warm_pool",
    "ignore_failed_scaling_activities",
    "wait_for_capacity_timeout",
)
TAG_LIST = [
    {"key": key, "value": value, "propagate_at_launch": True} for key, value in TAGS.items()
]


def _template(world: World, name: str) -> Made:
    return world.make(LAUNCH_TEMPLATE, name=name, image_id="ami-1", instance_type="c5.large")


def _group(world: World, name: str, template: Made, **settings: Any) -> Made:
    subnets = world.cloud.client("ec2").describe_subnets()["Subnets"][:2]
    wanted = {
        "name": name,
        "min_size": 1,
        "max_size": 3,
        "vpc_zone_identifiers": [subnet["SubnetId"] for subnet in subnets],
        "launch_template": {"id": template.id, "version": "$Latest"},
        "metrics_granularity": "1Minute",
        "enabled_metrics": ["GroupInServiceInstances"],
        "tags": TAG_LIST,
    }
    return world.make(AUTOSCALING_GROUP, **{**wanted, **settings})


def test_group_shows_what_was_declared_and_changed(world: World) -> None:
    balancing = world.cloud.client("elbv2")
    vpc = world.cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    targets = balancing.create_target_group(Name="asg", Protocol="HTTP", Port=80, VpcId=vpc)
    template = _template(world, "asg")
    group = _group(
        world,
        "roundtrip",
        template,
        desired_capacity=2,
        default_cooldown=120,
        default_instance_warmup=90,
        health_check_type="ELB",
        health_check_grace_period=60,
        max_instance_lifetime=604800,
        capacity_rebalance=True,
        termination_policies=["OldestLaunchTemplate", "Default"],
        suspended_processes=["AZRebalance"],
        enabled_metrics=["GroupDesiredCapacity", "GroupInServiceInstances"],
        instance_maintenance_policy={"min_healthy_percentage": 90, "max_healthy_percentage": 120},
        target_group_arns=[targets["TargetGroups"][0]["TargetGroupArn"]],
    )
    assert_shown(world, group, hidden=HIDDEN)
    assert group["availability_zones"] == ["us-east-1a", "us-east-1b"]
    world.change(
        group,
        max_size=4,
        desired_capacity=3,
        default_cooldown=60,
        default_instance_warmup=30,
        max_instance_lifetime=86400,
        termination_policies=["NewestInstance"],
        suspended_processes=["ReplaceUnhealthy"],
        enabled_metrics=["GroupInServiceInstances", "GroupMaxSize"],
        target_group_arns=None,
        tags=TAG_LIST[:2],
    )
    assert_shown(world, group, hidden=HIDDEN)
    assert_gone(world, group)


def test_group_without_settings_shows_the_defaults(world: World) -> None:
    group = _group(world, "plain", _template(world, "plain"), tags=None)
    assert_shown(world, group, hidden=HIDDEN)
    assert_gone(world, group)


def test_group_of_mixed_instances_and_a_warm_pool(world: World) -> None:
    template = _template(world, "mixed")
    group = _group(
        world,
        "mixed",
        template,
        launch_template=None,
        mixed_instances_policy={
            "launch_template": {
                "launch_template_specification": {
                    "launch_template_id": template.id,
                    "version": "$Default",
                },
                "overrides": [{"instance_type": "c5.large"}, {"instance_type": "c5a.large"}],
            },
            "instances_distribution": {
                "on_demand_base_capacity": 1,
                "on_demand_percentage_above_base_capacity": 50,
                "spot_allocation_strategy": "price-capacity-optimized",
            },
        },
        warm_pool={"pool_state": "Stopped", "min_size": 1},
    )
    assert_shown(world, group, hidden=HIDDEN)
    world.change(group, max_size=5, warm_pool=None)
    assert_shown(world, group, hidden=HIDDEN)
    assert_gone(world, group)


def test_group_refuses_a_capacity_outside_its_limits(world: World) -> None:
    template = _template(world, "limits")
    with pytest.raises(EmbeddedError, match="Desired capacity:5 must be between"):
        _group(world, "limits", template, desired_capacity=5)
    group = _group(world, "limits", template)
    with pytest.raises(EmbeddedError, match="Desired capacity:9 must be between"):
        world.change(group, desired_capacity=9)
    world.delete(group)


def test_policies_show_what_was_declared_and_changed(world: World) -> None:
    group = _group(world, "scaled", _template(world, "scaled"))
    tracking = world.make(
        AUTOSCALING_POLICY,
        name="tracking",
        autoscaling_group_name=group.id,
        policy_type="TargetTrackingScaling",
        estimated_instance_warmup=120,
        target_tracking_configuration={
            "predefined_metric_specification": {
                "predefined_metric_type": "ASGAverageCPUUtilization"
            },
            "target_value": 75,
        },
    )
    custom = world.make(
        AUTOSCALING_POLICY,
        name="custom",
        autoscaling_group_name=group.id,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration={
            "customized_metric_specification": {
                "metric_name": "Depth",
                "namespace": "Jobs",
                "statistic": "Average",
                "metric_dimensions": [{"name": "Queue", "value": "orders"}],
            },
            "target_value": 10.5,
            "disable_scale_in": True,
        },
    )
    steps = world.make(
        AUTOSCALING_POLICY,
        name="steps",
        autoscaling_group_name=group.id,
        policy_type="StepScaling",
        adjustment_type="ChangeInCapacity",
        metric_aggregation_type="Average",
        step_adjustments=[
            {"scaling_adjustment": 1, "metric_interval_lower_bound": "0"},
            {"scaling_adjustment": 2, "metric_interval_lower_bound": "10"},
        ],
    )
    simple = world.make(
        AUTOSCALING_POLICY,
        name="simple",
        autoscaling_group_name=group.id,
        adjustment_type="ChangeInCapacity",
        scaling_adjustment=-1,
        cooldown=300,
    )
    for policy in (tracking, custom, steps, simple):
        assert_shown(world, policy)
    world.change(simple, scaling_adjustment=-2, enabled=False)
    assert_shown(world, simple)
    for policy in (tracking, custom, steps, simple):
        assert_gone(world, policy)
    assert_gone(world, group)


def test_a_deleted_group_leaves_no_network_interface(world: World) -> None:
    ec2 = world.cloud.client("ec2")
    before = ec2.describe_network_interfaces()["NetworkInterfaces"]
    group = _group(world, "with-interfaces", _template(world, "with-interfaces"))
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == len(before) + 1
    world.delete(group)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == before


def test_what_stands_apart_from_its_group(world: World) -> None:
    group = _group(world, "apart", _template(world, "apart"))
    vpc = world.cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    targets = world.make("aws:lb/targetGroup:TargetGroup", vpc_id=vpc, port=80, protocol="HTTP")
    named: dict[str, Any] = {"autoscaling_group_name": group.id}
    module = "aws:autoscaling"
    attached = world.make(
        f"{module}/attachment:Attachment", **named, lb_target_group_arn=targets["arn"]
    )
    hook = world.make(
        f"{module}/lifecycleHook:LifecycleHook",
        **named,
        lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
        default_result="CONTINUE",
    )
    night = world.make(
        f"{module}/schedule:Schedule",
        **named,
        scheduled_action_name="night",
        min_size=0,
        max_size=1,
        desired_capacity=-1,
        recurrence="0 20 * * *",
    )
    tag = world.make(
        f"{module}/tag:Tag",
        **named,
        tag={"key": "Team", "value": "blue", "propagate_at_launch": True},
    )
    world.change(hook, heartbeat_timeout=600)
    assert_shown(world, night)
    world.change(night, max_size=2)
    world.change(tag, tag={"key": "Group", "value": "red", "propagate_at_launch": False})
    client = world.cloud.client("autoscaling")
    whole = {"AutoScalingGroupName": group.id}

    def seen() -> tuple[Any, ...]:
        found = client.describe_auto_scaling_groups(AutoScalingGroupNames=[group.id])
        (shown,) = found["AutoScalingGroups"]
        hooks = client.describe_lifecycle_hooks(**whole)["LifecycleHooks"]
        actions = client.describe_scheduled_actions(**whole)["ScheduledUpdateGroupActions"]
        return (
            shown.get("TargetGroupARNs", []),
            {t["Key"]: t["Value"] for t in shown["Tags"] if t["Key"] in ("Team", "Group")},
            [one["HeartbeatTimeout"] for one in hooks],
            [one["MaxSize"] for one in actions],
        )

    assert seen() == ([targets["arn"]], {"Group": "red"}, [600], [2])
    for made in (tag, night, hook, attached):
        world.delete(made)
        world.delete(made)
    assert seen() == ([], {}, [], [])
    world.delete(group)
