"""CloudWatch Logs: log groups and metric filters."""

from __future__ import annotations

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
)


@creator
class LogGroup(Creator):
    """A log group."""

    type = "aws:cloudwatch/logGroup:LogGroup"
    replace_on = frozenset({"name", "name_prefix", "log_group_class"})
    auto_name = "name"
    auto_name_limit = 512
    defaults: ClassVar[Properties] = {"retention_in_days": 0, "skip_destroy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group, then set for how long it keeps what is written."""
        name = physical_name(inputs, limit=512)
        class_ = inputs.get("log_group_class") or "STANDARD"
        request: dict[str, Any] = {"logGroupName": name, "logGroupClass": class_}
        if inputs.get("kms_key_id"):
            request["kmsKeyId"] = inputs["kms_key_id"]
        if inputs.get("tags"):
            request["tags"] = dict(inputs["tags"])
        aws.client("logs").create_log_group(**request)
        self._retain(aws, name, inputs)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change retention, key and tags."""
        logs = aws.client("logs")
        if changed(old, new, "retention_in_days"):
            self._retain(aws, id_, new)
        if changed(old, new, "kms_key_id"):
            if new.get("kms_key_id"):
                logs.associate_kms_key(logGroupName=id_, kmsKeyId=new["kms_key_id"])
            else:
                logs.disassociate_kms_key(logGroupName=id_)
        retag(aws, "logs", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group, unless the program wants it kept."""
        if not state.get("skip_destroy"):
            with already_gone():
                aws.client("logs").delete_log_group(logGroupName=id_)

    def _retain(self, aws: Cloud, name: str, inputs: Properties) -> None:
        days = int(inputs.get("retention_in_days") or 0)
        logs = aws.client("logs")
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        else:  # nothing ever expires
            logs.delete_retention_policy(logGroupName=name)


@creator
class LogMetricFilter(Creator):
    """A count of what is written to a log group."""

    type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    replace_on = frozenset({"name", "log_group_name"})
    auto_name = "name"
    auto_name_limit = 512

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the filter."""
        name = physical_name(inputs, limit=512)
        self._put(aws, name, inputs)
        return Created(name, {"name": name})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the filter anew."""
        self._put(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the filter."""
        with already_gone():
            aws.client("logs").delete_metric_filter(
                logGroupName=state["log_group_name"], filterName=id_
            )

    def _put(self, aws: Cloud, name: str, inputs: Properties) -> None:
        given = inputs["metric_transformation"]
        transformation = {
            "metricName": given["name"],
            "metricNamespace": given["namespace"],
            "metricValue": str(given["value"]),
            "unit": given.get("unit") or "None",
        }
        if given.get("default_value") is not None:
            transformation["defaultValue"] = float(given["default_value"])
        if given.get("dimensions"):
            transformation["dimensions"] = dict(given["dimensions"])
        aws.client("logs").put_metric_filter(
            logGroupName=inputs["log_group_name"],
            filterName=name,
            filterPattern=inputs.get("pattern") or "",
            metricTransformations=[transformation],
        )
