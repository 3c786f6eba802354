"""Developer Tools notifications: rules that tell of builds, deployments and pipelines."""

from __future__ import annotations

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import NOTIFICATION_RULE

RULE = Type(
    token=NOTIFICATION_RULE,
    service="codestar-notifications",
    listing=Listing(operation="ListNotificationRules", result="NotificationRules"),
    id="{Arn}",
    arn="{Arn}",
    name="{Arn}",
    questions={
        "rule": Question(
            operation="DescribeNotificationRule",
            parameters={"Arn": "{Arn}"},
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    names={
        "event_type_ids": (
            "EventTypes",
            lambda told: [event["EventTypeId"] for event in told or ()],
        ),
        "targets": (
            "Targets",
            lambda told: [
                {
                    "address": target["TargetAddress"],
                    "status": target.get("TargetStatus"),
                    "type": target.get("TargetType"),
                }
                for target in told or ()
            ],
        ),
    },
    tags="rule:Tags",
    arn_service="codestar-notifications",
)

TYPES = (RULE,)
