"""What Application Auto Scaling scales: the names of services, and the things that targets are of.

A target names its thing by a resource id, which is mostly the end of that thing's ARN. Source:
Application Auto Scaling API Reference, ScalableTarget ("ResourceId").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource
from stackproof.types import tokens as t

# The types that have targets and are read, by the namespace that tells of them.
SCALABLE: Final[Mapping[str, str]] = {
    "dynamodb": t.DYNAMODB_TABLE,
    "ecs": t.ECS_SERVICE,
    "elasticache": t.ELASTICACHE_REPLICATION_GROUP,
    "lambda": t.LAMBDA_ALIAS,
    "neptune": t.NEPTUNE_CLUSTER,
    "rds": t.RDS_CLUSTER,
}
# Where the ARN has another service than the namespace, or calls the thing otherwise.
_ARN_SERVICES: Final[Mapping[str, str]] = {"neptune": "rds"}
_ARN_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "elasticache": ("replication-group/", "replicationgroup:")
}


def resource_ids(scaled: Resource, namespace: str) -> Iterator[str]:
    """Give the resource ids of the targets that a thing, or a part of it, may have.

    An on-demand table scales by itself.
    """
    if scaled.arn is None or scaled.raw("billing_mode") == "PAY_PER_REQUEST":
        return
    _, _, _, _, _, id_ = scaled.arn.split(":", 5)
    if namespace in _ARN_KINDS:
        here, there = _ARN_KINDS[namespace]
        id_ = id_.replace(there, here, 1)
    yield id_
    indexes: Any = scaled.raw("global_secondary_indexes")
    for index in indexes if isinstance(indexes, (list, tuple)) else ():
        if isinstance(index, Mapping) and isinstance(index.get("name"), str):
            yield f"{id_}/index/{index['name']}"


def scaled_by(resource_id: str, namespace: str) -> tuple[str, str]:
    """Give the service and the end of the ARN of what a target's resource id names."""
    whole, _, _ = resource_id.partition("/index/")
    if namespace in _ARN_KINDS:
        here, there = _ARN_KINDS[namespace]
        whole = whole.replace(here, there, 1)
    return _ARN_SERVICES.get(namespace, namespace), whole
