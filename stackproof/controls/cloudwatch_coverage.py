"""What must not break unseen has an alarm on the metrics that show it breaking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.metric_alarms import metrics_have_alarms
from stackproof.model import Category, Framework, NotApplicable, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Variant, Without
from stackproof.model.parameter import Metrics
from stackproof.reasoning.relations import all_referrers
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    ECS_SERVICE,
    ELASTICACHE_REPLICATION_GROUP,
    LAMBDA_FUNCTION,
    LB,
    LB_TARGET_GROUP,
    METRIC_ALARM,
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
)

FRAMEWORKS = {Framework.PCI: ("10.4.1", "10.7.2"), Framework.NIST: ("CA-7", "SI-4")}


def _cases(
    type_: str,
    properties: dict[str, Any],
    namespace: str,
    metrics: tuple[str, ...],
    dimension: str,
    *,
    other: Variant | None = None,
) -> Cases:
    """Build the example in which an alarm on each metric names the subject by a dimension."""
    name, last = properties[next(iter(properties))], metrics[-1]
    alarms = tuple(
        Neighbour(
            metric,
            METRIC_ALARM,
            {"namespace": namespace, "metric_name": metric, "dimensions": {dimension: name}},
        )
        for metric in metrics
    )
    by_query = [
        {
            "id": "m",
            "metric": {
                "namespace": namespace,
                "metric_name": last,
                "dimensions": {dimension: name},
            },
        }
    ]
    return Cases(
        passing=Given(type_, properties, alarms),
        failing=(
            Without(last),
            Change("metric_name", "Other", of=last),
            Change("namespace", "Other", of=last),
            Change(f"dimensions.{dimension}", "another", of=last),
            Change("dimensions", {}, of=last),
        ),
        unknown=(
            Hide(f"dimensions.{dimension}", of=last),
            Hide("dimensions", of=last),
            Hide("metric_name", of=last),
            (Change("metric_queries", by_query, of=last), Hide("metric_queries", of=last)),
        ),
        absent=(tuple(Without(metric) for metric in metrics),),
        also_passing=(
            (
                Change("metric_queries", by_query, of=last),
                Change("namespace", "AWS/Other", of=last),
            ),
        ),
        not_applicable=() if other is None else (other,),
    )


@control(
    "cloudwatch-alarms-on-database",
    title="Aurora clusters have alarms on CPU and connections",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=RDS_CLUSTER,
    needs=(METRIC_ALARM, RDS_CLUSTER_INSTANCE),
    frameworks=FRAMEWORKS,
    cases=_cases(
        RDS_CLUSTER,
        {"cluster_identifier": "payments"},
        "AWS/RDS",
        ("CPUUtilization", "DatabaseConnections"),
        "DBClusterIdentifier",
    ),
)
def database_alarms(
    cluster: Resource,
    stack: Stack,
    *,
    metrics: Metrics = ("CPUUtilization", "DatabaseConnections"),
) -> dict[str, Outcome]:
    """An alarm on one of the cluster's instances counts, too."""
    instances = all_referrers(cluster, stack, RDS_CLUSTER_INSTANCE, "cluster_identifier")
    dimensions = {
        "DBClusterIdentifier": _names(cluster, "cluster_identifier"),
        "DBInstanceIdentifier": frozenset(
            name for instance in instances for name in _names(instance, "identifier")
        ),
    }
    return metrics_have_alarms([cluster, *instances], stack, "AWS/RDS", metrics, dimensions)


@control(
    "cloudwatch-alarms-on-load-balancer",
    title="Load balancers have alarms on errors and latency",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LB,
    needs=(METRIC_ALARM,),
    frameworks=FRAMEWORKS,
    cases=_cases(
        LB,
        {"arn_suffix": Ref("subject", "arn_suffix"), "load_balancer_type": "application"},
        "AWS/ApplicationELB",
        ("HTTPCode_ELB_5XX_Count", "TargetResponseTime"),
        "LoadBalancer",
        other=Change("load_balancer_type", "network"),
    ),
)
def load_balancer_alarms(
    balancer: Resource,
    stack: Stack,
    *,
    metrics: Metrics = ("HTTPCode_ELB_5XX_Count", "TargetResponseTime"),
) -> dict[str, Outcome]:
    """This is where customers feel it first.

    Network and gateway load balancers answer nothing themselves: their target groups tell.
    """
    if balancer["load_balancer_type"] not in (None, "application"):
        return {"": NotApplicable("only application load balancers count errors and latency")}
    dimensions = {"LoadBalancer": _names(balancer, "arn_suffix", "loadbalancer/")}
    return metrics_have_alarms([balancer], stack, "AWS/ApplicationELB", metrics, dimensions)


@control(
    "cloudwatch-alarms-on-targets",
    title="Target groups have alarms on unhealthy targets",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LB_TARGET_GROUP,
    needs=(METRIC_ALARM,),
    frameworks=FRAMEWORKS,
    cases=_cases(
        LB_TARGET_GROUP,
        {
            "arn_suffix": Ref("subject", "arn_suffix"),
            "protocol": "HTTP",
            "target_type": "ip",
        },
        "AWS/ApplicationELB",
        ("UnHealthyHostCount",),
        "TargetGroup",
        other=Change("target_type", "lambda"),
    ),
)
def target_alarms(
    group: Resource, stack: Stack, *, metrics: Metrics = ("UnHealthyHostCount",)
) -> dict[str, Outcome]:
    """A target that is taken out makes the others work harder, until they go as well.

    Source: Elastic Load Balancing, "CloudWatch metrics" of each kind of load balancer.
    """
    if group["target_type"] == "lambda":
        return {"": NotApplicable("no health is reported of functions")}
    namespace = _OF_PROTOCOL.get(str(group["protocol"] or "HTTP"), "AWS/NetworkELB")
    dimensions = {"TargetGroup": _names(group, "arn_suffix", "targetgroup/")}
    return metrics_have_alarms([group], stack, namespace, metrics, dimensions)


# The others are the protocols of network load balancers.
_OF_PROTOCOL = {
    "GENEVE": "AWS/GatewayELB",
    "HTTP": "AWS/ApplicationELB",
    "HTTPS": "AWS/ApplicationELB",
}


@control(
    "cloudwatch-alarms-on-cache",
    title="Replication groups have alarms on CPU and memory",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=ELASTICACHE_REPLICATION_GROUP,
    needs=(METRIC_ALARM,),
    frameworks=FRAMEWORKS,
    cases=_cases(
        ELASTICACHE_REPLICATION_GROUP,
        {"replication_group_id": "payments"},
        "AWS/ElastiCache",
        ("EngineCPUUtilization", "DatabaseMemoryUsagePercentage"),
        "ReplicationGroupId",
    ),
)
def cache_alarms(
    group: Resource,
    stack: Stack,
    *,
    metrics: Metrics = ("EngineCPUUtilization", "DatabaseMemoryUsagePercentage"),
) -> dict[str, Outcome]:
    """ElastiCache numbers nodes `<group>-001`, or `<group>-0001-001` where there are shards.

    An alarm on the first node counts. Source: Amazon ElastiCache User Guide, "Metrics for
    Valkey and Redis OSS".
    """
    names = _names(group, "replication_group_id")
    first = frozenset(f"{name}{node}" for name in names for node in ("-001", "-0001-001"))
    dimensions = {"ReplicationGroupId": names, "CacheClusterId": first}
    return metrics_have_alarms([group], stack, "AWS/ElastiCache", metrics, dimensions)


@dataclass(frozen=True, slots=True)
class _ByName:
    """A type that alarms watch by a dimension that holds the resource's own name."""

    id: str
    title: str
    type: str
    name: str
    namespace: str
    dimension: str
    metrics: tuple[str, ...]
    why: str


_BY_NAME = (
    _ByName(
        "service",
        "ECS services have alarms on CPU and memory",
        ECS_SERVICE,
        "name",
        "AWS/ECS",
        "ServiceName",
        ("CPUUtilization", "MemoryUtilization"),
        "Auto scaling has an end; the alarm says that it was reached.",
    ),
    _ByName(
        "autoscaling-group",
        "Auto Scaling groups have alarms on CPU",
        AUTOSCALING_GROUP,
        "name",
        "AWS/EC2",
        "AutoScalingGroupName",
        ("CPUUtilization",),
        "A group at its maximum grows no more, and says nothing.",
    ),
    _ByName(
        "database-instance",
        "Database instances have alarms on CPU and free storage",
        RDS_INSTANCE,
        "identifier",
        "AWS/RDS",
        "DBInstanceIdentifier",
        ("CPUUtilization", "FreeStorageSpace"),
        "A database whose disk is full stops, and takes hours to come back.",
    ),
    _ByName(
        "function",
        "Functions have alarms on errors and duration",
        LAMBDA_FUNCTION,
        "name",
        "AWS/Lambda",
        "FunctionName",
        ("Errors", "Duration"),
        "Nobody watches what has no server; a slow function times out the day after.",
    ),
)


def _register(watched: _ByName) -> None:
    def judge(
        resource: Resource, stack: Stack, *, metrics: Metrics = watched.metrics
    ) -> dict[str, Outcome]:
        dimensions = {watched.dimension: _names(resource, watched.name)}
        return metrics_have_alarms([resource], stack, watched.namespace, metrics, dimensions)

    judge.__doc__ = watched.why
    control(
        f"cloudwatch-alarms-on-{watched.id}",
        title=watched.title,
        severity=Severity.MEDIUM,
        category=Category.MONITORING,
        types=watched.type,
        needs=(METRIC_ALARM,),
        frameworks=FRAMEWORKS,
        cases=_cases(
            watched.type,
            {watched.name: "payment"},
            watched.namespace,
            watched.metrics,
            watched.dimension,
        ),
    )(judge)


for _watched in _BY_NAME:
    _register(_watched)


def _names(resource: Resource, name: str, before_suffix: str | None = None) -> frozenset[str]:
    """Give what alarms call a resource: its id or name, or what its ARN has after a word.

    Target groups keep the word in their suffix, load balancers do not.
    """
    given: set[str | None] = {value} if isinstance(value := resource.raw(name), str) else set()
    if before_suffix is None:
        given.add(resource.id)
    elif before_suffix in (arn := resource.arn or ""):
        suffix = arn.split(before_suffix, maxsplit=1)[1]
        given |= {suffix, f"{before_suffix}{suffix}"}
    return frozenset(value for value in given if value is not None)
