"""Network ACLs let out the answers to those whom they let in."""

from __future__ import annotations

from typing import Any, Final

from stackproof.controls.registry import control
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, With
from stackproof.reasoning.addresses import is_private
from stackproof.reasoning.network_acls import let_through
from stackproof.reasoning.openings import INTERNET
from stackproof.reasoning.places import ANY_PORTS
from stackproof.types.tokens import DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_RULE

# What comes to a port below those that clients take for themselves is a request, and no answer.
_ASKED: Final = range(1024)


def _entry(number: int, first: int, last: int, cidr: str = "0.0.0.0/0") -> dict[str, Any]:
    entry = {"rule_no": number, "action": "allow", "protocol": "tcp", "cidr_block": cidr}
    return {**entry, "from_port": first, "to_port": last}


def _apart(**more: Any) -> With:
    facts = {
        "network_acl_id": Ref("subject"),
        "rule_number": 10,
        "rule_action": "allow",
        "egress": True,
        "protocol": "-1",
        "cidr_block": "0.0.0.0/0",
    }
    return With(Neighbour("rule", NETWORK_ACL_RULE, {**facts, **more}))


@control(
    "network-acl-lets-answers-out",
    title="Network ACLs let out the answers to the requests that they let in",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=(NETWORK_ACL, DEFAULT_NETWORK_ACL),
    needs=(NETWORK_ACL_RULE,),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            NETWORK_ACL,
            {"ingress": [_entry(100, 443, 443)], "egress": [_entry(100, 1024, 65535)]},
        ),
        failing=(
            Change("egress", []),
            Change("egress", [_entry(100, 443, 443)]),
            Change("egress", [_entry(100, 1024, 65535, "10.0.0.0/8")]),
            (Change("ingress", [_entry(100, 443, 443, "10.0.0.0/8")]), Change("egress", [])),
            (
                Change("ingress", [_entry(100, 443, 443, "10.0.0.0/8")]),
                Change("egress", [_entry(100, 1024, 65535, "172.16.0.0/12")]),
            ),
            (Change("egress", []), _apart(egress=False)),
        ),
        unknown=(Hide("ingress"), Hide("egress"), Hide("egress.0.cidr_block")),
        absent=(
            (Change("egress", []), _apart(network_acl_id=Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
        ),
        also_passing=(
            Change("egress", [_entry(100, 0, 65535)]),
            Change("egress", [_entry(100, 32768, 60999)]),
            (Change("egress", []), _apart()),
            (
                Change("ingress", [_entry(100, 443, 443, "10.0.0.0/8")]),
                Change("egress", [_entry(100, 1024, 65535, "10.0.0.0/16")]),
            ),
        ),
        not_applicable=(
            Change("ingress", []),
            # Those behind it only ask: these are answers.
            (
                Change("ingress", [_entry(100, 1024, 65535)]),
                Change("egress", [_entry(9, 443, 443)]),
            ),
        ),
    ),
)
def lets_answers_out(acl: Resource, stack: Stack) -> Outcome:
    """They keep no state: what an instance answers is refused like anything that no rule names.

    Judged by IPv4, for each range of addresses that is let in on a port below 1024. Source: Amazon
    VPC User Guide, "Custom network ACLs for your VPC", ephemeral ports.
    """
    let_in = let_through(acl, stack, INTERNET, _ASKED, egress=False)
    if not let_in:
        return NotApplicable("lets no requests in")
    for asking in let_in:
        answered = let_through(acl, stack, asking, ANY_PORTS, egress=True)
        if not is_private(asking):
            answered = [range_ for range_ in answered if not is_private(range_)]
        if not answered:
            return Fail(
                "egress",
                f"answers to {asking} let out, on 1024-65535",
                f"none of them, where {asking} is let in",
                "Allow TCP to the addresses that are let in, on ports 1024-65535.",
            )
    return Pass()
