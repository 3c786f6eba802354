"""EC2 Auto Scaling: groups and their scaling policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    changed,
    creator,
    parameters,
    physical_name,
)

_RENAME = {
    "load_balancers": "LoadBalancerNames",
    "protect_from_scale_in": "NewInstancesProtectedFromScaleIn",
}
# Changed by operations of their own.
_APART = ("load_balancers", "name", "tags", "target_group_arns")


@creator
class Group(Creator):
    """An Auto Scaling group, whose instances are launched at once."""

    type = "aws:autoscaling/group:Group"
    joined_later = frozenset({"load_balancers", "target_group_arns", "warm_pool"})
    replace_on = frozenset({"name", "name_prefix"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {
        "force_delete": False,
        "force_delete_warm_pool": False,
        "health_check_grace_period": 300,
        "ignore_failed_scaling_activities": False,
        "metrics_granularity": "1Minute",
        "protect_from_scale_in": False,
        "wait_for_capacity_timeout": "10m",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group."""
        name, asg = physical_name(inputs), aws.client("autoscaling")
        request = self._request(aws, "create_auto_scaling_group", name, inputs, "name", "tags")
        asg.create_auto_scaling_group(**request, Tags=_tags(name, inputs))
        for hook in inputs.get("initial_lifecycle_hooks") or ():
            named = {**hook, "lifecycle_hook_name": hook["name"], "auto_scaling_group_name": name}
            asg.put_lifecycle_hook(**parameters(aws, "autoscaling", "put_lifecycle_hook", named))
        self._put_warm_pool(aws, name, {}, inputs)
        self._put_metrics(aws, name, {}, inputs)
        self._put_suspended(aws, name, {}, inputs)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the group in place."""
        asg = aws.client("autoscaling")
        request = self._request(aws, "update_auto_scaling_group", id_, new, *_APART)
        asg.update_auto_scaling_group(**request)
        if gone := _keys(old) - _keys(new):
            asg.delete_tags(Tags=[t for t in _tags(id_, old) if t["Key"] in gone])
        if new.get("tags"):
            asg.create_or_update_tags(Tags=_tags(id_, new))
        added, removed = _added_and_removed(old, new, "target_group_arns")
        if added:
            asg.attach_load_balancer_target_groups(AutoScalingGroupName=id_, TargetGroupARNs=added)
        if removed:
            asg.detach_load_balancer_target_groups(
                AutoScalingGroupName=id_, TargetGroupARNs=removed
            )
        added, removed = _added_and_removed(old, new, "load_balancers")
        if added:
            asg.attach_load_balancers(AutoScalingGroupName=id_, LoadBalancerNames=added)
        if removed:
            asg.detach_load_balancers(AutoScalingGroupName=id_, LoadBalancerNames=removed)
        self._put_warm_pool(aws, id_, old, new)
        self._put_metrics(aws, id_, old, new)
        self._put_suspended(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group with its instances, for which the provider waits."""
        asg = aws.client("autoscaling")
        if asg.describe_auto_scaling_groups(AutoScalingGroupNames=[id_])["AutoScalingGroups"]:
            asg.delete_auto_scaling_group(AutoScalingGroupName=id_, ForceDelete=True)

    def _request(
        self, aws: Cloud, operation: str, name: str, inputs: Properties, *omit: str
    ) -> dict[str, Any]:
        request = parameters(aws, "autoscaling", operation, inputs, rename=_RENAME, omit=omit)
        request["AutoScalingGroupName"] = name
        if inputs.get("vpc_zone_identifiers"):
            request["VPCZoneIdentifier"] = ",".join(inputs["vpc_zone_identifiers"])
        if inputs.get("launch_configuration"):
            request["LaunchConfigurationName"] = inputs["launch_configuration"]
        if template := inputs.get("launch_template"):
            request["LaunchTemplate"] = _template(template)
        return request

    def _put_warm_pool(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        asg, named = aws.client("autoscaling"), {"AutoScalingGroupName": name}
        if not changed(old, new, "warm_pool"):
            return
        if new.get("warm_pool"):
            pool = parameters(aws, "autoscaling", "put_warm_pool", new["warm_pool"])
            asg.put_warm_pool(**pool, **named)
        else:
            asg.delete_warm_pool(**named)

    def _put_metrics(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        asg, named = aws.client("autoscaling"), {"AutoScalingGroupName": name}
        added, removed = _added_and_removed(old, new, "enabled_metrics")
        if removed:
            asg.disable_metrics_collection(**named, Metrics=removed)
        if added:
            granularity = new["metrics_granularity"]
            asg.enable_metrics_collection(**named, Metrics=added, Granularity=granularity)

    def _put_suspended(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        asg, named = aws.client("autoscaling"), {"AutoScalingGroupName": name}
        added, removed = _added_and_removed(old, new, "suspended_processes")
        if removed:
            asg.resume_processes(**named, ScalingProcesses=removed)
        if added:
            asg.suspend_processes(**named, ScalingProcesses=added)


@creator
class Policy(Creator):
    """How a group grows and shrinks."""

    type = "aws:autoscaling/policy:Policy"
    replace_on = frozenset({"autoscaling_group_name", "name"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"enabled": True, "policy_type": "SimpleScaling"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the policy."""
        self._put(aws, inputs)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the policy anew."""
        self._put(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the policy."""
        group = {"AutoScalingGroupName": state["autoscaling_group_name"]}
        asg = aws.client("autoscaling")
        if asg.describe_policies(**group, PolicyNames=[id_])["ScalingPolicies"]:
            asg.delete_policy(**group, PolicyName=id_)

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        named = {**inputs, "policy_name": inputs["name"]}
        rename = {
            "autoscaling_group_name": "AutoScalingGroupName",
            "metric_dimensions": "Dimensions",
        }
        request = parameters(aws, "autoscaling", "put_scaling_policy", named, rename=rename)
        aws.client("autoscaling").put_scaling_policy(**request)


def _template(template: Properties) -> dict[str, Any]:
    # AWS wants the id or the name, not both; a state that was read has both.
    key = "LaunchTemplateId" if template.get("id") else "LaunchTemplateName"
    named = {key: template.get("id") or template["name"]}
    return named | ({"Version": str(template["version"])} if template.get("version") else {})


def _tags(name: str, inputs: Properties) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": tag["propagate_at_launch"],
        }
        for tag in inputs.get("tags") or ()
    ]


def _keys(properties: Properties) -> set[str]:
    return {tag["key"] for tag in properties.get("tags") or ()}


def _added_and_removed(
    old: Mapping[str, Any], new: Mapping[str, Any], name: str
) -> tuple[list[str], list[str]]:
    before, now = set(old.get(name) or ()), set(new.get(name) or ())
    return sorted(now - before), sorted(before - now)
