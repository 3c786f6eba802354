"""Application Auto Scaling: which targets, policies and schedules belong to a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

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
    return _about(
        stack, APPSCALING_TARGET, {service.urn}, lambda named: _names(named, service, stack)
    )


def schedules(service: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the scheduled actions of an ECS service, an Unknown for one that may be another's."""
    own = {target.urn for target in targets(service, stack) if isinstance(target, Resource)}
    return _about(
        stack, APPSCALING_SCHEDULE, {service.urn, *own}, lambda named: _names(named, service, stack)
    )


def policies(target: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the scaling policies of a scalable target, an Unknown for one that may be another."""
    own = target.raw("resource_id")
    sources = {target.urn, *target.references.get("resource_id", ())}
    return _about(stack, APPSCALING_POLICY, sources, own.__eq__ if isinstance(own, str) else None)


def _about(
    stack: Stack,
    type_: str,
    sources: Set[str | None],
    is_it: Callable[[str], bool] | None,
) -> Iterator[Resource | Unknown]:
    """Give what is about something by its `resource_id`, an Unknown where that can't be told.

    `is_it` tells it by the id, where that is known; `sources` are the URNs of what has the id.
    """
    for resource in stack.around(type_):
        named = resource.raw("resource_id")
        references = resource.references.get("resource_id")
        if isinstance(named, str) and is_it is not None:
            if is_it(named):
                yield resource
        elif not sources.isdisjoint(references or ()):
            yield resource
        elif isinstance(named, Unknown) and references is None:
            yield named.at(f"{resource.name}.resource_id")


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
