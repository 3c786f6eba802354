"""EC2 Auto Scaling: settings of groups and policies that moto loses."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.keeping import keep, keep_defaults
from stackproof.embedded.overlay.registry import handles, postprocesses, validates

_METRICS = (
    "GroupAndWarmPoolDesiredCapacity",
    "GroupAndWarmPoolTotalCapacity",
    "GroupDesiredCapacity",
    "GroupInServiceCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingCapacity",
    "GroupPendingInstances",
    "GroupStandbyCapacity",
    "GroupStandbyInstances",
    "GroupTerminatingCapacity",
    "GroupTerminatingInstances",
    "GroupTotalCapacity",
    "GroupTotalInstances",
    "WarmPoolDesiredCapacity",
    "WarmPoolMinSize",
    "WarmPoolPendingCapacity",
    "WarmPoolTerminatingCapacity",
    "WarmPoolTotalCapacity",
    "WarmPoolWarmedCapacity",
)


@postprocesses("autoscaling", "CreateAutoScalingGroup", "UpdateAutoScalingGroup")
def group(call: Call, _: dict[str, Any]) -> None:
    """Keep how long instances live and warm up, and how they are replaced.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
    """
    found = _group(call)
    keep(
        found,
        call.params,
        [
            "AvailabilityZoneDistribution",
            "CapacityRebalance",
            "Context",
            "DefaultCooldown",
            "DefaultInstanceWarmup",
            "DesiredCapacityType",
            "InstanceMaintenancePolicy",
            "MaxInstanceLifetime",
            "PlacementGroup",
            "TerminationPolicies",
        ],
    )
    keep_defaults(
        found,
        {"AvailabilityZoneDistribution": {"CapacityDistributionStrategy": "balanced-best-effort"}},
    )


@validates("autoscaling", "CreateAutoScalingGroup", "UpdateAutoScalingGroup")
def demand_possible_capacity(call: Call) -> None:
    """Refuse a desired capacity outside of the group's limits.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
    """
    known = call.backend("autoscaling").autoscaling_groups.get(call.params["AutoScalingGroupName"])
    desired = call.params.get("DesiredCapacity")
    least = call.params.get("MinSize", getattr(known, "min_size", None))
    most = call.params.get("MaxSize", getattr(known, "max_size", None))
    if desired is None or least is None or most is None:
        return
    if not int(least) <= int(desired) <= int(most):
        raise AwsError(
            "ValidationError",
            f"Desired capacity:{desired} must be between the specified min size:{least} and max "
            f"size:{most}",
            400,
        )


@postprocesses("autoscaling", "EnableMetricsCollection")
def enable_metrics(call: Call, _: dict[str, Any]) -> None:
    """Add to the metrics that a group sends; all of them when none is named.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
    """
    wanted = set(call.params.get("Metrics") or _METRICS)
    _show_metrics(_group(call), wanted | _metrics(call))


@handles("autoscaling", "DisableMetricsCollection")
def disable_metrics(call: Call) -> dict[str, Any]:
    """Send fewer metrics; none when none is named.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html
    """
    name = call.params["AutoScalingGroupName"]
    if name not in call.backend("autoscaling").autoscaling_groups:
        raise AwsError("ValidationError", f"AutoScalingGroup name not found - {name}", 400)
    gone = set(call.params.get("Metrics") or _METRICS)
    _show_metrics(_group(call), _metrics(call) - gone)
    return {}


@postprocesses("autoscaling", "PutScalingPolicy")
def policy(call: Call, answer: dict[str, Any]) -> None:
    """Keep whether a policy acts, and answer with its ARN under AWS's name for it.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScalingPolicy.html
    """
    found = call.backend("autoscaling").policies[call.params["PolicyName"]]
    keep(found, call.params, ["Enabled"])
    keep_defaults(found, {"Enabled": True, "PolicyARN": found.arn})
    answer["PolicyARN"] = found.arn


def _group(call: Call) -> Any:
    return call.backend("autoscaling").autoscaling_groups[call.params["AutoScalingGroupName"]]


def _metrics(call: Call) -> set[str]:
    return {metric["Metric"] for metric in getattr(_group(call), "EnabledMetrics", ())}


def _show_metrics(found: Any, names: set[str]) -> None:
    found.EnabledMetrics = [{"Metric": n, "Granularity": "1Minute"} for n in sorted(names)]


@postprocesses("autoscaling", "DescribeScheduledActions")
def name_schedules(call: Call, answer: dict[str, Any]) -> None:
    """Show the ARN of each scheduled action.

    AWS: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScheduledUpdateGroupAction.html
    """
    for action in answer.get("ScheduledUpdateGroupActions") or ():
        group, name = action["AutoScalingGroupName"], action["ScheduledActionName"]
        action["ScheduledActionARN"] = (
            f"arn:aws:autoscaling:{call.region}:{call.account}:scheduledUpdateGroupAction:"
            f"{uuid5(NAMESPACE_URL, f'{group}/{name}')}:"
            f"autoScalingGroupName/{group}:scheduledActionName/{name}"
        )
