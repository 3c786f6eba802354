"""Metrics that a thing reports only when it is set up in some way.

Sources: Amazon EC2 User Guide, "CPU credit metrics"; Amazon RDS User Guide, "Amazon CloudWatch
metrics"; Amazon ElastiCache User Guide, "Host-level metrics"; AWS Lambda Developer Guide, "Types of
metrics for Lambda functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stackproof.model import Block, Fail, Outcome, Pass, Resource, Stack, Unknown
from stackproof.reasoning.instance_classes import burstable
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types import tokens as t

SETUP_TYPES: Final = (t.LAMBDA_EVENT_SOURCE_MAPPING,)
_CREDITS: Final = (
    "CPUCreditBalance",
    "CPUCreditUsage",
    "CPUSurplusCreditBalance",
    "CPUSurplusCreditsCharged",
)
_CLASS: Final = {
    t.EC2_INSTANCE: "instance_type",
    t.ELASTICACHE_CLUSTER: "node_type",
    t.ELASTICACHE_REPLICATION_GROUP: "node_type",
    t.RDS_CLUSTER_INSTANCE: "instance_class",
    t.RDS_INSTANCE: "instance_class",
}
_FUNCTION: Final = "function_name"


def set_up(item: Block, thing: Resource, stack: Stack) -> Outcome:
    """Pass when a thing is set up so that it reports a metric."""
    metric = str(item["metric_name"])
    judge = _SETUPS.get((thing.type, metric))
    missing = judge and judge(thing, stack)
    if not missing or isinstance(missing, Unknown):
        return missing or Pass()
    return Fail(
        item.at("metric_name"),
        f"a metric that {thing.name} reports; this one needs {missing}",
        metric,
        f"Give it {missing}, or watch another metric.",
    )


def _class(thing: Resource, stack: Stack) -> str | Unknown | None:
    class_ = thing.text(_CLASS[thing.type])
    return "a burstable class (t…)" if class_ and not burstable(class_) else None


def _replica(database: Resource, stack: Stack) -> str | Unknown | None:
    return None if database["replicate_source_db"] else "replicate_source_db: to be a replica"


def _dead_letters(function: Resource, stack: Stack) -> str | Unknown | None:
    return None if function.get("dead_letter_config.target_arn") else "a dead_letter_config"


def _stream(function: Resource, stack: Stack) -> str | Unknown | None:
    for mapping in referrers_or_unknown(function, stack, t.LAMBDA_EVENT_SOURCE_MAPPING, _FUNCTION):
        if isinstance(mapping, Unknown):
            return mapping
        source = mapping.raw("event_source_arn")
        if isinstance(source, Unknown):
            return source.at(mapping.at("event_source_arn"))
        if isinstance(source, str) and source.split(":")[2:3] != ["sqs"]:
            return None
    return "an EventSourceMapping of a stream"


_SETUPS: Final[Mapping[tuple[str, str], Callable[[Resource, Stack], str | Unknown | None]]] = {
    **{(type_, metric): _class for type_ in _CLASS for metric in _CREDITS},
    (t.LAMBDA_FUNCTION, "DeadLetterErrors"): _dead_letters,
    (t.LAMBDA_FUNCTION, "IteratorAge"): _stream,
    (t.LAMBDA_FUNCTION, "OffsetLag"): _stream,
    (t.RDS_INSTANCE, "ReplicaLag"): _replica,
}
