"""CloudWatch Logs: streams, subscriptions, and who may write."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_STREAM = {"name": "log_stream_name"}
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
