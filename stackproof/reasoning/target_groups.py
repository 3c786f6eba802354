"""Target groups: which listeners send them requests, and what registers with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    AUTOSCALING_ATTACHMENT,
    AUTOSCALING_GROUP,
    AUTOSCALING_TRAFFIC_SOURCE,
    CODEDEPLOY_GROUP,
    EC2_INSTANCE,
    ECS_SERVICE,
    LAMBDA_FUNCTION,
    LB,
    LB_LISTENER,
    LB_LISTENER_RULE,
    LB_TARGET_GROUP,
    LB_TARGET_GROUP_ATTACHMENT,
)

# The neighbours that a control needs to see what leads to a target group, or from it.
LEAD_NEIGHBOURS: Final = (LB_LISTENER, LB_LISTENER_RULE)
TARGET_NEIGHBOURS: Final = (
    ECS_SERVICE,
    CODEDEPLOY_GROUP,
    AUTOSCALING_GROUP,
    AUTOSCALING_ATTACHMENT,
    AUTOSCALING_TRAFFIC_SOURCE,
    LB_TARGET_GROUP_ATTACHMENT,
    EC2_INSTANCE,
    LB,
    LAMBDA_FUNCTION,
)

_ACTIONS: Final = {LB_LISTENER: "default_actions", LB_LISTENER_RULE: "actions"}
_WEIGHTED: Final = "forward.target_groups"
# Amazon ECS and CodeDeploy shift requests between two groups: these name the second one.
_SERVICE: Final = "load_balancers.target_group_arn"
_SECOND: Final = "load_balancers.advanced_configuration.alternate_target_group_arn"
_PAIR: Final = "load_balancer_info.target_group_pair_info.target_groups.name"
# How else a group of instances says where it registers them.
_FLEET: Final = ("target_group_arns", "traffic_sources.identifier")
_FLEET_APART: Final = (
    (AUTOSCALING_ATTACHMENT, "lb_target_group_arn"),
    (AUTOSCALING_TRAFFIC_SOURCE, "traffic_source.identifier"),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What registers targets with a group: `by`, and the port where they listen.

    Without a port they listen on the group's own.
    """

    by: Resource
    port: int | None = None


def leads(group: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the listeners and rules that name a target group, an Unknown for what can't be seen."""
    seen: set[int] = set()
    for type_, name in _ACTIONS.items():
        for path in (f"{name}.target_group_arn", f"{name}.{_WEIGHTED}.arn"):
            for found in referrers_or_unknown(group, stack, type_, path):
                if isinstance(found, Unknown):
                    yield found
                elif id(found) not in seen:
                    seen.add(id(found))
                    yield found


def actions(holder: Resource) -> Iterator[Block]:
    """Give the actions of a listener or a rule; UnresolvedError when one can't be seen."""
    return holder.blocks(_ACTIONS[holder.type])


def sends(holder: Resource, group: Resource | None = None) -> bool:
    """Tell whether a listener or a rule sends requests to a group, or to any: weight 0 gets none.

    Raises UnresolvedError when that is unknown.
    """
    for action in actions(holder):
        shares = action.blocks("forward")
        weighted = [target for share in shares for target in share.blocks("target_groups")]
        if not weighted and _names(action, "target_group_arn", group):
            return True
        mine = [target.number("weight") != 0 for target in weighted if _names(target, "arn", group)]
        unsure = group is not None and any(
            isinstance(target.raw("arn"), Unknown) for target in weighted
        )
        if unsure and any(mine) and not all(mine):
            # Which of the shares is the group's isn't known before deployment.
            raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, action.at("forward")))
        if any(mine):
            return True
    return False


def _names(share: Block, path: str, group: Resource | None) -> bool:
    """Tell whether a property names a group, or any; what isn't known yet may name each."""
    named = share.raw(path)
    if isinstance(named, Unknown):
        return True
    keys = (named,) if group is None else (group.id, group.arn, group.urn, group.name)
    return isinstance(named, str) and named in keys


def balancers(group: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the load balancers that a group is behind, or one that it takes turns with.

    An Unknown stands for what can't be seen.
    """
    found: dict[int, Resource | Unknown] = {}
    for group_ in (group, *partners(group, stack)):
        for lead in [group_] if isinstance(group_, Unknown) else leads(group_, stack):
            try:
                door = lead if isinstance(lead, Unknown) else _balancer(lead, stack)
            except UnresolvedError as error:
                door = error.unknown
            if door is not None:
                found.setdefault(id(door), door)
    yield from found.values()


def _balancer(holder: Resource, stack: Stack) -> Resource | None:
    if holder.type == LB_LISTENER:
        return stack.follow_one(holder, "load_balancer_arn", LB)
    listener = stack.follow_one(holder, "listener_arn", LB_LISTENER)
    return None if listener is None else stack.follow_one(listener, "load_balancer_arn", LB)


def registrations(group: Resource, stack: Stack) -> Iterator[Registration | Unknown]:
    """Give what registers targets with a group, an Unknown for what can't be seen."""
    for service in _services(group, stack):
        yield service if isinstance(service, Unknown) else _of_service(service, group)
    for path in _FLEET:
        for fleet in referrers_or_unknown(group, stack, AUTOSCALING_GROUP, path):
            yield fleet if isinstance(fleet, Unknown) else Registration(fleet)
    for type_, path in _FLEET_APART:
        for joined in referrers_or_unknown(group, stack, type_, path):
            for fleet in _followed(joined, "autoscaling_group_name", (AUTOSCALING_GROUP,), stack):
                yield fleet if isinstance(fleet, Unknown) else Registration(fleet)
    for target in referrers_or_unknown(
        group, stack, LB_TARGET_GROUP_ATTACHMENT, "target_group_arn"
    ):
        yield from _attached(target, stack)


def partners(group: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the groups that get the requests of a service when this one doesn't, and it as well.

    Amazon ECS and CodeDeploy shift requests between two groups: one has no listener at times.
    """
    for service in referrers_or_unknown(group, stack, ECS_SERVICE, _SERVICE):
        yield from _followed(service, _SECOND, (LB_TARGET_GROUP,), stack)
    for service in referrers_or_unknown(group, stack, ECS_SERVICE, _SECOND):
        yield from _followed(service, _SERVICE, (LB_TARGET_GROUP,), stack)
    for deployment in referrers_or_unknown(group, stack, CODEDEPLOY_GROUP, _PAIR):
        yield from _followed(deployment, _PAIR, (LB_TARGET_GROUP,), stack)


def _services(group: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    found: dict[int, Resource | Unknown] = {}
    for path in (_SERVICE, _SECOND):
        found |= {
            id(service): service
            for service in referrers_or_unknown(group, stack, ECS_SERVICE, path)
        }
    for deployment in referrers_or_unknown(group, stack, CODEDEPLOY_GROUP, _PAIR):
        named = _followed(deployment, "ecs_service.service_name", (ECS_SERVICE,), stack)
        found |= {id(service): service for service in named}
    yield from found.values()


def _of_service(service: Resource, group: Resource) -> Registration | Unknown:
    """Give a service's registration, with the port of its container for the group."""
    try:
        balancers = [*service.blocks("load_balancers")]
        own = [
            balancer
            for balancer in balancers
            if balancer.raw("target_group_arn") in (group.arn, group.id)
        ]
        ports = {balancer.number("container_port") for balancer in own or balancers}
    except UnresolvedError as error:
        return error.unknown
    if len(ports) > 1:
        detail = f"which port of {service.name} registers with {group.name}"
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, f"{service.name}.load_balancers", detail)
    port = next(iter(ports), None)
    return Registration(service, None if port is None else int(port))


def _attached(target: Resource | Unknown, stack: Stack) -> Iterator[Registration | Unknown]:
    if isinstance(target, Unknown):
        yield target
        return
    try:
        own_port = target.number("port")
    except UnresolvedError as error:
        yield error.unknown
        return
    port = None if own_port is None else int(own_port)
    for found in _followed(target, "target_id", (EC2_INSTANCE, LB, LAMBDA_FUNCTION), stack):
        yield found if isinstance(found, Unknown) else Registration(found, port)


def _followed(
    holder: Resource | Unknown, path: str, types: tuple[str, ...], stack: Stack
) -> Iterator[Resource | Unknown]:
    """Give what a property points to, of the first type of which it is something."""
    if isinstance(holder, Unknown):
        yield holder
        return
    lost: Unknown | None = None
    for type_ in types:
        try:
            found = stack.follow(holder, path, type_)
        except UnresolvedError as error:
            lost = lost or error.unknown
        else:
            yield from found
            if found:
                return
    if lost is not None:
        yield lost
