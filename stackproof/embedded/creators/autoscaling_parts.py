"""Auto Scaling: what is attached to a group, and what a group does at certain times."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties, creator
from stackproof.embedded.frame.plain import Call, Plain, table

_HOOK = {"name": "lifecycle_hook_name"}
_ATTACHED = {"lb_target_group_arn": "TargetGroupARNs"}


def _size(given: Any) -> Any:
    """Give a size; -1 leaves it as it is."""
    return None if int(given) == -1 else given


table(
    Plain(
        type="aws:autoscaling/attachment:Attachment",
        service="autoscaling",
        create=Call("attach_load_balancer_target_groups", _ATTACHED),
        id="{autoscaling_group_name}-{lb_target_group_arn}",
        delete=Call("detach_load_balancer_target_groups", _ATTACHED),
        gone=("InvalidTarget", "ValidationError"),
        replace_on=frozenset({"autoscaling_group_name", "elb", "lb_target_group_arn"}),
    ),
    Plain(
        type="aws:autoscaling/lifecycleHook:LifecycleHook",
        service="autoscaling",
        put=Call("put_lifecycle_hook", _HOOK),
        id="{name}",
        delete=Call("delete_lifecycle_hook", _HOOK),
        gone=("ValidationError",),
        replace_on=frozenset({"autoscaling_group_name", "name"}),
        auto_name="name",
    ),
    Plain(
        type="aws:autoscaling/schedule:Schedule",
        service="autoscaling",
        put=Call("put_scheduled_update_group_action"),
        read=Call(
            "describe_scheduled_actions", {"scheduled_action_name": "scheduled_action_names"}
        ),
        shown={
            "arn": "ScheduledUpdateGroupActions.0.ScheduledActionARN",
            "desired_capacity": "ScheduledUpdateGroupActions.0.DesiredCapacity",
            "max_size": "ScheduledUpdateGroupActions.0.MaxSize",
            "min_size": "ScheduledUpdateGroupActions.0.MinSize",
        },
        id="{scheduled_action_name}",
        delete=Call("delete_scheduled_action"),
        shapes={"desired_capacity": _size, "max_size": _size, "min_size": _size},
        gone=("ValidationError",),
        replace_on=frozenset({"autoscaling_group_name", "scheduled_action_name"}),
    ),
)


@creator
class Tag(Creator):
    """One tag of a group that is made elsewhere."""

    type = "aws:autoscaling/tag:Tag"
    replace_on = frozenset({"autoscaling_group_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the tag."""
        aws.client("autoscaling").create_or_update_tags(Tags=[_tag(inputs)])
        return Created(f"{inputs['autoscaling_group_name']},{inputs['tag']['key']}")

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the tag anew, and take away one that is called otherwise."""
        if old["tag"]["key"] != new["tag"]["key"]:
            self.delete(aws, id_, old)
        aws.client("autoscaling").create_or_update_tags(Tags=[_tag(new)])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the tag away."""
        aws.client("autoscaling").delete_tags(Tags=[_tag(state)])


def _tag(properties: Properties) -> dict[str, Any]:
    tag = properties["tag"]
    return {
        "ResourceId": properties["autoscaling_group_name"],
        "ResourceType": "auto-scaling-group",
        "Key": tag["key"],
        "Value": tag["value"],
        "PropagateAtLaunch": bool(tag["propagate_at_launch"]),
    }
