"""CloudWatch Logs: streams, subscriptions, destinations, and who may write."""

from __future__ import annotations

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    creator,
    parameters,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_STREAM = {"name": "log_stream_name"}
_DESTINATION = {"name": "destination_name"}
_FILTER = {"log_group": "log_group_name", "name": "filter_name"}

table(
    Plain(
        type="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        service="logs",
        put=Call("put_resource_policy"),
        id="{policy_name}",
        delete=Call("delete_resource_policy"),
        replace_on=frozenset({"policy_name"}),
    ),
    Plain(
        type="aws:cloudwatch/logDestination:LogDestination",
        service="logs",
        put=Call("put_destination", _DESTINATION),
        id="{name}",
        outputs={"arn": "destination.arn"},
        delete=Call("delete_destination", _DESTINATION),
        tagged="arn",
        replace_on=frozenset({"name"}),
    ),
    Plain(
        type="aws:cloudwatch/logStream:LogStream",
        service="logs",
        create=Call("create_log_stream", _STREAM),
        id="{name}",
        composed={
            "arn": "arn:{partition}:logs:{region}:{account}:log-group:{log_group_name}"
            ":log-stream:{name}"
        },
        delete=Call("delete_log_stream", _STREAM),
        replace_on=frozenset({"log_group_name", "name"}),
        auto_name="name",
        auto_name_limit=512,
    ),
    Plain(
        type="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        service="logs",
        put=Call("put_subscription_filter", _FILTER),
        id="{log_group}|{name}",
        delete=Call("delete_subscription_filter", _FILTER),
        replace_on=frozenset({"log_group", "name"}),
        auto_name="name",
        auto_name_limit=512,
    ),
)


@creator
class LogDestinationPolicy(Creator):
    """Who may send logs to a destination; AWS has no way to take it away."""

    type = "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy"
    replace_on = frozenset({"destination_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the policy."""
        self._put(aws, inputs)
        return Created(inputs["destination_name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put another policy in its place."""
        self._put(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Forget it, as the AWS provider does."""

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        request = parameters(aws, "logs", "put_destination_policy", inputs)
        aws.client("logs").put_destination_policy(**request)
