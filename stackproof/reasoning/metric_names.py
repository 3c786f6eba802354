"""How metrics call things: by a property, or by several put together."""

from __future__ import annotations

from typing import Any, Final

from stackproof.model import Resource, Unknown, UnresolvedError

# Lambda calls an alias by the function's name, too. Source: AWS Lambda Developer Guide, "Dimensions
# for Lambda metrics".
QUALIFIED: Final = "function_name:name"


def called(resource: Resource, name: str) -> list[Any]:
    """Give what metrics call a resource, by the property that holds it; an Unknown when hidden."""
    if name in ("id", "arn"):
        given = getattr(resource, name)
        return [given] if given is not None else [resource.raw(name)]
    if name == "arn_suffix" and resource.raw(name) is None and resource.arn is not None:
        return [_suffix(resource.arn)]
    if name == QUALIFIED:
        function, alias = resource.raw("function_name"), resource.raw("name")
        if isinstance(function, str) and isinstance(alias, str):
            return [f"{function.rpartition(':')[2]}:{alias}"]
        return [
            next(
                (resource for resource in (function, alias) if isinstance(resource, Unknown)), None
            )
        ]
    if name == "member_clusters":
        return _nodes(resource)
    try:
        return [resource.get(name)]
    except UnresolvedError as error:
        return [error.unknown]


def _suffix(arn: str) -> str:
    """Give what metrics call a load balancer or a target group: the end of its ARN.

    Source: the "Metric dimensions" of the pages on load balancers.
    """
    return arn.rpartition(":")[2].removeprefix("loadbalancer/")


def _nodes(group: Resource) -> list[Any]:
    """Give the names of the nodes of a replication group: those that AWS shows, else by its rule.

    Source: Amazon ElastiCache User Guide, "Metrics for Valkey and Redis OSS".
    """
    members = group.raw("member_clusters")
    if isinstance(members, (list, tuple)):
        return list(members)
    name = group.raw("replication_group_id")
    try:
        shards = int(group.number("num_node_groups") or 1)
        nodes = int(group.number("num_cache_clusters") or 0)
        nodes = nodes or int(group.number("replicas_per_node_group") or 0) + 1
    except UnresolvedError as error:
        return [error.unknown]
    if not isinstance(name, str):
        return [name]
    plain = [f"{name}-{node:03}" for node in range(1, nodes + 1)]
    apart = [
        f"{name}-{shard:04}-{node:03}"
        for shard in range(1, shards + 1)
        for node in range(1, nodes + 1)
    ]
    return [*plain, *apart]
