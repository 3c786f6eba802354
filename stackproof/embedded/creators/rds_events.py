"""RDS: who is told of what happens to databases."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.tokens import RDS_EVENT_SUBSCRIPTION

table(
    Plain(
        type=RDS_EVENT_SUBSCRIPTION,
        service="rds",
        create=Call(
            "create_event_subscription", {"name": "subscription_name", "sns_topic": "sns_topic_arn"}
        ),
        outputs={
            "arn": "EventSubscription.EventSubscriptionArn",
            "customer_aws_id": "EventSubscription.CustomerAwsId",
        },
        id="{name}",
        delete=Call("delete_event_subscription", {"name": "subscription_name"}),
        gone=("SubscriptionNotFound",),
        defaults={"enabled": True},
        auto_name="name",
        tagged="arn",
        tag_calls=("add_tags_to_resource", "remove_tags_from_resource"),
        # The AWS provider changes most of these in place, which moto doesn't.
        replace_on=frozenset(
            {
                "enabled",
                "event_categories",
                "name",
                "name_prefix",
                "sns_topic",
                "source_ids",
                "source_type",
            }
        ),
    ),
)
