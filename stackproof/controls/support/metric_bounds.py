"""How far metrics go: by their kind, and by how what they are of is set up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.dimensions import subjects
from stackproof.types.metrics import Bad, Metric, Range

_HIGHEST: Final = {
    Range.PERCENT: 100.0,
    # A task may use what others of its machine reserved: the largest has 192 processors, the
    # smallest reservation is an eighth of one.
    Range.ABOVE: 192 * 8 * 100.0,
    Range.ONES: 1.0,
    # Elastic Load Balancing, "Quotas for your Application Load Balancers": targets of a group.
    Range.HOSTS: 1_000.0,
}
# What is measured a thousand times in a period is hardly ever at the very top throughout.
NEARLY_ALL: Final = 99.9
_AGENT: Final = "CWAgent"
_COUNTING: Final = ("Sum", "SampleCount")
# Statistics of the values in a range, by the letters before its bounds: PR(0:2), tc90, TS(80%:).
# Source: Amazon CloudWatch User Guide, "CloudWatch statistics definitions".
_OF_A_PART: Final = re.compile(r"(PR|TC|TS)(?:\(.*\)|[\d.]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Bound:
    """How far a metric goes by a setting of what a dimension names; `most` is AWS's own limit."""

    dimension: str
    setting: str
    default: float | None
    factor: float = 1
    most: float = inf
    # What runs until its limit ends a little after it.
    over: float = 1


_LATE: Final = 1.05
# A record is gone after as many hours. Source: Amazon Kinesis Data Streams Developer Guide, "Change
# the data retention period".
_KEPT: Final = _Bound("StreamName", "retention_period", 24, 3_600_000, 8760 * 3_600_000)
# Sources: AWS Lambda Developer Guide, "Configure Lambda function timeout" and "Configuring reserved
# concurrency"; PostgreSQL, which takes the most connections, `MAX_BACKENDS`; Elastic Load
# Balancing, "Application Load Balancers", idle timeout; Amazon SQS API Reference,
# SetQueueAttributes; Amazon RDS User Guide, "Amazon CloudWatch metrics"; Amazon API Gateway
# Developer Guide, "Quotas".
_BOUNDS: Final[Mapping[tuple[str, str], _Bound]] = {
    ("AWS/Lambda", "Duration"): _Bound("FunctionName", "timeout", 3, 1000, 900_000, _LATE),
    ("AWS/Lambda", "ConcurrentExecutions"): _Bound(
        "FunctionName", "reserved_concurrent_executions", None
    ),
    ("AWS/ApplicationELB", "TargetResponseTime"): _Bound(
        "LoadBalancer", "idle_timeout", 60, most=4000, over=_LATE
    ),
    ("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds"): _KEPT,
    ("AWS/Kinesis", "IteratorAgeMilliseconds"): _KEPT,
    ("AWS/RDS", "DatabaseConnections"): _Bound("", "", None, most=262_143),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): _Bound(
        "QueueName", "message_retention_seconds", 345_600, most=1_209_600
    ),
    ("AWS/RDS", "FreeStorageSpace"): _Bound(
        "DBInstanceIdentifier", "allocated_storage", None, 1024**3
    ),
    ("AWS/ApiGateway", "Latency"): _Bound("", "", None, most=300_000),
    ("AWS/ApiGateway", "IntegrationLatency"): _Bound("", "", None, most=300_000),
}


def of_agent(item: Block) -> tuple[Metric, ...]:
    """Give what is known of the agent's metrics, which anybody may rename: the unit in the name.

    Source: Amazon CloudWatch User Guide, "Metrics collected by the CloudWatch agent".
    """
    name = str(item["metric_name"])
    if item["namespace"] != _AGENT or not name.endswith("_percent"):
        return ()
    return (Metric(name, Range.PERCENT, Bad.EITHER, sparse=False, slow=False, dimensions=None),)


def highest_of(alarm: Resource, item: Block, row: Metric, threshold: float, stack: Stack) -> float:
    """Give the highest value of a metric by its statistic, as what it is of allows."""
    if counts(statistic_of(item)):
        return inf
    named = dict(subjects(alarm, item, stack))
    service = named.get("ServiceName")
    if row.range is Range.ABOVE and isinstance(service, Resource):
        return 100.0 if service["launch_type"] == "FARGATE" else _HIGHEST[row.range]
    bound = _BOUNDS.get((str(item["namespace"]), row.name))
    if bound is None:
        return _HIGHEST.get(row.range, inf)
    thing = named.get(bound.dimension)
    if thing is None or threshold > bound.most:
        return bound.most
    if isinstance(thing, Unknown):
        raise UnresolvedError(thing)
    if not isinstance(thing, Resource):
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, item.at("dimensions")))
    setting = thing.number(bound.setting)
    # Lambda's word for no reservation is -1.
    setting = bound.default if not setting or setting < 0 else setting
    return bound.most if setting is None else setting * bound.factor * bound.over


def statistic_of(item: Block) -> str:
    """Give the statistic of a query's metric, or of an alarm of one metric."""
    if item.path:
        return str(item.text("stat") or "")
    return str(item.text("extended_statistic") or item.text("statistic") or "")


def of_a_part(statistic: str) -> bool:
    """Tell whether a statistic is of the values in a range: their share, number or sum."""
    return _OF_A_PART.fullmatch(statistic) is not None


def is_share(statistic: str) -> bool:
    """Tell whether a statistic is the percentage of values that lie in a range."""
    return of_a_part(statistic) and statistic[:2].upper() == "PR"


def how_many(statistic: str) -> bool:
    """Tell whether a statistic is the number of values that lie in a range."""
    return of_a_part(statistic) and statistic[:2].upper() == "TC"


def counts(statistic: str) -> bool:
    """Tell whether a statistic grows with each value: a sum, or a number of values."""
    return statistic in _COUNTING or (of_a_part(statistic) and not is_share(statistic))
