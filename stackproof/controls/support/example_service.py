"""A small service that cases of controls are built on: tasks behind a load balancer."""

from __future__ import annotations

from typing import Any

from stackproof.controls.support.example_network import network
from stackproof.model import Sight
from stackproof.model.cases import SUBJECT, Given, Neighbour, Ref
from stackproof.types.tokens import (
    ECS_SERVICE,
    LB,
    LB_LISTENER,
    LB_TARGET_GROUP,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
)

PORT = 8080
# How a rule names a group instead of addresses.
BY_GROUP = "referenced_security_group_id"


def rule(name: str, group: Ref, direction: str, port: int, **peer: Any) -> Neighbour:
    """Give a rule of a group for a port: `direction` is `in` or `out`."""
    type_ = SECURITY_GROUP_INGRESS_RULE if direction == "in" else SECURITY_GROUP_EGRESS_RULE
    rule = {"security_group_id": group, "ip_protocol": "tcp"}
    return Neighbour(name, type_, {**rule, "from_port": port, "to_port": port, **peer})


def service(subject: str) -> tuple[Neighbour, ...]:
    """Give the service, in the network, without the resource that is judged.

    Names: `balancer`, `listener`, `group` (the target group), `tasks` (the ECS service), the
    security groups `balancer-wall` and `tasks-wall`, and their rules `clients-in`, `balancer-out`
    and `tasks-in`.
    """

    def ref(name: str, attribute: str = "id") -> Ref:
        return Ref(SUBJECT if name == subject else name, attribute)

    forward = [{"type": "forward", "target_group_arn": ref("group", "arn")}]
    registered = {"container_name": "api", "container_port": PORT}
    made = (
        *network(),
        Neighbour("balancer-wall", SECURITY_GROUP, {"vpc_id": ref("vpc")}),
        Neighbour("tasks-wall", SECURITY_GROUP, {"vpc_id": ref("vpc")}),
        rule("clients-in", ref("balancer-wall"), "in", 443, cidr_ipv4="0.0.0.0/0"),
        rule("balancer-out", ref("balancer-wall"), "out", PORT, **{BY_GROUP: ref("tasks-wall")}),
        rule("tasks-in", ref("tasks-wall"), "in", PORT, **{BY_GROUP: ref("balancer-wall")}),
        Neighbour(
            "balancer",
            LB,
            {
                "load_balancer_type": "application",
                "internal": False,
                "subnets": [ref("public-a"), ref("public-b")],
                "security_groups": [ref("balancer-wall")],
            },
        ),
        Neighbour(
            "listener",
            LB_LISTENER,
            {
                "load_balancer_arn": ref("balancer", "arn"),
                "protocol": "HTTPS",
                "port": 443,
                "default_actions": forward,
            },
        ),
        Neighbour(
            "group",
            LB_TARGET_GROUP,
            {
                "target_type": "ip",
                "protocol": "HTTP",
                "port": PORT,
                "vpc_id": ref("vpc"),
                "health_check": {"path": "/health", "port": "traffic-port"},
            },
        ),
        Neighbour(
            "tasks",
            ECS_SERVICE,
            {
                "network_configuration": {
                    "subnets": [ref("private-a"), ref("private-b")],
                    "security_groups": [ref("tasks-wall")],
                },
                "load_balancers": [{"target_group_arn": ref("group", "arn"), **registered}],
            },
        ),
    )
    return tuple(resource for resource in made if resource.name != subject)


def judged(name: str, **more: Any) -> Given:
    """Give the service with one of its resources as the judged one, with more properties.

    As a program declares it: nobody has touched the VPC's own network ACL.
    """
    whole = {resource.name: resource for resource in service("")}
    facts = {**whole[name].properties, **more}
    return Given(whole[name].type, facts, service(name), Sight.DECLARED)
