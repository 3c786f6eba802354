"""VPC flow logs, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, known, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import FLOW_LOG, SUBNET, VPC

_NAMES = {
    "deliver_cross_account_role": "DeliverCrossAccountRole",
    "iam_role_arn": "DeliverLogsPermissionArn",
    "log_destination": "LogDestination",
    "log_destination_type": "LogDestinationType",
    "log_format": "LogFormat",
    "max_aggregation_interval": "MaxAggregationInterval",
    "traffic_type": "TrafficType",
}
_WATCHED = {
    "vpc": "vpc_id",
    "subnet": "subnet_id",
    "eni": "eni_id",
    "tgw": "transit_gateway_id",
}


def _flow_logs(scope: Scope) -> Iterator[Parameters]:
    yield from with_ids("resource-id", "Filter")([*scope.ids(VPC), *scope.ids(SUBNET)])


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_, watched = item["FlowLogId"], item["ResourceId"]
    data: dict[str, Any] = taken(item, _NAMES) | {"tags": own_tags(item.get("Tags"))}
    if (kind := watched.partition("-")[0]) in _WATCHED:
        data[_WATCHED[kind]] = watched
    if item.get("LogGroupName") and "log_destination" not in data:
        data["log_destination"] = scope.arn("logs", f"log-group:{item['LogGroupName']}")
    if item.get("DestinationOptions"):
        data["destination_options"] = snake(item["DestinationOptions"])
    yield shown(scope, FLOW_LOG, id_, data, arn=scope.arn("ec2", f"vpc-flow-log/{id_}"))


READERS = (
    Reader(
        types=(FLOW_LOG,),
        listing=Ask("ec2", "DescribeFlowLogs", "FlowLogs"),
        targets=_flow_logs,
        ids=known("vpc-flow-log", "fl"),
        by_ids=with_ids("flow-log-id", "Filter"),
        get_parameters=lambda id_, state: {"FlowLogIds": [id_]},
        key=lambda item, scope: Key(
            item["FlowLogId"], tags=own_tags(item.get("Tags")), parent_ids=(item["ResourceId"],)
        ),
        build=_build,
        arn_service="ec2",
        parents=(VPC, SUBNET),
    ),
)
