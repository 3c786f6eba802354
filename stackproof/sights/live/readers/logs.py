"""Log groups and their metric filters, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LOG_GROUP, LOG_METRIC_FILTER


def _group_arn(item: Item) -> str:
    # The older member `arn` ends in `:*`, which nothing else calls the group by.
    return str(item.get("logGroupArn") or item["arn"]).removesuffix(":*")


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = _group_arn(item), item["logGroupName"]
    yield Resource(
        data={
            "arn": arn,
            "deletion_protection_enabled": item.get("deletionProtectionEnabled", False),
            "kms_key_id": item.get("kmsKeyId"),
            "log_group_class": item.get("logGroupClass", "STANDARD"),
            "name": name,
            "retention_in_days": item.get("retentionInDays", 0),
            "tags": scope.tags_of(arn),
        },
        type=LOG_GROUP,
        name=name,
        id=name,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


def _transformation(item: Item) -> Mapping[str, Any]:
    given = item["metricTransformations"][0]
    default = given.get("defaultValue")
    return {
        "name": given["metricName"],
        "namespace": given["metricNamespace"],
        "value": given["metricValue"],
        "default_value": None if default is None else f"{default:g}",
        "dimensions": given.get("dimensions") or None,
        "unit": given.get("unit", "None"),
    }


def _build_filter(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={
            "apply_on_transformed_logs": item.get("applyOnTransformedLogs", False),
            "log_group_name": item["logGroupName"],
            "metric_transformation": _transformation(item),
            "name": item["filterName"],
            "pattern": item.get("filterPattern", ""),
        },
        type=LOG_METRIC_FILTER,
        name=item["filterName"],
        id=item["filterName"],
        account=scope.account,
        region=scope.region,
    )


# Whether any group has a filter says the listing of groups, which is asked anyway.
_FILTERS = "logs:metric-filter"


def _tell_of_filters(item: Item, scope: Scope) -> None:
    if item.get("metricFilterCount") != 0:
        scope.hints.add(_FILTERS)


READERS = (
    Reader(
        types=(LOG_GROUP,),
        listing=Ask("logs", "DescribeLogGroups", "logGroups"),
        get_parameters=lambda id_, state: {"logGroupNamePrefix": id_},
        key=lambda item, scope: Key(item["logGroupName"], _group_arn(item)),
        build=_build_group,
        arn_service="logs",
        tells=_tell_of_filters,
    ),
    Reader(
        types=(LOG_METRIC_FILTER,),
        listing=Ask("logs", "DescribeMetricFilters", "metricFilters"),
        targets=lambda scope: ({},) if _FILTERS in scope.hints else (),
        get_parameters=lambda id_, state: {
            "logGroupName": state["log_group_name"],
            "filterNamePrefix": id_,
        },
        key=lambda item, scope: Key(
            item["filterName"], tags={}, parent_ids=(item["logGroupName"],)
        ),
        build=_build_filter,
        arn_service="logs",
        parents=(LOG_GROUP,),
    ),
)
