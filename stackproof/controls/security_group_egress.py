"""Security groups: what they let out."""

from __future__ import annotations

from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.security_groups import EGRESS_NEIGHBOURS, egress, open_to_internet
from stackproof.types.tokens import SECURITY_GROUP, SECURITY_GROUP_EGRESS_RULE

_ALL: Final[dict[str, Any]] = {"protocol": "-1", "from_port": 0, "to_port": 0}


@control(
    "security-group-egress-bounded",
    title="Security groups do not let everything out to everywhere",
    severity=Severity.LOW,
    category=Category.NETWORK,
    types=SECURITY_GROUP,
    needs=EGRESS_NEIGHBOURS,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("SC-7(5)", "SC-7(11)")},
    in_part={Framework.PCI: ("1.3.2",)},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP,
            {"vpc_id": "vpc-1", "egress": [{**_ALL, "cidr_blocks": ["10.0.0.0/8"]}]},
            (
                Neighbour(
                    "calls",
                    SECURITY_GROUP_EGRESS_RULE,
                    {
                        "security_group_id": Ref("subject"),
                        "ip_protocol": "tcp",
                        "from_port": 443,
                        "to_port": 443,
                        "cidr_ipv4": "0.0.0.0/0",
                    },
                ),
            ),
        ),
        failing=(
            Change("egress.0.cidr_blocks", ["0.0.0.0/0"]),
            Change("egress.0", {**_ALL, "ipv6_cidr_blocks": ["::/0"]}),
            Change("egress.0.cidr_blocks", ["0.0.0.0/1", "128.0.0.0/1"]),
            (
                Change("ip_protocol", "-1", of="calls"),
                Remove("from_port", of="calls"),
                Remove("to_port", of="calls"),
            ),
        ),
        unknown=(
            Hide("egress"),
            Hide("egress.0.cidr_blocks"),
            Hide("ip_protocol", of="calls"),
            Hide("security_group_id", of="calls"),
        ),
        absent=((Without("calls"), Change("egress.0.cidr_blocks", ["0.0.0.0/0"])),),
        also_passing=((Remove("egress"), Without("calls")),),
        not_applicable=(
            (
                Change("egress.0.cidr_blocks", ["0.0.0.0/0"]),
                Change("tags", {"Environment": "dev"}),
            ),
        ),
    ),
)
def egress_bounded(group: Resource, stack: Stack) -> Outcome:
    """Whoever takes over what is in it fetches tools from anywhere, and sends data there.

    One port to everywhere is enough for AWS's APIs and most of the web; how far a program's own
    traffic goes only its owner knows.
    """
    rule = open_to_internet(egress(group, stack), stack, lambda rule: rule.all_ports)
    if rule is None:
        return Pass()
    fix = "Let out the ports that are needed, to the groups or addresses that are needed."
    return Fail(rule.place, "not every port to everywhere", rule.summary, fix)
