"""RDS: who is told of what happens to databases."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import RDS_EVENT_SUBSCRIPTION

EVENT_SUBSCRIPTION = Type(
    token=RDS_EVENT_SUBSCRIPTION,
    service="rds",
    listing=Listing(
        operation="DescribeEventSubscriptions",
        result="EventSubscriptionsList",
        single={"SubscriptionName": "{id}"},
        absent=("SubscriptionNotFound",),
    ),
    id="{CustSubscriptionId}",
    arn="{EventSubscriptionArn}",
    name="{CustSubscriptionId}",
    names={
        "event_categories": "EventCategoriesList",
        "name": "CustSubscriptionId",
        "sns_topic": "SnsTopicArn",
        "source_ids": "SourceIdsList",
    },
    # What tells the stack's topic is the stack's, whoever else may have made it.
    parent_ids=("SnsTopicArn",),
    unread=frozenset({"name_prefix"}),
    arn_service="rds",
)

TYPES = (EVENT_SUBSCRIPTION,)
