"""Alarms read metrics that are reported, of things that are there."""

from __future__ import annotations

from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.metric_alarms import series
from stackproof.controls.support.reported_metrics import (
    dimensions_reported,
    metric_known,
    things_there,
)
from stackproof.controls.support.reported_when import SETUP_TYPES
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Mutation,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.dimensions import NAMED_TYPES
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    DYNAMODB_TABLE,
    EC2_INSTANCE,
    ECS_CLUSTER,
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_FUNCTION,
    LB,
    LB_TARGET_GROUP,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    RDS_INSTANCE,
)

_LB = Neighbour(
    "lb", LB, {"arn_suffix": Ref("lb", "arn_suffix"), "load_balancer_type": "application"}
)
_GROUP = Neighbour(
    "group",
    LB_TARGET_GROUP,
    {"arn_suffix": Ref("group", "arn_suffix"), "target_type": "ip"},
)
_COUNTED = {"namespace": "shop", "name": "errors", "value": "1"}
_COUNTER = With(Neighbour("counter", LOG_METRIC_FILTER, {"metric_transformation": _COUNTED}))
_OWN = (Change("namespace", "shop"), Change("metric_name", "errors"), Change("dimensions", {}))
_QUERY = {
    "id": "m",
    "metric": {
        "namespace": "AWS/ApplicationELB",
        "metric_name": "RequestCount",
        "dimensions": {"LoadBalancer": Ref("lb", "arn_suffix")},
    },
}
_QUERIES = (
    Remove("namespace"),
    Remove("metric_name"),
    Remove("dimensions"),
    Change("metric_queries", [_QUERY, {"id": "rate", "expression": "m / 60"}]),
)
_TASKS = (
    Change("namespace", "ECS/ContainerInsights"),
    Change("metric_name", "RunningTaskCount"),
    Change("dimensions", {"ClusterName": "main"}),
)
_SIZE = (
    Change("namespace", "AWS/AutoScaling"),
    Change("metric_name", "GroupInServiceInstances"),
    Change("dimensions", {"AutoScalingGroupName": "web"}),
)


def _cluster(insights: str) -> With:
    settings = [{"name": "containerInsights", "value": insights}]
    return With(Neighbour("main", ECS_CLUSTER, {"name": "main", "settings": settings}))


def _scaled(*metrics: str) -> With:
    return With(Neighbour("web", AUTOSCALING_GROUP, {"name": "web", "enabled_metrics": [*metrics]}))


def _of_table(metric: str, dimensions: dict[str, str]) -> tuple[Mutation, ...]:
    return (
        Change("namespace", "AWS/DynamoDB"),
        Change("metric_name", metric),
        Change("dimensions", dimensions),
        With(Neighbour("orders", DYNAMODB_TABLE, {"name": "orders"})),
    )


_CREDITS = (
    Change("namespace", "AWS/EC2"),
    Change("metric_name", "CPUCreditBalance"),
    Change("dimensions", {"InstanceId": Ref("web")}),
)
_LAG = (
    Change("namespace", "AWS/RDS"),
    Change("metric_name", "ReplicaLag"),
    Change("dimensions", {"DBInstanceIdentifier": "copy"}),
)
_FED_BY_HIDDEN = Hide("event_source_arn", of="feed")


def _machine(class_: str) -> With:
    return With(Neighbour("web", EC2_INSTANCE, {"instance_type": class_}))


def _database(more: dict[str, Any]) -> With:
    database = {"identifier": "copy", "engine": "postgres", **more}
    return With(Neighbour("copy", RDS_INSTANCE, database))


def _of_function(metric: str) -> tuple[Mutation, ...]:
    return (
        Change("namespace", "AWS/Lambda"),
        Change("metric_name", metric),
        Change("dimensions", {"FunctionName": "mail"}),
    )


def _function(dead_letters: dict[str, str]) -> With:
    function = {"name": "mail", "dead_letter_config": dead_letters}
    return With(Neighbour("mail", LAMBDA_FUNCTION, function))


def _fed_by(service: str) -> With:
    source = f"arn:aws:{service}:us-east-1:123456789012:orders"
    mapping = {"function_name": Ref("mail", "arn"), "event_source_arn": source}
    return With(Neighbour("feed", LAMBDA_EVENT_SOURCE_MAPPING, mapping))


@control(
    "cloudwatch-alarm-metric-reported",
    title="Alarms read metrics that are reported, of things that are there",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=METRIC_ALARM,
    needs=(*NAMED_TYPES, *SETUP_TYPES, LOG_METRIC_FILTER),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("SI-4", "CA-7")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {
                "namespace": "AWS/ApplicationELB",
                "metric_name": "UnHealthyHostCount",
                "dimensions": {
                    "LoadBalancer": Ref("lb", "arn_suffix"),
                    "TargetGroup": Ref("group", "arn_suffix"),
                },
            },
            (_LB, _GROUP),
        ),
        failing=(
            Change("metric_name", "UnhealthyHosts"),
            Change("metric_name", "unhealthyhostcount"),
            Change("metric_name", "CPUUtilization"),
            Change("namespace", "AWS/ApplicationElb"),
            Change("load_balancer_type", "network", of="lb"),
            Change("target_type", "lambda", of="group"),
            Change("dimensions", {"TargetGroup": Ref("group", "arn_suffix")}),
            Change("dimensions.LoadBalancer", "app/shop/0123456789abcdef"),
            (*_OWN, _COUNTER, Change("metric_name", "mistakes")),
            (*_OWN, _COUNTER, Change("dimensions", {"Service": "api"})),
            (*_QUERIES, Change("metric_queries.0.metric.metric_name", "Requests")),
            (*_TASKS, _cluster("disabled")),
            (*_SIZE, _scaled()),
            (Remove("namespace"), Remove("metric_name"), Remove("dimensions")),
            _of_table("ThrottledRequests", {"TableName": "orders"}),
            _of_table("UserErrors", {"TableName": "orders"}),
            _of_table("SystemErrors", {"TableName": "orders", "Operation": "Get"}),
            (*_CREDITS, _machine("m5.large")),
            (*_LAG, _database({})),
            (*_of_function("DeadLetterErrors"), _function({})),
            (*_of_function("IteratorAge"), _function({})),
            (*_of_function("IteratorAge"), _function({}), _fed_by("sqs")),
        ),
        unknown=(
            Hide("metric_name"),
            Hide("namespace"),
            Hide("dimensions"),
            Hide("dimensions.LoadBalancer"),
            Hide("target_type", of="group"),
            Change("namespace", "AWS/SomethingNew"),
            Change("metric_name", "QuantumJitter"),
            (*_OWN, _COUNTER, Hide("metric_transformation", of="counter")),
            (*_QUERIES, Hide("metric_queries")),
            (*_TASKS, Hide("dimensions")),
            (*_CREDITS, _machine("t3.large"), Hide("instance_type", of="web")),
            (*_of_function("IteratorAge"), _function({}), _fed_by("sqs"), _FED_BY_HIDDEN),
        ),
        absent=(Without("lb"), Without("group")),
        also_passing=(
            (*_OWN, _COUNTER),
            _QUERIES,
            (*_TASKS, _cluster("enhanced")),
            (*_SIZE, _scaled("GroupInServiceInstances")),
            _of_table("ThrottledRequests", {"TableName": "orders", "Operation": "PutItem"}),
            _of_table("ReadThrottleEvents", {"TableName": "orders"}),
            _of_table("UserErrors", {}),
            (*_CREDITS, _machine("t3.large")),
            (*_LAG, _database({"replicate_source_db": "main"})),
            (*_of_function("DeadLetterErrors"), _function({"target_arn": "arn:aws:sqs:::x"})),
            (*_of_function("IteratorAge"), _function({}), _fed_by("kinesis")),
            (*_of_function("Errors"), _function({})),
        ),
        not_applicable=(_OWN,),
    ),
)
def metric_reported(alarm: Resource, stack: Stack) -> dict[str, Outcome]:
    """An alarm on what nobody reports waits for ever, and looks like one that is quiet.

    Metrics of the application's own are judged where a metric filter counts in their namespace.
    Source: the pages that the table of metrics names, read on the day that a finding shows.
    """
    items = list(series(alarm))
    if items == [alarm] and alarm.raw("metric_name") is None and alarm.raw("namespace") is None:
        return {"metric": Fail("metric_name", "a metric", None, "Name a namespace and a metric.")}
    return {
        "metric": each(items, lambda item: metric_known(alarm, item, stack)),
        "dimensions": each(items, lambda item: dimensions_reported(item, stack)),
        "things": each(items, lambda item: things_there(alarm, item, stack)),
    }
