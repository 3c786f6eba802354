"""Alarms go off: at values that their metric can have, when it is bad, and in time."""

from __future__ import annotations

from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.alarm_times import in_time, sees_datapoints
from stackproof.controls.support.checks import attempt
from stackproof.controls.support.thresholds import (
    bad_direction,
    in_published_unit,
    reachable,
    sums_up,
    watched,
)
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, With, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.dimensions import NAMED_TYPES
from stackproof.types.tokens import (
    KINESIS_STREAM,
    LAMBDA_FUNCTION,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    SQS_QUEUE,
)


def _counting(value: str) -> dict[str, Any]:
    made = {"namespace": "Shop", "name": "Errors", "value": value}
    return {"pattern": "ERROR", "log_group_name": "/shop", "metric_transformation": made}


_POLICY = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:autoScalingGroupName/web"
_TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
_DURATION = (
    Change("namespace", "AWS/Lambda"),
    Change("metric_name", "Duration"),
    Change("dimensions", {"FunctionName": "orders"}),
    With(Neighbour("orders", LAMBDA_FUNCTION, {"name": "orders", "timeout": 30})),
)
_MEMORY = (
    Change("metric_name", "FreeableMemory"),
    Change("comparison_operator", "LessThanThreshold"),
    Change("threshold", 268435456),
)
_ERRORS = (Change("namespace", "AWS/Lambda"), Change("metric_name", "Errors"))
_SIGNS_OF_LIFE = (
    Change("namespace", "Shop"),
    Change("metric_name", "BatchesEnded"),
    Change("statistic", "Sum"),
    Change("comparison_operator", "LessThanThreshold"),
    Change("threshold", 1),
    Change("period", 86400),
    Change("evaluation_periods", 1),
)
_MISSED = Change("treat_missing_data", "breaching")
_IN_ECS = Change("namespace", "AWS/ECS")
_CONNECTIONS = (Change("metric_name", "DatabaseConnections"),)
_CHARGES = (
    Change("namespace", "AWS/Billing"),
    Change("metric_name", "EstimatedCharges"),
    Change("statistic", "Maximum"),
    Change("period", 21600),
    Change("evaluation_periods", 1),
)
_SIZE = (
    Change("namespace", "AWS/S3"),
    Change("metric_name", "BucketSizeBytes"),
    Change("threshold", 1e12),
    Change("period", 86400),
    Change("evaluation_periods", 1),
)
_NOT_BAD = Change("treat_missing_data", "notBreaching")
_DISK = (Change("namespace", "CWAgent"), Change("metric_name", "disk_used_percent"))
_UNHEALTHY = (
    Change("namespace", "AWS/ApplicationELB"),
    Change("metric_name", "UnHealthyHostCount"),
)
_RUNNING = (
    Change("namespace", "AWS/Lambda"),
    Change("metric_name", "ConcurrentExecutions"),
    Change("dimensions", {"FunctionName": "orders"}),
    With(
        Neighbour(
            "orders", LAMBDA_FUNCTION, {"name": "orders", "reserved_concurrent_executions": 5}
        )
    ),
)
_OLDEST = (
    Change("namespace", "AWS/SQS"),
    Change("metric_name", "ApproximateAgeOfOldestMessage"),
    Change("dimensions", {"QueueName": "orders"}),
    With(Neighbour("orders", SQS_QUEUE, {"name": "orders"})),
)
_BEHIND = (
    Change("namespace", "AWS/Kinesis"),
    Change("metric_name", "GetRecords.IteratorAgeMilliseconds"),
    Change("dimensions", {"StreamName": "orders"}),
    With(Neighbour("orders", KINESIS_STREAM, {"name": "orders"})),
)
_COUNTED = (
    Change("namespace", "Shop"),
    Change("metric_name", "Errors"),
    Change("statistic", "Sum"),
    Change("threshold", 10),
    With(Neighbour("errors", LOG_METRIC_FILTER, _counting("1"))),
)
_BESIDE = With(Neighbour("more", LOG_METRIC_FILTER, _counting("1")))
_QUERY = {
    "id": "m",
    "return_data": True,
    "metric": {
        "namespace": "AWS/RDS",
        "metric_name": "CPUUtilization",
        "period": 60,
        "stat": "Average",
    },
}
_QUERIES = (
    Remove("namespace"),
    Remove("metric_name"),
    Remove("statistic"),
    Remove("period"),
    Change("metric_queries", [_QUERY]),
)
_BAND = (
    *_QUERIES,
    Change("metric_queries.0.return_data", False),
    Change("comparison_operator", "GreaterThanUpperThreshold"),
    Remove("threshold"),
    Change("threshold_metric_id", "band"),
)
_IN_ALB = Change("namespace", "AWS/ApplicationELB")
_LESS = "LessThanThreshold"
_EITHER_SIDE = "LessThanLowerOrGreaterThanUpperThreshold"
_EXPRESSION = {"id": "e", "expression": "m/1073741824", "label": "GiB", "return_data": True}
_DAILY = {
    "id": "m",
    "metric": {
        "namespace": "AWS/S3",
        "metric_name": "BucketSizeBytes",
        "period": 86400,
        "stat": "Average",
    },
}
_COMPUTED = (*_QUERIES, Change("metric_queries", [_EXPRESSION, _DAILY]))
_COMPUTED_COUNT = (
    *_COMPUTED,
    Change("metric_queries.0.expression", "FILL(m, 0)"),
    Change("metric_queries.1.metric.namespace", "AWS/Lambda"),
    Change("metric_queries.1.metric.metric_name", "Invocations"),
    Change("metric_queries.1.metric.stat", "Sum"),
    Change("comparison_operator", _LESS),
    Change("threshold", 1),
)
# What runs once a day or less: namespace, metric, statistic, period and how many of them.
_RARE = tuple(
    (
        *_SIGNS_OF_LIFE,
        _MISSED,
        Change("namespace", namespace),
        Change("metric_name", metric),
        Change("statistic", statistic),
        Change("period", period),
        Change("evaluation_periods", evaluated),
    )
    for namespace, metric, statistic, period, evaluated in (
        ("AWS/Backup", "NumberOfBackupJobsCompleted", "Sum", 86400, 1),
        ("AWS/Backup", "NumberOfBackupJobsCompleted", "Sum", 3600, 24),
        ("AWS/Lambda", "Invocations", "Sum", 86400, 1),
        ("AWS/States", "ExecutionsSucceeded", "Sum", 86400, 1),
        ("AWS/Events", "Invocations", "Sum", 86400, 1),
        ("AWS/Firehose", "DeliveryToS3.Records", "Sum", 3600, 6),
        ("AWS/RDS", "DatabaseConnections", "Maximum", 86400, 3),
    )
)
_IDLE = (
    Change("namespace", "AWS/EC2"),
    Change("threshold", 98),
    Change("period", 3600),
    Change("evaluation_periods", 24),
)
_RECOVER = "arn:aws:automate:us-east-1:ec2:recover"
_BY_WORKFLOW = "arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId"
_STOPPING = (
    ["arn:aws:automate:us-east-1:ec2:stop"],
    ["arn:aws:automate:us-east-1:ec2:terminate", _TOPIC],
    [f"{_BY_WORKFLOW}.Stop/1.0"],
    [f"{_BY_WORKFLOW}.Terminate/1.0"],
)
_SHARE = (
    _IN_ALB,
    Change("metric_name", "TargetResponseTime"),
    Remove("statistic"),
    Change("extended_statistic", "PR(0:2)"),
    Change("comparison_operator", _LESS),
    Change("threshold", 95),
)
_PARTS = ("PR(:2)", "PR(0:2)", "TC(0:2)", "tc90", "TS(80%:100%)", "ts99")


@control(
    "cloudwatch-alarm-can-go-off",
    title="Alarms go off at values that their metric can have, when it is bad, and in time",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=METRIC_ALARM,
    needs=(*NAMED_TYPES, LOG_METRIC_FILTER),
    frameworks={Framework.PCI: ("10.4.1", "10.7.2"), Framework.NIST: ("SI-4", "SI-4(5)")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {
                "namespace": "AWS/RDS",
                "metric_name": "CPUUtilization",
                "dimensions": {},
                "statistic": "Average",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 80,
                "period": 60,
                "evaluation_periods": 5,
                "alarm_actions": [_TOPIC],
            },
        ),
        failing=(
            Change("threshold", 100),
            Change("threshold", 1000000),
            Change("threshold", -1),
            Change("comparison_operator", "LessThanThreshold"),
            Change("statistic", "Sum"),
            Change("statistic", "Minimum"),
            Change("unit", "Bytes"),
            Change("evaluation_periods", 600),
            Change("period", 86400),
            (Change("evaluation_periods", 3), Change("datapoints_to_alarm", 5)),
            (*_MEMORY, Change("threshold", 256)),
            (*_MEMORY, Change("comparison_operator", "GreaterThanThreshold")),
            (*_DURATION, Change("threshold", 40000)),
            (*_ERRORS, Change("threshold", 5)),
            (
                *_ERRORS,
                Change("statistic", "Sum"),
                Change("comparison_operator", "LessThanThreshold"),
            ),
            (*_QUERIES, Change("metric_queries.0.metric.stat", "Sum")),
            (*_QUERIES, Change("threshold", 101)),
            (*_QUERIES, Change("metric_queries.0.metric.period", 86400)),
            (*_BAND, Change("comparison_operator", "LessThanLowerThreshold")),
            _BAND,
            (*_SIGNS_OF_LIFE, _MISSED, Change("statistic", "Average")),
            (*_SIGNS_OF_LIFE, _MISSED, _IN_ALB, Change("metric_name", "HealthyHostCount")),
            (*_SIGNS_OF_LIFE, _MISSED, Change("comparison_operator", _EITHER_SIDE)),
            (*_COMPUTED, Change("metric_queries.1.metric.metric_name", "CPUUtilization")),
            (*_COMPUTED_COUNT, Change("metric_queries.0.expression", "100*m/m")),
            (*_COMPUTED_COUNT, Change("comparison_operator", "GreaterThanThreshold")),
            (*_IDLE, Change("alarm_actions", [_RECOVER])),
            (*_SHARE, Change("period", 86400)),
            (*_DURATION, Change("threshold", 0), Change("comparison_operator", _LESS)),
            Change("threshold", 99.99),
            (Change("statistic", "Minimum"), Change("metric_name", "MemoryUtilization"), _IN_ECS),
            (*_DURATION, Remove("statistic"), Change("extended_statistic", "p1")),
            (*_CONNECTIONS, Change("threshold", 1_000_000)),
            (*_DISK, Change("threshold", 120)),
            (*_UNHEALTHY, Change("threshold", 1000)),
            (*_RUNNING, Change("threshold", 500)),
            (*_OLDEST, Change("threshold", 345601)),
            (*_BEHIND, Change("threshold", 1e9)),
            (*_COUNTED, Change("metric_transformation.value", "0", of="errors")),
            (*_COUNTED, Change("metric_transformation.value", "ERROR", of="errors")),
            (*_COUNTED, Change("statistic", "Maximum"), Change("threshold", 1)),
            (*_ERRORS, Change("statistic", "Sum"), Change("unit", "Bytes")),
            (*_DURATION, Change("threshold", 2), Change("unit", "Seconds")),
            (*_CONNECTIONS, Change("unit", "Count/Second")),
            (*_QUERIES, Change("metric_queries.0.metric.unit", "Bytes")),
            (*_SIZE, Change("period", 3600)),
            (*_CHARGES, Change("period", 60)),
            (*_CHARGES, Change("period", 300), Change("evaluation_periods", 3)),
            (*_CHARGES, Change("period", 3600), Change("evaluation_periods", 6), _NOT_BAD),
        ),
        unknown=(
            Hide("threshold"),
            Hide("comparison_operator"),
            Hide("statistic"),
            Hide("period"),
            Hide("metric_name"),
            (*_DURATION, Hide("timeout", of="orders"), Change("threshold", 30000)),
            (Change("comparison_operator", "LessThanThreshold"), Hide("alarm_actions")),
            (*_QUERIES, Hide("metric_queries")),
            (Change("unit", "Percent"), Hide("unit")),
            (Change("metric_name", "DBLoad"), Change("threshold", 4), Change("unit", "Count")),
            _SIGNS_OF_LIFE,
            (*_SHARE, Change("threshold", 120)),
            (*_IDLE, Hide("alarm_actions")),
        ),
        absent=((*_DURATION, Change("threshold", 29000), Without("orders")),),
        not_applicable=(
            (*_SIGNS_OF_LIFE, _MISSED),
            (*_SIGNS_OF_LIFE, _MISSED, Change("evaluation_periods", 2)),
            (*_SIGNS_OF_LIFE, _MISSED, Change("namespace", "AWS/Shop")),
            _COMPUTED,
            _COMPUTED_COUNT,
        ),
        also_passing=(
            (
                Change("comparison_operator", "GreaterThanOrEqualToThreshold"),
                Change("threshold", 100),
            ),
            (Change("comparison_operator", "LessThanThreshold"), Change("threshold", 5)),
            (
                Change("comparison_operator", "LessThanThreshold"),
                Change("alarm_actions", [_POLICY]),
            ),
            _MEMORY,
            (*_DURATION, Change("threshold", 24000)),
            (*_DURATION, Remove("statistic"), Change("extended_statistic", "p99")),
            (*_CONNECTIONS, Change("threshold", 4000)),
            (*_DISK, Change("threshold", 90)),
            (*_UNHEALTHY, Change("threshold", 0)),
            (*_RUNNING, Change("threshold", 4)),
            (*_RUNNING, Change("reserved_concurrent_executions", -1, of="orders")),
            (*_OLDEST, Change("threshold", 300)),
            (*_BEHIND, Change("threshold", 60_000)),
            _COUNTED,
            (*_COUNTED, Change("metric_transformation.value", "0", of="errors"), _BESIDE),
            *_RARE,
            *((*_IDLE, Change("alarm_actions", actions)) for actions in _STOPPING),
            (*_SHARE, Change("metric_name", "CPUUtilization"), Change("namespace", "AWS/EC2")),
            *((*_SHARE, Change("extended_statistic", part)) for part in _PARTS),
            (Remove("statistic"), Change("extended_statistic", "TC(90:100)")),
            (*_COUNTED, Remove("statistic"), Change("extended_statistic", "PR(:0)")),
            (
                *_COUNTED,
                Change("statistic", "Maximum"),
                Change("comparison_operator", "GreaterThanOrEqualToThreshold"),
                Change("threshold", 1),
            ),
            (*_ERRORS, Change("statistic", "Sum"), Change("threshold", 5)),
            (*_DURATION, Change("threshold", 2000), Change("unit", "Milliseconds")),
            _CHARGES,
            (*_CHARGES, Change("period", 3600), Change("evaluation_periods", 6)),
            (*_CHARGES, Change("evaluation_periods", 2), _NOT_BAD),
            _SIZE,
            (
                *_ERRORS,
                Change("statistic", "Sum"),
                Change("period", 86400),
                Change("evaluation_periods", 1),
            ),
            _QUERIES,
            (
                *_BAND,
                Change(
                    "metric_queries",
                    [_QUERY, {"id": "band", "expression": "ANOMALY_DETECTION_BAND(m, 2)"}],
                ),
            ),
        ),
    ),
)
def can_go_off(
    alarm: Resource,
    stack: Stack,
    *,
    maximum_minutes: Annotated[int, Range(1, 1440, "minutes")] = 60,
) -> dict[str, Outcome]:
    """A threshold that nothing reaches is no alarm, and one that everything reaches isn't, either.

    The time is that until enough of the periods are bad. A sum or a maximum of a single period
    crosses its threshold before the period ends: CloudWatch looks at the last period each minute.
    Nothing hurries on what is reported daily, on too little of what is counted and on what is idle.
    Source: Amazon CloudWatch User Guide, "Alarm evaluation"; the pages of the table of metrics.
    """
    item = watched(alarm)
    if item is None:
        computed = NotApplicable("computed from several metrics")
        return {"threshold": computed, "time": attempt(in_time, alarm, stack, maximum_minutes)}
    return {
        "threshold": attempt(reachable, alarm, item, stack),
        "direction": attempt(bad_direction, alarm, item, stack),
        "statistic": attempt(sums_up, alarm, item),
        "time": attempt(in_time, alarm, stack, maximum_minutes),
        "unit": attempt(in_published_unit, item),
        "datapoints": attempt(sees_datapoints, alarm, item),
    }
