"""What to watch on each kind of resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from infra.components.alarms import Watch
from infra.settings.functions import FunctionSettings
from infra.settings.parts import AuroraSettings, DatabaseSettings, FleetSettings, MySqlSettings

__all__ = [
    "watch_aurora",
    "watch_backups",
    "watch_cache",
    "watch_error_lines",
    "watch_fleet",
    "watch_function",
    "watch_http_api",
    "watch_load_balancer",
    "watch_mysql",
    "watch_service",
    "watch_targets",
]

PERCENT_FULL = 80
MIB = 1024 * 1024


def watch_service(
    service: str, cluster_name: str, service_name: str, *, percent: float = PERCENT_FULL
) -> list[Watch]:
    """Watch the CPU and memory of an ECS service's tasks."""
    dimensions = {"ClusterName": cluster_name, "ServiceName": service_name}
    return [
        Watch(
            label=f"{service}-{what}-high",
            meaning=f"The tasks of {service} use over {percent:g} % of their {words}",
            namespace="AWS/ECS",
            metric=metric,
            dimensions=dimensions,
            statistic="Average",
            threshold=percent,
            silence="breaching",
        )
        for what, words, metric in (
            ("cpu", "CPU", "CPUUtilization"),
            ("memory", "memory", "MemoryUtilization"),
        )
    ]


def watch_fleet(name: str, group: str, settings: FleetSettings) -> tuple[Watch, Watch]:
    """Watch the average CPU of an Auto Scaling group: busy for 5 minutes, or idle for 15."""
    busy = Watch(
        label=f"{name}-cpu-high",
        meaning=f"The instances of {name} use over {settings.busy_percent:g} % of their CPU",
        namespace="AWS/EC2",
        metric="CPUUtilization",
        dimensions={"AutoScalingGroupName": group},
        statistic="Average",
        threshold=settings.busy_percent,
        silence="breaching",
    )
    idle = replace(
        busy,
        label=f"{name}-cpu-low",
        meaning=f"The instances of {name} use under {settings.idle_percent:g} % of their CPU",
        threshold=settings.idle_percent,
        comparison="LessThanThreshold",
        periods=15,
        silence="notBreaching",
    )
    return busy, idle


def watch_targets(
    service: str, load_balancer: pulumi.Input[str], target_group: pulumi.Input[str]
) -> list[Watch]:
    """Watch a service as the load balancer sees it: errors, latency, health.

    The two arguments are ARN suffixes, which is how CloudWatch names these resources.
    """
    dimensions = {"LoadBalancer": load_balancer, "TargetGroup": target_group}
    namespace = "AWS/ApplicationELB"
    return [
        Watch(
            label=f"{service}-errors-high",
            meaning=f"{service} answered over 10 requests in 5 minutes with a server error",
            namespace=namespace,
            metric="HTTPCode_Target_5XX_Count",
            dimensions=dimensions,
            statistic="Sum",
            threshold=10,
            period=300,
            periods=1,
        ),
        Watch(
            label=f"{service}-latency-high",
            meaning=f"One request to {service} in a hundred takes over a second",
            namespace=namespace,
            metric="TargetResponseTime",
            dimensions=dimensions,
            statistic="p99",
            threshold=1.0,
        ),
        Watch(
            label=f"{service}-unhealthy-hosts",
            meaning=f"A task of {service} fails its health check",
            namespace=namespace,
            metric="UnHealthyHostCount",
            dimensions=dimensions,
            statistic="Maximum",
            threshold=1,
            comparison="GreaterThanOrEqualToThreshold",
            periods=3,
        ),
    ]


def watch_load_balancer(name: str, load_balancer: pulumi.Input[str]) -> list[Watch]:
    """Watch what a load balancer itself refuses or fails at."""
    return [
        Watch(
            label=f"{name}-{what}-high",
            meaning=meaning,
            namespace="AWS/ApplicationELB",
            metric=metric,
            dimensions={"LoadBalancer": load_balancer},
            statistic="Sum",
            threshold=threshold,
            period=300,
            periods=1,
        )
        for what, metric, threshold, meaning in (
            (
                "errors",
                "HTTPCode_ELB_5XX_Count",
                10,
                "The load balancer itself failed over 10 requests in 5 minutes",
            ),
            (
                "rejected-connections",
                "RejectedConnectionCount",
                0,
                "The load balancer is full and turns connections away",
            ),
        )
    ]


def watch_function(name: str, function_name: str, settings: FunctionSettings) -> list[Watch]:
    """Watch a Lambda function's errors, and answers that come near its timeout."""
    dimensions = {"FunctionName": function_name}
    return [
        Watch(
            label=f"{name}-errors",
            meaning=f"{name} failed at least once in 5 minutes",
            namespace="AWS/Lambda",
            metric="Errors",
            dimensions=dimensions,
            statistic="Sum",
            threshold=1,
            comparison="GreaterThanOrEqualToThreshold",
            period=300,
            periods=1,
        ),
        Watch(
            label=f"{name}-slow",
            meaning=f"{name} took over 80 % of its {settings.timeout} seconds",
            namespace="AWS/Lambda",
            metric="Duration",
            dimensions=dimensions,
            statistic="Maximum",
            threshold=settings.slow_ms,
            period=300,
            periods=1,
        ),
    ]


def watch_http_api(name: str, api_id: pulumi.Input[str]) -> list[Watch]:
    """Watch for requests that an HTTP API answers with a server error, whoever caused it.

    A function's own errors are only those that it doesn't answer itself. Amazon API Gateway
    Developer Guide, "Monitor CloudWatch metrics for HTTP APIs in API Gateway".
    """
    return [
        Watch(
            label=f"{name}-server-errors",
            meaning=f"{name} answered at least one request in 5 minutes with a server error",
            namespace="AWS/ApiGateway",
            metric="5xx",
            dimensions={"ApiId": api_id},
            statistic="Sum",
            threshold=1,
            comparison="GreaterThanOrEqualToThreshold",
            period=300,
            periods=1,
        )
    ]


def watch_error_lines(name: str, namespace: str, metric: str) -> list[Watch]:
    """Watch how many error lines a log group gets."""
    return [
        Watch(
            label=f"{name}-error-lines-high",
            meaning=f"{name} wrote over 10 error lines in 5 minutes",
            namespace=namespace,
            metric=metric,
            dimensions={},
            statistic="Sum",
            threshold=10,
            period=300,
            periods=1,
        )
    ]


def _watch_database(
    name: str, dimensions: Mapping[str, pulumi.Input[str]], settings: DatabaseSettings
) -> list[Watch]:
    """Watch an RDS database, whose `dimensions` are those of an instance or a whole cluster."""
    return [
        Watch(
            label=f"{name}-cpu-high",
            meaning=f"The database uses over {PERCENT_FULL} % of its CPU",
            namespace="AWS/RDS",
            metric="CPUUtilization",
            dimensions=dimensions,
            statistic="Average",
            threshold=PERCENT_FULL,
            silence="breaching",
        ),
        Watch(
            label=f"{name}-memory-low",
            meaning="The database has under 256 MiB of memory left",
            namespace="AWS/RDS",
            metric="FreeableMemory",
            dimensions=dimensions,
            statistic="Minimum",
            threshold=256 * MIB,
            comparison="LessThanThreshold",
            silence="breaching",
        ),
        Watch(
            label=f"{name}-connections-high",
            meaning=f"Clients use over {PERCENT_FULL} % of the connections that the database has",
            namespace="AWS/RDS",
            metric="DatabaseConnections",
            dimensions=dimensions,
            statistic="Maximum",
            threshold=settings.connections * PERCENT_FULL // 100,
        ),
    ]


def watch_aurora(name: str, identifier: str, settings: AuroraSettings) -> list[Watch]:
    """Watch an Aurora cluster, all its instances together, and how far its readers are behind."""
    dimensions = {"DBClusterIdentifier": identifier}
    watches = _watch_database(name, dimensions, settings)
    if settings.instances > 1:
        watches.append(
            Watch(
                label=f"{name}-replica-lag-high",
                meaning="A database reader is over a second behind the writer",
                namespace="AWS/RDS",
                metric="AuroraReplicaLagMaximum",
                dimensions=dimensions,
                statistic="Maximum",
                threshold=1000,
            )
        )
    return watches


def watch_mysql(name: str, identifier: str, settings: MySqlSettings) -> list[Watch]:
    """Watch a MySQL instance and the storage that it has left."""
    dimensions = {"DBInstanceIdentifier": identifier}
    return [
        *_watch_database(name, dimensions, settings),
        Watch(
            label=f"{name}-storage-low",
            meaning="The database has under a tenth of its first storage left",
            namespace="AWS/RDS",
            metric="FreeStorageSpace",
            dimensions=dimensions,
            statistic="Minimum",
            threshold=settings.storage * 1024 * MIB // 10,
            comparison="LessThanThreshold",
            silence="breaching",
        ),
    ]


def watch_backups(name: str, vault_name: str) -> list[Watch]:
    """Watch for backup jobs that fail."""
    return [
        Watch(
            label=f"{name}-failed",
            meaning="A backup of the last day failed",
            namespace="AWS/Backup",
            metric="NumberOfBackupJobsFailed",
            dimensions={"BackupVaultName": vault_name},
            statistic="Sum",
            threshold=0,
            period=86400,
            periods=1,
        )
    ]


def watch_cache(name: str, node_ids: Sequence[str]) -> list[Watch]:
    """Watch each node of a Redis replication group; CloudWatch has no sums over the group."""
    return [
        Watch(
            label=f"{name}-{number}-{what}-high",
            meaning=f"Redis node {node_id} {meaning}",
            namespace="AWS/ElastiCache",
            metric=metric,
            dimensions={"CacheClusterId": node_id},
            statistic=statistic,
            threshold=threshold,
        )
        for number, node_id in enumerate(node_ids, 1)
        for what, metric, statistic, threshold, meaning in (
            ("cpu", "EngineCPUUtilization", "Average", PERCENT_FULL, "uses over 80 % of its CPU"),
            (
                "memory",
                "DatabaseMemoryUsagePercentage",
                "Maximum",
                PERCENT_FULL,
                "uses over 80 % of its memory",
            ),
            ("evictions", "Evictions", "Sum", 100, "evicts over 100 keys a minute"),
            ("connections", "CurrConnections", "Maximum", 5000, "has over 5000 clients"),
        )
    ]
