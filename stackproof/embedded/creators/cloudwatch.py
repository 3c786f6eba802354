"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class MetricAlarm(Creator):
    """An alarm on a metric, or on an expression over some."""

    type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    replace_on = frozenset({"name"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"actions_enabled": True, "treat_missing_data": "missing"}
    _rename: ClassVar = {
        "name": "AlarmName",
        "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the alarm."""
        self._put(aws, inputs, {"Tags": tag_list(inputs.get("tags"))})
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the alarm anew."""
        self._put(aws, {**new, "name": id_}, {})
        retag(aws, "cloudwatch", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the alarm."""
        with already_gone():
            aws.client("cloudwatch").delete_alarms(AlarmNames=[id_])

    def _put(self, aws: Cloud, inputs: Properties, more: dict[str, Any]) -> None:
        request = parameters(
            aws,
            "cloudwatch",
            "put_metric_alarm",
            inputs,
            rename=self._rename,
            omit=["tags", "dimensions", "metric_queries"],
        )
        if inputs.get("dimensions"):
            request["Dimensions"] = tag_list(inputs["dimensions"], "Name", "Value")
        if inputs.get("metric_queries"):
            request["Metrics"] = [_query(query) for query in inputs["metric_queries"]]
        aws.client("cloudwatch").put_metric_alarm(**request, **more)


table(
    Plain(
        type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        service="cloudwatch",
        put=Call("put_composite_alarm"),
        id="{alarm_name}",
        delete=Call("delete_alarms", {"id": "alarm_names"}),
        tagged="arn",
        replace_on=frozenset({"actions_enabled", "alarm_name"}),
        defaults={"actions_enabled": True},
    ),
    Plain(
        type="aws:cloudwatch/dashboard:Dashboard",
        service="cloudwatch",
        put=Call("put_dashboard"),
        id="{dashboard_name}",
        delete=Call("delete_dashboards", {"id": "dashboard_names"}),
        gone=("ResourceNotFound",),
        replace_on=frozenset({"dashboard_name"}),
    ),
)


def _query(query: Properties) -> dict[str, Any]:
    given: dict[str, Any] = {
        "Id": query["id"],
        "Expression": query.get("expression"),
        "Label": query.get("label"),
        "ReturnData": bool(query.get("return_data")),
        "Period": query.get("period"),
        "AccountId": query.get("account_id"),
    }
    metric = query.get("metric")
    if metric:
        stat = {
            "Metric": {
                "Namespace": metric.get("namespace"),
                "MetricName": metric["metric_name"],
                "Dimensions": tag_list(metric.get("dimensions"), "Name", "Value"),
            },
            "Period": int(metric["period"]),
            "Stat": metric["stat"],
            "Unit": metric.get("unit"),
        }
        given["MetricStat"] = {key: value for key, value in stat.items() if value is not None}
    return {key: value for key, value in given.items() if value is not None}
