"""SNS: topics, their policies and subscriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    physical_name,
    retag,
    tag_list,
)
from stackproof.types.aws_names import SNS_SUBSCRIPTION_ATTRIBUTES, SNS_TOPIC_ATTRIBUTES


@creator
class Topic(Creator):
    """A topic."""

    type = "aws:sns/topic:Topic"
    joined_later = frozenset({"policy"})
    replace_on = frozenset({"name", "name_prefix", "fifo_topic"})
    auto_name = "name"
    auto_name_limit = 256
    defaults: ClassVar[Properties] = {"content_based_deduplication": False, "fifo_topic": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the topic."""
        arn = aws.client("sns").create_topic(
            Name=physical_name(inputs, limit=256),
            Attributes=_attributes(inputs, SNS_TOPIC_ATTRIBUTES),
            Tags=tag_list(inputs.get("tags")),
        )["TopicArn"]
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the attributes that differ."""
        sns = aws.client("sns")
        wanted = _attributes(new, SNS_TOPIC_ATTRIBUTES)
        for name, attribute in SNS_TOPIC_ATTRIBUTES.items():
            if name in new and changed(old, new, name):
                sns.set_topic_attributes(
                    TopicArn=id_, AttributeName=attribute, AttributeValue=wanted[attribute]
                )
        retag(aws, "sns", id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the topic."""
        with already_gone():
            aws.client("sns").delete_topic(TopicArn=id_)


@creator
class TopicPolicy(Creator):
    """Who may do what with a topic."""

    type = "aws:sns/topicPolicy:TopicPolicy"
    replace_on = frozenset({"arn"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the policy."""
        self._put(aws, inputs["arn"], inputs["policy"])
        return Created(inputs["arn"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the policy anew."""
        self._put(aws, id_, new["policy"])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Give the topic back the policy that it was made with."""
        owner_only = {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
                    "Resource": id_,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": aws.account}},
                }
            ],
        }
        with already_gone():
            self._put(aws, id_, json.dumps(owner_only))

    def _put(self, aws: Cloud, arn: str, policy: str) -> None:
        aws.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy
        )


@creator
class TopicSubscription(Creator):
    """Who hears of a topic's messages."""

    type = "aws:sns/topicSubscription:TopicSubscription"
    replace_on = frozenset({"endpoint", "protocol", "topic"})
    defaults: ClassVar[Properties] = {
        "confirmation_timeout_in_minutes": 1,
        "endpoint_auto_confirms": False,
        "raw_message_delivery": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Subscribe; an e-mail address has to confirm."""
        sns = aws.client("sns")
        arn = sns.subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            Attributes=_attributes(inputs, SNS_SUBSCRIPTION_ATTRIBUTES),
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the attributes that differ."""
        wanted = _attributes(new, SNS_SUBSCRIPTION_ATTRIBUTES)
        for name, attribute in SNS_SUBSCRIPTION_ATTRIBUTES.items():
            if changed(old, new, name):
                aws.client("sns").set_subscription_attributes(
                    SubscriptionArn=id_,
                    AttributeName=attribute,
                    AttributeValue=wanted.get(attribute, "{}"),
                )

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Unsubscribe."""
        with already_gone():
            aws.client("sns").unsubscribe(SubscriptionArn=id_)


def _attributes(inputs: Properties, names: Mapping[str, str]) -> dict[str, str]:
    """Give the attributes that are set, all as text, as SNS takes them."""
    given = {member: inputs.get(name) for name, member in names.items()}
    # Only FIFO topics know this attribute; SNS refuses it on others.
    if not inputs.get("fifo_topic"):
        given = {k: v for k, v in given.items() if k not in ("FifoTopic", _DEDUPLICATION)}
    return {name: _text(value) for name, value in given.items() if value is not None}


_DEDUPLICATION = "ContentBasedDeduplication"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
