"""Load balancers: clients get through to the ports of their listeners, and the answers back."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.example_service import judged, rule
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.answering import closed_to_clients
from stackproof.reasoning.ip_versions import ip_versions
from stackproof.reasoning.places import place
from stackproof.reasoning.reachability import REACH_NEIGHBOURS
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import LB, LB_LISTENER, NETWORK_ACL

_TCP: Final = ("HTTP", "HTTPS", "TCP", "TLS", "TCP_UDP")


def _entry(number: int, action: str, first: int, last: int) -> dict[str, Any]:
    entry = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    return {**entry, "from_port": first, "to_port": last}


def _acl(ingress: list[Any], egress: list[Any]) -> With:
    subnets = [Ref("public-a"), Ref("public-b")]
    facts = {"subnet_ids": subnets, "ingress": ingress, "egress": egress}
    return With(Neighbour("acl", NETWORK_ACL, facts))


_ALL: Final = _entry(100, "allow", 0, 65535)
_REDIRECT: Final = [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443"}}]
_NETWORK: Final = (Change("load_balancer_type", "network"), Remove("security_groups"))

_BY_IPV6: Final = (
    Remove("cidr_ipv4", of="clients-in"),
    Change("cidr_ipv6", "::/0", of="clients-in"),
)


@control(
    "load-balancer-reached",
    title="Load balancers let clients in on the ports of their listeners",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=LB,
    needs=(*REACH_NEIGHBOURS, LB_LISTENER),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=judged("balancer"),
        failing=(
            Without("clients-in"),
            Change("from_port", 444, of="clients-in"),
            Change("port", 8443, of="listener"),
            _acl([_entry(50, "deny", 443, 443), _ALL], [_ALL]),
            _acl([_ALL], [_entry(50, "deny", 1024, 65535), _ALL]),
            _acl([_ALL], [_entry(50, "allow", 443, 443)]),
            (*_NETWORK, _acl([], [])),
            _BY_IPV6,
            (*_BY_IPV6, Change("ip_address_type", "ipv4")),
            Change("ip_address_type", "dualstack-without-public-ipv4"),
        ),
        unknown=(
            Hide("security_groups"),
            Hide("security_group_id", of="clients-in"),
            Hide("port", of="listener"),
            (Change("internal", True), Without("clients-in")),
            Remove("security_groups"),
            (*_BY_IPV6, Hide("ip_address_type")),
            _acl([{**_ALL, "rule_no": Unknown(Cause.ACCESS_DENIED)}], [_ALL]),
        ),
        absent=(Without("balancer-wall"), Without("public-a"), Without("vpc")),
        also_passing=(
            Change("cidr_ipv4", "198.51.100.0/24", of="clients-in"),
            (
                Without("clients-in"),
                With(rule("cdn", Ref("balancer-wall"), "in", 443, prefix_list_id="pl-3b927c52")),
            ),
            _acl([_entry(50, "allow", 443, 443)], [_entry(50, "allow", 1024, 65535)]),
            _acl([{**_entry(50, "deny", 443, 443), "cidr_block": "203.0.113.0/24"}, _ALL], [_ALL]),
            (Change("internal", True), Change("cidr_ipv4", "10.0.0.0/16", of="clients-in")),
            _NETWORK,
            Hide("ip_address_type"),
            (*_BY_IPV6, Change("ip_address_type", "dualstack")),
            (*_BY_IPV6, Change("ip_address_type", "dualstack-without-public-ipv4")),
            (
                With(
                    Neighbour(
                        "http",
                        LB_LISTENER,
                        {
                            "load_balancer_arn": Ref("subject", "arn"),
                            "protocol": "HTTP",
                            "port": 80,
                            "default_actions": _REDIRECT,
                        },
                    )
                )
            ),
        ),
        not_applicable=(
            Change("load_balancer_type", "gateway"),
            Without("listener"),
            (*_NETWORK, Change("protocol", "UDP", of="listener")),
        ),
    ),
)
def reached(balancer: Resource, stack: Stack) -> Outcome:
    """In by a rule of its security group, whoever that names, and by every subnet's network ACL.

    Who is named by an address of IPv6 gets in only where the load balancer has such addresses. A
    listener that sends plain HTTP on to HTTPS may be closed.
    """
    if balancer["load_balancer_type"] == "gateway":
        return NotApplicable("it is reached through its endpoints")
    listeners = referrers_or_unknown(balancer, stack, LB_LISTENER, "load_balancer_arn")
    return each(listeners, partial(_lets_in, balancer, stack))


def _lets_in(balancer: Resource, stack: Stack, listener: Resource) -> Outcome:
    protocol, port = listener["protocol"], listener.number("port")
    if protocol not in _TCP or port is None:
        return NotApplicable(f"clients come by {protocol}")
    found = closed_to_clients(place(balancer, stack), int(port), ip_versions(balancer), stack)
    if not found:
        return Pass()
    if _sends_on(listener):
        return NotApplicable("it only sends on to another port")
    if balancer["internal"] and stack.sight is not Sight.LIVE:
        # Those who may come in are often another program's, with the rules that let them.
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=found[0]))
    return Fail(
        "security_groups",
        f"clients get in on {int(port)}, where {listener.name} listens",
        "; ".join(found),
        "Let clients in by a rule of the security group, and by the subnets' network ACLs, which "
        "must let the answers out on 1024-65535.",
    )


def _sends_on(listener: Resource) -> bool:
    actions = Block(listener.data, listener.name).blocks("default_actions")
    return all(action["type"] == "redirect" for action in actions)
