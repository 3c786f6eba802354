"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    tag_changes,
    tag_list,
)
from stackproof.sights.live.readers.cloudwatch import alarm_properties


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
        name = inputs["name"]
        return Created(name, self._put(aws, inputs, {"Tags": tag_list(inputs.get("tags"))}))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the alarm anew."""
        outputs = self._put(aws, {**new, "name": id_}, {})
        cloudwatch = aws.client("cloudwatch")
        added, removed = tag_changes(old, new)
        if removed:
            cloudwatch.untag_resource(ResourceARN=old["arn"], TagKeys=removed)
        if added:
            cloudwatch.tag_resource(ResourceARN=old["arn"], Tags=tag_list(added))
        return outputs

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the alarm."""
        with already_gone():
            aws.client("cloudwatch").delete_alarms(AlarmNames=[id_])

    def _put(self, aws: Cloud, inputs: Properties, more: dict[str, Any]) -> Properties:
        cloudwatch = aws.client("cloudwatch")
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
        cloudwatch.put_metric_alarm(**request, **more)
        name = request["AlarmName"]
        return alarm_properties(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0])


@creator
class Dashboard(Creator):
    """A dashboard."""

    type = "aws:cloudwatch/dashboard:Dashboard"
    replace_on = frozenset({"dashboard_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the dashboard."""
        name = inputs["dashboard_name"]
        self._put(aws, name, inputs)
        return Created(name, {"dashboard_arn": aws.arn("cloudwatch", f"dashboard/{name}", "")})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the dashboard anew."""
        self._put(aws, id_, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the dashboard."""
        with already_gone("ResourceNotFound"):
            aws.client("cloudwatch").delete_dashboards(DashboardNames=[id_])

    def _put(self, aws: Cloud, name: str, inputs: Properties) -> None:
        aws.client("cloudwatch").put_dashboard(
            DashboardName=name, DashboardBody=inputs["dashboard_body"]
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
