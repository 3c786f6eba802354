"""Alarms and dashboards, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import CLOUDWATCH_COMPOSITE_ALARM, DASHBOARD, METRIC_ALARM

# Asked for together, so that it is one question: AWS leaves out composite alarms otherwise.
_BOTH = {"AlarmTypes": ["CompositeAlarm", "MetricAlarm"]}
_ALARM = {
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "alarm_description": "AlarmDescription",
    "arn": "AlarmArn",
    "comparison_operator": "ComparisonOperator",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
    "evaluation_periods": "EvaluationPeriods",
    "extended_statistic": "ExtendedStatistic",
    "insufficient_data_actions": "InsufficientDataActions",
    "metric_name": "MetricName",
    "name": "AlarmName",
    "namespace": "Namespace",
    "ok_actions": "OKActions",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "threshold_metric_id": "ThresholdMetricId",
    "unit": "Unit",
}


def alarm_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeAlarms says of one metric alarm."""
    return {name: item.get(member) for name, member in _ALARM.items()} | {
        "dimensions": tag_map(item.get("Dimensions"), "Name", "Value"),
        "metric_queries": [_query(query) for query in item.get("Metrics", ())],
        "treat_missing_data": item.get("TreatMissingData", "missing"),
    }


def _query(item: Item) -> dict[str, Any]:
    query: dict[str, Any] = snake({k: v for k, v in item.items() if k != "MetricStat"})
    stat = item.get("MetricStat")
    if stat:
        query["metric"] = {
            "dimensions": tag_map(stat["Metric"].get("Dimensions"), "Name", "Value"),
            "metric_name": stat["Metric"]["MetricName"],
            "namespace": stat["Metric"].get("Namespace"),
            "period": stat["Period"],
            "stat": stat["Stat"],
            "unit": stat.get("Unit"),
        }
    return query


def _build_alarm(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={**alarm_properties(item), "tags": scope.tags_of(item["AlarmArn"])},
        type=METRIC_ALARM,
        name=item["AlarmName"],
        id=item["AlarmName"],
        arn=item["AlarmArn"],
        account=scope.account,
        region=scope.region,
    )


def _build_composite(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = item["AlarmArn"], item["AlarmName"]
    data = {
        "actions_enabled": item.get("ActionsEnabled", True),
        "alarm_actions": list(item.get("AlarmActions") or ()),
        "alarm_description": item.get("AlarmDescription") or None,
        "alarm_name": name,
        "alarm_rule": item["AlarmRule"],
        "insufficient_data_actions": list(item.get("InsufficientDataActions") or ()),
        "ok_actions": list(item.get("OKActions") or ()),
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, CLOUDWATCH_COMPOSITE_ALARM, name, data, arn=arn, name=name)


def _build_dashboard(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={
            "dashboard_arn": item["DashboardArn"],
            "dashboard_body": details["body"],
            "dashboard_name": item["DashboardName"],
        },
        type=DASHBOARD,
        name=item["DashboardName"],
        id=item["DashboardName"],
        arn=item["DashboardArn"],
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(METRIC_ALARM,),
        listing=Ask("cloudwatch", "DescribeAlarms", "MetricAlarms"),
        targets=lambda scope: (_BOTH,),
        get_parameters=lambda id_, state: {"AlarmNames": [id_]},
        key=lambda item, scope: Key(
            item["AlarmName"],
            item["AlarmArn"],
            # Auto Scaling makes, changes and deletes the alarms of its policies itself.
            foreign=item["AlarmName"].startswith("TargetTracking-"),
        ),
        build=_build_alarm,
        arn_service="cloudwatch",
    ),
    Reader(
        types=(CLOUDWATCH_COMPOSITE_ALARM,),
        listing=Ask("cloudwatch", "DescribeAlarms", "CompositeAlarms"),
        targets=lambda scope: (_BOTH,),
        get_parameters=lambda id_, state: {**_BOTH, "AlarmNames": [id_]},
        key=lambda item, scope: Key(
            item["AlarmName"],
            item["AlarmArn"],
            # Auto Scaling makes, changes and deletes the alarms of its policies itself.
            foreign=item["AlarmName"].startswith("TargetTracking-"),
        ),
        build=_build_composite,
        arn_service="cloudwatch",
    ),
    Reader(
        types=(DASHBOARD,),
        listing=Ask("cloudwatch", "ListDashboards", "DashboardEntries"),
        get_parameters=lambda id_, state: {"DashboardNamePrefix": id_},
        key=lambda item, scope: Key(item["DashboardName"], item["DashboardArn"], tags={}),
        details={
            "body": Detail(
                Ask("cloudwatch", "GetDashboard", "DashboardBody"),
                lambda item: {"DashboardName": item["DashboardName"]},
            )
        },
        build=_build_dashboard,
        arn_service="cloudwatch",
    ),
)
