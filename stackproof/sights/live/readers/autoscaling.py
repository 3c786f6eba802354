"""Auto Scaling groups and their scaling policies, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import AUTOSCALING_GROUP, AUTOSCALING_POLICY

_GROUP = {
    "arn": "AutoScalingGroupARN",
    "capacity_rebalance": "CapacityRebalance",
    "context": "Context",
    "default_cooldown": "DefaultCooldown",
    "default_instance_warmup": "DefaultInstanceWarmup",
    "desired_capacity": "DesiredCapacity",
    "desired_capacity_type": "DesiredCapacityType",
    "health_check_grace_period": "HealthCheckGracePeriod",
    "health_check_type": "HealthCheckType",
    "launch_configuration": "LaunchConfigurationName",
    "max_instance_lifetime": "MaxInstanceLifetime",
    "max_size": "MaxSize",
    "min_size": "MinSize",
    "name": "AutoScalingGroupName",
    "placement_group": "PlacementGroup",
    "protect_from_scale_in": "NewInstancesProtectedFromScaleIn",
    "service_linked_role_arn": "ServiceLinkedRoleARN",
}
_LISTS = {
    "availability_zones": "AvailabilityZones",
    "load_balancers": "LoadBalancerNames",
    "target_group_arns": "TargetGroupARNs",
    "termination_policies": "TerminationPolicies",
}
_BLOCKS = {
    "availability_zone_distribution": "AvailabilityZoneDistribution",
    "instance_maintenance_policy": "InstanceMaintenancePolicy",
    "mixed_instances_policy": "MixedInstancesPolicy",
    "warm_pool": "WarmPoolConfiguration",
}
_POLICY = {
    "adjustment_type": "AdjustmentType",
    "arn": "PolicyARN",
    "autoscaling_group_name": "AutoScalingGroupName",
    "cooldown": "Cooldown",
    "enabled": "Enabled",
    "estimated_instance_warmup": "EstimatedInstanceWarmup",
    "metric_aggregation_type": "MetricAggregationType",
    "min_adjustment_magnitude": "MinAdjustmentMagnitude",
    "name": "PolicyName",
    "policy_type": "PolicyType",
    "scaling_adjustment": "ScalingAdjustment",
}


def group_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeAutoScalingGroups says of one group, its tags left out."""
    template = item.get("LaunchTemplate")
    metrics = item.get("EnabledMetrics") or ()
    subnets = item.get("VPCZoneIdentifier") or ""
    data = taken(item, _GROUP)
    data |= {name: list(item.get(member) or ()) for name, member in _LISTS.items()}
    data |= {name: snake(block) for name, block in taken(item, _BLOCKS).items()}
    data |= {
        "enabled_metrics": sorted(metric["Metric"] for metric in metrics),
        "suspended_processes": sorted(
            process["ProcessName"] for process in item.get("SuspendedProcesses") or ()
        ),
        "vpc_zone_identifiers": [part.strip() for part in subnets.split(",") if part.strip()],
    }
    if metrics:
        data["metrics_granularity"] = metrics[0]["Granularity"]
    if template:
        data["launch_template"] = {
            "id": template.get("LaunchTemplateId"),
            "name": template.get("LaunchTemplateName"),
            "version": template.get("Version"),
        }
    return data


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    # The AWS provider writes a group's tags as a list: each says whether instances get it, too.
    tags = [
        {
            "key": tag["Key"],
            "value": tag.get("Value", ""),
            "propagate_at_launch": tag.get("PropagateAtLaunch", False),
        }
        for tag in item.get("Tags") or ()
        if not tag["Key"].startswith("aws:")
    ]
    name = item["AutoScalingGroupName"]
    data = {**group_properties(item), "tags": tags}
    yield shown(scope, AUTOSCALING_GROUP, name, data, arn=item["AutoScalingGroupARN"], name=name)


def policy_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribePolicies says of one policy."""
    data = taken(item, _POLICY)
    if tracking := item.get("TargetTrackingConfiguration"):
        data["target_tracking_configuration"] = _tracking(tracking)
    if predictive := item.get("PredictiveScalingConfiguration"):
        data["predictive_scaling_configuration"] = snake(predictive)
    data["step_adjustments"] = [
        {key: _bound(key, value) for key, value in snake(step).items()}
        for step in item.get("StepAdjustments") or ()
    ]
    return data


def _tracking(item: Item) -> dict[str, Any]:
    tracking: dict[str, Any] = {"disable_scale_in": False, **snake(item)}
    custom = tracking.get("customized_metric_specification")
    if custom and "dimensions" in custom:
        custom["metric_dimensions"] = custom.pop("dimensions")
    return tracking


def _bound(key: str, value: Any) -> Any:
    """Give the bounds of a step as text, as the AWS provider does."""
    return f"{float(value):g}" if key.startswith("metric_interval") else value


def _build_policy(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["PolicyName"]
    yield shown(
        scope, AUTOSCALING_POLICY, name, policy_properties(item), arn=item["PolicyARN"], name=name
    )


READERS = (
    Reader(
        types=(AUTOSCALING_GROUP,),
        listing=Ask("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups"),
        get_parameters=lambda id_, state: {"AutoScalingGroupNames": [id_]},
        key=lambda item, scope: Key(
            item["AutoScalingGroupName"],
            item["AutoScalingGroupARN"],
            tags={tag["Key"]: tag.get("Value", "") for tag in item.get("Tags") or ()},
            inside=tuple(filter(None, (item.get("VPCZoneIdentifier") or "").split(","))),
        ),
        build=_build_group,
        dying=in_state("Status", "Delete in progress"),
        # The tagging API never lists groups, but there is none without a network and instances.
        arn_service="ec2",
    ),
    Reader(
        types=(AUTOSCALING_POLICY,),
        listing=Ask("autoscaling", "DescribePolicies", "ScalingPolicies"),
        # There is none without its group: one question for all groups, and none for no group.
        targets=lambda scope: ({},) if scope.members[AUTOSCALING_GROUP] else (),
        get_parameters=lambda id_, state: {
            "AutoScalingGroupName": state["autoscaling_group_name"],
            "PolicyNames": [id_],
        },
        key=lambda item, scope: Key(
            item["PolicyName"],
            item["PolicyARN"],
            tags={},
            parent_ids=(item["AutoScalingGroupName"],),
        ),
        build=_build_policy,
        arn_service="autoscaling",
        parents=(AUTOSCALING_GROUP,),
    ),
)
