"""Auto Scaling: the sizes that groups are set to at certain times."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import AUTOSCALING_GROUP, AUTOSCALING_SCHEDULE

SCHEDULE = Type(
    token=AUTOSCALING_SCHEDULE,
    service="autoscaling",
    listing=Listing(
        operation="DescribeScheduledActions",
        result="ScheduledUpdateGroupActions",
        parent=AUTOSCALING_GROUP,
        by="AutoScalingGroupName",
        single={
            "AutoScalingGroupName": "{autoscaling_group_name}",
            "ScheduledActionNames": ["{id}"],
        },
        absent=("ValidationError",),
    ),
    id="{ScheduledActionName}",
    arn="{ScheduledActionARN}",
    name="{ScheduledActionName}",
    # What is left as it is, Pulumi writes as -1.
    omitted={"desired_capacity": -1, "max_size": -1, "min_size": -1},
    parent_ids=("AutoScalingGroupName",),
)

TYPES = (SCHEDULE,)
