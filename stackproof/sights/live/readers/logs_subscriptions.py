"""Where log groups send what they get, as AWS shows it: asked for where the state names it."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LOG_GROUP, LOG_SUBSCRIPTION_FILTER

_FILTER = {
    "apply_on_transformed_logs": "applyOnTransformedLogs",
    "destination_arn": "destinationArn",
    "distribution": "distribution",
    "emit_system_fields": "emitSystemFields",
    "log_group": "logGroupName",
    "name": "filterName",
    "role_arn": "roleArn",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {"filter_pattern": item.get("filterPattern") or "", **taken(item, _FILTER)}
    yield shown(scope, LOG_SUBSCRIPTION_FILTER, _id(item), data, name=item["filterName"])


def _id(item: Item) -> str:
    return f"{item['logGroupName']}|{item['filterName']}"


READERS = (
    Reader(
        types=(LOG_SUBSCRIPTION_FILTER,),
        listing=Ask("logs", "DescribeSubscriptionFilters", "subscriptionFilters"),
        # A call for each log group would be more than all other calls together.
        targets=lambda scope: (),
        get_parameters=lambda id_, state: {
            "logGroupName": state["log_group"],
            "filterNamePrefix": state["name"],
        },
        key=lambda item, scope: Key(_id(item), tags={}, parent_ids=(item["logGroupName"],)),
        build=_build,
        arn_service="logs",
        parents=(LOG_GROUP,),
        known_by={LOG_SUBSCRIPTION_FILTER: ("log_group", "name")},
    ),
)
