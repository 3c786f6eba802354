"""Application Auto Scaling: which targets, policies and schedules belong to a service."""

from __future__ import annotations

from collections.abc import Iterator

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.types.tokens import (
    APPSCALING_POLICY,
    APPSCALING_SCHEDULE,
    APPSCALING_TARGET,
    ECS_CLUSTER,
)


def targets(service: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the scalable targets of an ECS service, an Unknown for one that may be another.

    A target names its service as `service/<cluster>/<service>`.
    """
    for target in stack.around(APPSCALING_TARGET):
        named = target.raw("resource_id")
        if isinstance(named, str):
            if _names(named, service, stack):
                yield target
        elif service.urn in target.references.get("resource_id", ()):
            yield target
        elif isinstance(named, Unknown) and "resource_id" not in target.references:
            yield named.at(f"{target.name}.resource_id")


def schedules(service: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the scheduled actions of an ECS service, an Unknown for one that may be another's."""
    own = {target.urn for target in targets(service, stack) if isinstance(target, Resource)}
    sources = {service.urn, *own} - {None}
    for schedule in stack.around(APPSCALING_SCHEDULE):
        named = schedule.raw("resource_id")
        if isinstance(named, str):
            if _names(named, service, stack):
                yield schedule
        elif sources & {*schedule.references.get("resource_id", ())}:
            yield schedule
        elif isinstance(named, Unknown) and "resource_id" not in schedule.references:
            yield named.at(f"{schedule.name}.resource_id")


def policies(target: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the scaling policies of a scalable target, an Unknown for one that may be another."""
    own = target.raw("resource_id")
    own_sources = {target.urn, *target.references.get("resource_id", ())} - {None}
    for policy in stack.around(APPSCALING_POLICY):
        named = policy.raw("resource_id")
        if isinstance(named, str) and isinstance(own, str):
            if named == own:
                yield policy
        elif own_sources & set(policy.references.get("resource_id", ())):
            yield policy
        elif isinstance(named, Unknown) and "resource_id" not in policy.references:
            yield named.at(f"{policy.name}.resource_id")


def _names(resource_id: str, service: Resource, stack: Stack) -> bool:
    _, _, path = resource_id.partition("/")
    cluster, _, name = path.rpartition("/")
    return name == service.raw("name") and cluster == _cluster_name(service, stack)


def _cluster_name(service: Resource, stack: Stack) -> str:
    try:
        cluster = stack.follow_one(service, "cluster", ECS_CLUSTER)
    except UnresolvedError:
        cluster = None
    if cluster is not None and isinstance(cluster.raw("name"), str):
        return str(cluster.raw("name"))
    # A name, or an ARN that ends with it; ECS takes the cluster "default" when none is named.
    return str(service["cluster"] or "default").rpartition("/")[2]
