"""ECS services: tasks get out to where their images are kept, or in private to ECR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each
from stackproof.controls.support.example_service import judged, rule
from stackproof.controls.support.placement import on_fargate
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Hide, Mutation, Neighbour, Ref, With, Without
from stackproof.reasoning.network import ROUTE_NEIGHBOURS, Exit, Route, exits, route_table, routes
from stackproof.reasoning.openings import rules_about
from stackproof.reasoning.places import Place, place
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.security_groups import EGRESS_NEIGHBOURS, egress
from stackproof.types.tokens import ECS_SERVICE, ROUTE, SECURITY_GROUP, VPC, VPC_ENDPOINT

_HTTPS: Final = 443
_ECR: Final = ".ecr.dkr"
_OTHERS: Final = ("core_network_arn", "transit_gateway_id", "vpc_peering_connection_id")
_OUT: Final = With(rule("tasks-out", Ref("tasks-wall"), "out", _HTTPS, cidr_ipv4="0.0.0.0/0"))
_TASKS: Final = judged("tasks", launch_type="FARGATE")
_PLACED: Final = replace(_TASKS, neighbours=(*_TASKS.neighbours, _OUT.neighbour))
_NETWORK: Final = "network_configuration"


def _in(*subnets: str, public: bool = False) -> Change:
    network: dict[str, Any] = {"subnets": [Ref(name) for name in subnets]}
    network |= {"security_groups": [Ref("tasks-wall")], "assign_public_ip": public}
    return Change(_NETWORK, network)


def _endpoint(service: str, vpc: Any) -> Mutation:
    facts = {"vpc_id": vpc, "vpc_endpoint_type": "Interface"}
    return With(
        Neighbour(
            "ecr", VPC_ENDPOINT, {**facts, "service_name": f"com.amazonaws.us-east-1{service}"}
        )
    )


_SHARED: Final = With(
    Neighbour(
        "shared",
        ROUTE,
        {
            "route_table_id": Ref("database-a-table"),
            "destination_cidr_block": "10.0.0.0/8",
            "transit_gateway_id": "tgw-1",
        },
    )
)


@control(
    "ecs-tasks-get-their-image",
    title="Fargate tasks have a route to where their images are kept",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=ECS_SERVICE,
    needs=(*ROUTE_NEIGHBOURS, SECURITY_GROUP, *EGRESS_NEIGHBOURS, VPC_ENDPOINT),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=_PLACED,
        failing=(
            Without("tasks-out"),
            Change("to_port", 80, of="tasks-out"),
            _in("private-a", "database-a"),
            _in("public-a"),
            Without("private-b-out"),
            (_in("database-a"), _endpoint(".logs", Ref("vpc"))),
        ),
        unknown=(
            Hide("launch_type"),
            Hide(_NETWORK),
            Hide("route_table_id", of="private-a-joined"),
            (Without("tasks-out"), Hide("security_group_id", of="balancer-out")),
            (_in("database-a"), _endpoint(_ECR, Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
            (_in("database-a"), _SHARED),
        ),
        absent=(Without("tasks-wall"), Without("private-a"), Without("private-a-table")),
        also_passing=(
            _in("public-a", public=True),
            (_in("database-a"), _endpoint(_ECR, Ref("vpc"))),
        ),
        not_applicable=(Change("launch_type", "EC2"),),
    ),
)
def get_their_image(service: Resource, stack: Stack) -> Outcome:
    """By a NAT gateway, a public address of their own, or an endpoint of ECR in their VPC.

    Source: Amazon ECS Developer Guide, "Fargate task networking": an image is pulled through the
    task's own interface.
    """
    if not on_fargate(service):
        return NotApplicable("the hosts get the images")
    stands = place(service, stack)
    public = bool(service.get(f"{_NETWORK}.assign_public_ip"))
    return worst(
        attempt(_lets_out, stands, stack),
        each(stands.subnets, partial(_reaches_images, stack, public)),
    )


def _lets_out(stands: Place, stack: Stack) -> Outcome:
    hidden: Unknown | None = None
    for held in rules_about(_HTTPS, stands.groups, egress, stack):
        if not isinstance(held, Unknown):
            return Pass()
        hidden = hidden or held
    if hidden is not None:
        return hidden
    fix = "Let 443 out by a rule of the tasks' security group."
    return Fail(f"{_NETWORK}.security_groups", "a rule that lets 443 out", None, fix)


def _reaches_images(stack: Stack, public: bool, subnet: Resource) -> Outcome:
    out = exits(subnet, stack)
    if Exit.NAT in out or Exit.OTHER in out or (Exit.INTERNET_GATEWAY in out and public):
        return Pass()
    if _has_endpoint(subnet, stack):
        return Pass()
    elsewhere = next(_other_networks(subnet, stack), None)
    if elsewhere is not None:
        # Endpoints, or the registry itself, may be shared from there.
        return Unknown(Cause.NOT_IN_STACK, elsewhere, "what other networks offer")
    actual = f"{subnet.name} has no route out"
    if Exit.INTERNET_GATEWAY in out:
        actual = f"{subnet.name} has a route out for public addresses only"
    fix = "Name subnets with a route to a NAT gateway, or add endpoints of ECR, S3 and the logs."
    return Fail(f"{_NETWORK}.subnets", "subnets with a route to the images", actual, fix)


def _other_networks(subnet: Resource, stack: Stack) -> Iterator[str]:
    """Give the routes of a subnet that lead into other networks."""
    for route in routes(route_table(subnet, stack), stack):
        if isinstance(route, Route) and any(route.facts.raw(name) for name in _OTHERS):
            yield route.place


def _has_endpoint(subnet: Resource, stack: Stack) -> bool:
    """Tell whether the subnet's VPC has an endpoint of ECR, the stack's or another's.

    Raises UnresolvedError when that can't be seen.
    """
    vpc = stack.follow_one(subnet, "vpc_id", VPC)
    if vpc is None:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=f"the VPC of {subnet.name}"))
    for endpoint in referrers_or_unknown(vpc, stack, VPC_ENDPOINT, "vpc_id"):
        if isinstance(endpoint, Unknown):
            raise UnresolvedError(endpoint)
        if (endpoint.text("service_name") or "").endswith(_ECR):
            return True
    return False
