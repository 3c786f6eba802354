"""Target groups: the load balancer's packets get through to the targets, and the answers back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.example_service import PORT, judged, rule
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
)
from stackproof.model.cases import Cases, Change, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.places import FLEET_NEIGHBOURS, Place, place
from stackproof.reasoning.reachability import REACH_NEIGHBOURS, obstacles, told
from stackproof.reasoning.target_groups import (
    LEAD_NEIGHBOURS,
    TARGET_NEIGHBOURS,
    Registration,
    balancers,
    registrations,
)
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    DEFAULT_NETWORK_ACL,
    LAMBDA_FUNCTION,
    LAUNCH_TEMPLATE,
    LB_TARGET_GROUP,
    NETWORK_ACL,
)

_TRAFFIC: Final = "traffic-port"


def _entry(number: int, action: str, first: int, last: int) -> dict[str, Any]:
    entry = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    return {**entry, "from_port": first, "to_port": last}


def _acl(ingress: Any, egress: Any) -> With:
    subnets = [Ref("private-a"), Ref("private-b")]
    facts = {"subnet_ids": subnets, "ingress": ingress, "egress": egress}
    return With(Neighbour("acl", NETWORK_ACL, facts))


_ALL: Final = _entry(100, "allow", 0, 65535)
_FLEET: Final = (
    Without("tasks"),
    Change("target_type", "instance"),
    With(Neighbour("template", LAUNCH_TEMPLATE, {"vpc_security_group_ids": [Ref("tasks-wall")]})),
    With(
        Neighbour(
            "fleet",
            AUTOSCALING_GROUP,
            {
                "target_group_arns": [Ref("subject", "arn")],
                "vpc_zone_identifiers": [Ref("private-a"), Ref("private-b")],
                "launch_template": {"id": Ref("template"), "version": "$Latest"},
            },
        )
    ),
)
_NETWORK: Final = (
    Change("load_balancer_type", "network", of="balancer"),
    Remove("security_groups", of="balancer"),
    Without("tasks-in"),
)


@control(
    "target-group-reached",
    title="Load balancers reach the targets of their target groups",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=LB_TARGET_GROUP,
    needs=(*REACH_NEIGHBOURS, *LEAD_NEIGHBOURS, *TARGET_NEIGHBOURS, *FLEET_NEIGHBOURS),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=judged("group"),
        failing=(
            Without("tasks-in"),
            Without("balancer-out"),
            Change("to_port", PORT - 1, of="tasks-in"),
            Change("ip_protocol", "udp", of="tasks-in"),
            Change("referenced_security_group_id", Ref("tasks-wall"), of="tasks-in"),
            Change("health_check.port", "9000"),
            Change("load_balancers.0.container_port", 9000, of="tasks"),
            _acl([_entry(90, "deny", PORT, PORT), _ALL], [_ALL]),
            _acl([_ALL], [_entry(90, "deny", 1024, 65535), _ALL]),
            _acl([_ALL], [_entry(90, "allow", 443, 443)]),
            With(Neighbour("closed", DEFAULT_NETWORK_ACL, {"default_network_acl_id": Ref("vpc")})),
            (*_FLEET, Without("tasks-in")),
            _NETWORK,
        ),
        unknown=(
            Hide("security_groups", of="balancer"),
            Hide("network_configuration", of="tasks"),
            Hide("default_actions", of="listener"),
            Hide("load_balancers", of="tasks"),
            Hide("health_check"),
            (Without("tasks-in"), Hide("security_group_id", of="clients-in")),
            (*_FLEET, Hide("launch_template", of="fleet")),
            _acl([_ALL], [_ALL, {**_ALL, "rule_no": 90, "action": Unknown(Cause.ACCESS_DENIED)}]),
            Change("ip_address_type", "ipv6"),
        ),
        absent=(Without("tasks-in"), Without("private-a"), Without("balancer"), Without("vpc")),
        also_passing=(
            _acl([_ALL], [_ALL]),
            _acl([_entry(90, "allow", PORT, PORT)], [_entry(90, "allow", 1024, 65535)]),
            (
                Without("tasks-in"),
                With(rule("wide", Ref("tasks-wall"), "in", PORT, cidr_ipv4="10.0.0.0/16")),
            ),
            (
                Change("security_groups", [Ref("tasks-wall")], of="balancer"),
                With(
                    rule(
                        "own",
                        Ref("tasks-wall"),
                        "in",
                        PORT,
                        referenced_security_group_id=Ref("tasks-wall"),
                    )
                ),
                With(rule("out", Ref("tasks-wall"), "out", PORT, cidr_ipv4="0.0.0.0/0")),
            ),
            # What is hidden can't take away what another rule allows.
            With(rule("listed", Ref("tasks-wall"), "in", PORT, prefix_list_id="pl-58a04531")),
            _FLEET,
            (
                *_NETWORK,
                With(rule("nodes", Ref("tasks-wall"), "in", PORT, cidr_ipv4="10.0.0.0/22")),
            ),
        ),
        not_applicable=(
            Change("target_type", "lambda"),
            Change("protocol", "GENEVE"),
            Without("tasks"),
            Without("listener"),
        ),
    ),
)
def reached(group: Resource, stack: Stack) -> Outcome:
    """There by both security groups and every subnet's network ACL, and the answers back.

    Network ACLs keep no state: they must let answers through by their ports. Sources: Elastic Load
    Balancing, "Security groups for your Application Load Balancer" and "Health checks for Network
    Load Balancer target groups"; Amazon VPC User Guide, "Ephemeral ports".
    """
    group = stated(group)
    if group["target_type"] == "lambda":
        return NotApplicable("functions are invoked, not connected to")
    if group["protocol"] == "GENEVE":
        return NotApplicable("a group of firewalls")
    if group["ip_address_type"] == "ipv6":
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "ip_address_type", "ways by IPv6"))
    doors, targets = [*balancers(group, stack)], [*registrations(group, stack)]
    if not doors:
        return NotApplicable("no load balancer of this stack sends it requests")
    if not targets:
        return NotApplicable("nothing of this stack registers targets with it")
    return each(_pairs(doors, targets), partial(_gets_through, group, stack))


def _pairs(
    doors: list[Resource | Unknown], targets: list[Registration | Unknown]
) -> Iterator[tuple[Resource, Registration] | Unknown]:
    for door, target in product(doors, targets):
        if isinstance(door, Unknown):
            yield door
        elif isinstance(target, Unknown):
            yield target
        else:
            yield door, target


def _gets_through(group: Resource, stack: Stack, pair: tuple[Resource, Registration]) -> Outcome:
    door, target = pair
    if target.by.type == LAMBDA_FUNCTION:
        return NotApplicable("functions are invoked, not connected to")
    source, stands = place(door, stack), place(target.by, stack)
    return each(
        _ports(group, door, target).items(), partial(_open, stack=stack, source=source, to=stands)
    )


def _ports(group: Resource, door: Resource, target: Registration) -> dict[int, str]:
    """Give the ports that the load balancer itself opens, and the property that says each.

    Through a network load balancer clients reach targets with their own addresses, if at all; only
    its health checks are its own.
    """
    own = group.number("port") if target.port is None else target.port
    check = group.get("health_check.port") or _TRAFFIC
    checked = own if check == _TRAFFIC else group.number("health_check.port")
    ports = {int(own): "port"} if own and door["load_balancer_type"] != "network" else {}
    return ports | (
        {int(checked): "health_check.port"} if checked and int(checked) not in ports else {}
    )


def _open(asked: tuple[int, str], stack: Stack, source: Place, to: Place) -> Outcome:
    port, protocol = asked
    found = obstacles(source, to, port, stack)
    if not found:
        return Pass()
    return Fail(
        protocol,
        f"a way from {source.name} to {to.name} on {port}, and back",
        told(found),
        "Let the port out and in by both security groups and network ACLs, and the answers back.",
    )
