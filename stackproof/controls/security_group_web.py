"""Security groups: what else but web ports may be open to public addresses."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.security_group_internet import (
    HIDDEN,
    OPENED,
    UNSEEN,
    example,
    of_groups,
    verdict,
)
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Neighbour, Ref, With
from stackproof.model.parameter import Range
from stackproof.reasoning.addresses import has_wide_public
from stackproof.reasoning.relations import all_referrers
from stackproof.reasoning.security_groups import (
    INGRESS_NEIGHBOURS,
    OPENING,
    Rule,
    ingress,
    open_to_internet,
)
from stackproof.types.tokens import LB, LB_LISTENER

WEB_PORTS = (80, 443)


@control(
    "security-group-internet-only-to-web-ports",
    title="Security groups let the internet reach web ports and load balancer listeners only",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=OPENING,
    needs=(*OPENING, *INGRESS_NEIGHBOURS, LB, LB_LISTENER),
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("EC2.18", "EC2.19"),
        Framework.PCI: ("1.2.5", "1.3.1", "1.4.2"),
        Framework.NIST: ("SC-7",),
    },
    in_part={Framework.CIS: ("5.1.2",)},
    cases=Cases(
        passing=example(8080),
        failing=OPENED,
        unknown=HIDDEN,
        absent=UNSEEN,
        also_passing=(
            (
                Change("from_port", 443, of="apart"),
                Change("to_port", 443, of="apart"),
                Change("cidr_ipv4", "0.0.0.0/0", of="apart"),
            ),
            (Change("ingress.0.protocol", "icmp"), Change("ingress.0.cidr_blocks.0", "0.0.0.0/0")),
            (
                Change("cidr_ipv4", "0.0.0.0/0", of="apart"),
                With(Neighbour("front", LB, {"security_groups": [Ref("subject")]})),
                With(
                    Neighbour(
                        "listener",
                        LB_LISTENER,
                        {"load_balancer_arn": Ref("front", "arn"), "port": 8080},
                    )
                ),
            ),
        ),
    ),
)
@of_groups
def only_web_ports(
    group: Resource,
    stack: Stack,
    *,
    allowed_ports: Annotated[tuple[int, ...], Range(1, 65535, "ports")] = WEB_PORTS,
) -> Outcome:
    """A load balancer's group may also open the ports on which its listeners answer."""
    allowed = {*allowed_ports, *_listener_ports(group, stack)}
    expected = f"no port but {', '.join(map(str, sorted(allowed)))} for the internet"
    rule = open_to_internet(ingress(group, stack), stack, partial(_opens_more_than, allowed))
    return verdict(rule, expected)


@control(
    "security-group-no-wide-public-ranges",
    title="Security groups name no wide public address range outside web ports",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=OPENING,
    needs=(*OPENING, *INGRESS_NEIGHBOURS),
    unknown_blocks=True,
    frameworks={Framework.PCI: ("1.3.1", "1.4.2"), Framework.NIST: ("SC-7",)},
    cases=Cases(
        passing=example(8080),
        failing=(
            *OPENED,
            Change("ingress.0.cidr_blocks.0", "52.0.0.0/12"),
            Change("cidr_ipv4", "203.0.112.0/23", of="apart"),
            Change("ingress.0.ipv6_cidr_blocks.0", "2600:1f00::/24"),
            (
                Change("cidr_ipv4", "198.51.100.0/24", of="apart"),
                Change("ingress.0.cidr_blocks.0", "198.51.101.0/24"),
            ),
        ),
        unknown=HIDDEN,
        absent=UNSEEN,
        also_passing=(
            Change("ingress.0.cidr_blocks.0", "203.0.113.0/24"),
            Change("ingress.0.cidr_blocks.0", "172.16.0.0/12"),
        ),
    ),
)
@of_groups
def wide_public_ranges(
    group: Resource,
    stack: Stack,
    *,
    ipv4_prefix: Annotated[int, Range(1, 32, "bits")] = 24,
    ipv6_prefix: Annotated[int, Range(1, 128, "bits")] = 48,
) -> Outcome:
    """Adjacent ranges count as the one that they make."""
    rule = open_to_internet(
        ingress(group, stack),
        stack,
        partial(_opens_more_than, set(WEB_PORTS)),
        partial(has_wide_public, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix),
    )
    return verdict(rule, f"public ranges no wider than /{ipv4_prefix} (IPv6 /{ipv6_prefix})")


def _opens_more_than(allowed: set[int], rule: Rule) -> bool:
    if rule.protocol in ("icmp", "icmpv6"):
        return False
    return not rule.ports or any(port not in allowed for port in rule.ports)


def _listener_ports(group: Resource, stack: Stack) -> set[int]:
    balancers = all_referrers(group, stack, LB, "security_groups")
    listeners = (all_referrers(lb, stack, LB_LISTENER, "load_balancer_arn") for lb in balancers)
    ports = (listener.number("port") for found in listeners for listener in found)
    return {int(port) for port in ports if port is not None}
