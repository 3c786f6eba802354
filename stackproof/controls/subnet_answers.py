"""Subnets: network ACLs keep no state, so that answers need a rule of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.example_network import judged
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
    Sight,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.answering import unheard
from stackproof.reasoning.network import ROUTE_NEIGHBOURS, Exit, exits
from stackproof.reasoning.network_acls import ACL_NEIGHBOURS
from stackproof.reasoning.reachability import told
from stackproof.types.tokens import NAT_GATEWAY, NETWORK_ACL, SUBNET


def _entry(number: int, action: str, first: int, last: int, cidr: str = "0.0.0.0/0") -> Any:
    entry = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": cidr}
    return {**entry, "from_port": first, "to_port": last}


def _acl(subnet: str, ingress: list[Any], egress: list[Any]) -> With:
    facts = {"subnet_ids": [Ref(subnet)], "ingress": ingress, "egress": egress}
    return With(Neighbour("acl", NETWORK_ACL, facts))


_ALL: Final = _entry(100, "allow", 0, 65535)
_NO_ANSWERS: Final = _entry(50, "deny", 1024, 65535)


@control(
    "subnet-hears-answers",
    title="Network ACLs let in the answers to what private subnets ask the internet",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=SUBNET,
    needs=(*ROUTE_NEIGHBOURS, *ACL_NEIGHBOURS, NAT_GATEWAY),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=replace(judged("private-a"), sight=Sight.DECLARED),
        failing=(
            _acl("subject", [_NO_ANSWERS, _ALL], [_ALL]),
            _acl("subject", [_entry(100, "allow", 443, 443)], [_ALL]),
            _acl("subject", [_entry(100, "allow", 0, 65535, "10.0.0.0/8")], [_ALL]),
            _acl("public-a", [_NO_ANSWERS, _ALL], [_ALL]),
            _acl("public-a", [_ALL], [_NO_ANSWERS, _entry(60, "deny", 0, 1023)]),
            _acl("public-a", [_entry(50, "deny", 0, 65535, "10.0.10.0/24"), _ALL], [_ALL]),
        ),
        unknown=(
            Hide("route_table_id", of="private-a-joined"),
            Hide("subnet_id", of="nat-a"),
            _acl("subject", [_ALL, Unknown(Cause.ACCESS_DENIED)], [_ALL]),
        ),
        absent=(Without("vpc"), Without("private-a-table"), Without("nat-a")),
        also_passing=(
            _acl("subject", [_ALL], [_ALL]),
            _acl("subject", [_entry(9, "allow", 1024, 65535)], [_entry(9, "allow", 443, 443)]),
            _acl("subject", [_entry(50, "deny", 0, 65535, "203.0.113.0/24"), _ALL], [_ALL]),
        ),
        not_applicable=(
            Without("private-a-out"),
            _acl("subject", [], [_entry(100, "allow", 0, 65535, "10.0.0.0/16")]),
        ),
    ),
)
def hears_answers(subnet: Resource, stack: Stack) -> Outcome:
    """Those that have a way out by a NAT gateway; its own subnet passes on what they ask.

    Source: Amazon VPC User Guide, "Custom network ACLs", ephemeral ports.
    """
    if Exit.NAT not in exits(subnet, stack):
        return NotApplicable("it asks nothing by a NAT gateway")
    found = unheard(subnet, stack)
    if found is None:
        return NotApplicable("its network ACL lets no request out to the internet")
    if not found:
        return Pass()
    return Fail(
        "id",
        "requests out and answers in, on 1024-65535",
        told(found),
        "Let the answers in by the network ACL, also that of the NAT gateway's subnet.",
    )
