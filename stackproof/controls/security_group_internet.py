"""Security groups: what the internet may reach through them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Mutation,
    Neighbour,
    Ref,
    With,
    Without,
)
from stackproof.model.parameter import Ports
from stackproof.reasoning.security_groups import (
    INGRESS_NEIGHBOURS,
    OPENING,
    Rule,
    ingress,
    open_to_internet,
)
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

# What administrators log in through, and what keeps data: nobody's business on the internet.
ADMIN_PORTS = (22, 3389)
DATA_PORTS = (
    *(1433, 1434, 1521, 3306, 5432, 5439, 27017, 9042),  # databases
    *(6379, 6380, 11211),  # caches
    *(9200, 9300, 5601),  # search
    *(4222, 5671, 5672, 9092, 9094, 61616),  # message brokers
    *(111, 445, 2049),  # file shares
)
# Of these, what also (or only) speaks UDP: RDP, the browser of SQL Server, memcached, the port
# mapper and NFS. Source: IANA, Service Name and Transport Protocol Port Number Registry.
_UDP = frozenset({3389, 1434, 11211, 111, 2049})
_TCP_ONLY = frozenset({*ADMIN_PORTS, *DATA_PORTS}) - _UDP
FIX = "Name the security group or the private addresses that need the port, not the internet."


def of_groups(judge: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Judge rules with their group, and by themselves where the group is outside the stack."""

    @wraps(judge)
    def judged(resource: Resource, stack: Stack, **parameters: Any) -> Outcome:
        group = resource.type in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)
        if not group and not any(True for _ in ingress(resource, stack)):
            return NotApplicable("judged with its security group, or lets nothing in")
        return judge(resource, stack, **parameters)

    return judged


def example(port: int, *, source: str = "10.0.0.0/8") -> Given:
    """Give a group with a rule of each kind on a port, one of them through a prefix list."""
    ports = {"from_port": port, "to_port": port}
    inline = {"protocol": "tcp", **ports, "cidr_blocks": [source], "ipv6_cidr_blocks": ["fd00::/8"]}
    apart = {"security_group_id": Ref("subject"), "ip_protocol": "tcp", **ports}
    older = {"security_group_id": Ref("subject"), "protocol": "tcp", **ports, "type": "ingress"}
    return Given(
        SECURITY_GROUP,
        {"vpc_id": "vpc-0123", "ingress": [inline]},
        (
            Neighbour("apart", SECURITY_GROUP_INGRESS_RULE, apart | {"cidr_ipv4": source}),
            Neighbour("older", SECURITY_GROUP_RULE, older | {"cidr_blocks": [source]}),
            Neighbour(
                "office", SECURITY_GROUP_INGRESS_RULE, apart | {"prefix_list_id": Ref("offices")}
            ),
            Neighbour("offices", PREFIX_LIST, {"entries": [{"cidr": "203.0.113.0/24"}]}),
        ),
    )


# Each way in which a rule can let the internet in.
OPENED: tuple[Mutation | tuple[Mutation, ...], ...] = (
    Change("ingress.0.cidr_blocks.0", "0.0.0.0/0"),
    Change("ingress.0.ipv6_cidr_blocks.0", "::/0"),
    Change("ingress.0.ipv6_cidr_blocks.0", "::/1"),
    Change("ingress.0.cidr_blocks", ["0.0.0.0/1", "128.0.0.0/1"]),
    Change("cidr_ipv4", "0.0.0.0/0", of="apart"),
    Change("cidr_blocks.0", "0.0.0.0/0", of="older"),
    Change("entries.0.cidr", "0.0.0.0/0", of="offices"),
    With(
        Neighbour(
            "anywhere", PREFIX_LIST_ENTRY, {"prefix_list_id": Ref("offices"), "cidr": "0.0.0.0/0"}
        )
    ),
    (Change("ingress.0.protocol", "-1"), Change("ingress.0.cidr_blocks.0", "0.0.0.0/0")),
    (Change("ingress.0.to_port", 65535), Change("ingress.0.cidr_blocks.0", "0.0.0.0/0")),
    (Hide("cidr_ipv4", of="apart"), Change("ingress.0.cidr_blocks.0", "0.0.0.0/0")),
)
HIDDEN = (Hide("ingress.0.cidr_blocks.0"), Hide("ingress"), Hide("cidr_ipv4", of="apart"))
STRAY = With(
    Neighbour(
        "stray",
        SECURITY_GROUP_INGRESS_RULE,
        {"security_group_id": Unknown(Cause.NOT_KNOWN_AT_PREVIEW), "cidr_ipv4": "0.0.0.0/0"},
    )
)
ELSEWHERE = With(
    Neighbour(
        "anywhere",
        PREFIX_LIST_ENTRY,
        {"prefix_list_id": Unknown(Cause.NOT_KNOWN_AT_PREVIEW), "cidr": "0.0.0.0/0"},
    )
)
UNSEEN = (ELSEWHERE, Without("offices"), STRAY)


@control(
    "security-group-no-internet-to-admin-ports",
    title="Security groups do not let the internet reach SSH or RDP",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=OPENING,
    needs=(*OPENING, *INGRESS_NEIGHBOURS),
    unknown_blocks=True,
    frameworks={
        Framework.SECURITY_HUB: ("EC2.13", "EC2.14"),
        Framework.CIS: ("5.3", "5.4"),
        Framework.PCI: ("1.3.1",),
        Framework.NIST: ("AC-17", "SC-7"),
    },
    cases=Cases(
        passing=example(22),
        failing=OPENED,
        unknown=HIDDEN,
        absent=UNSEEN,
        also_passing=(
            (
                Change("ingress.0.from_port", 443),
                Change("ingress.0.to_port", 443),
                Change("ingress.0.cidr_blocks.0", "0.0.0.0/0"),
            ),
            Change("type", "egress", of="older"),
            # Media and games take ranges of UDP ports; nobody logs in by SSH over UDP.
            (
                Change("ingress.0.protocol", "udp"),
                Change("ingress.0.cidr_blocks.0", "0.0.0.0/0"),
            ),
        ),
    ),
)
@of_groups
def admin_ports(group: Resource, stack: Stack, *, ports: Ports = ADMIN_PORTS) -> Outcome:
    """Ranges count together, so 0.0.0.0/1 with 128.0.0.0/1 is the internet, too."""
    return _closed_ports(group, stack, ports)


@control(
    "security-group-no-internet-to-data-ports",
    title="Security groups do not let the internet reach databases, caches, brokers or file shares",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=OPENING,
    needs=(*OPENING, *INGRESS_NEIGHBOURS),
    unknown_blocks=True,
    frameworks={Framework.PCI: ("1.3.1", "1.4.2", "2.2.5"), Framework.NIST: ("AC-4(21)", "SC-7")},
    in_part={Framework.FSBP: ("EC2.19",), Framework.CIS: ("5.1.2",)},
    cases=Cases(
        passing=example(5432),
        failing=(
            *OPENED,
            (
                Change("ingress.0.protocol", "udp"),
                Change("ingress.0.to_port", 11211),
                Change("ingress.0.cidr_blocks.0", "0.0.0.0/0"),
            ),
        ),
        unknown=HIDDEN,
        absent=UNSEEN,
        also_passing=(
            (
                Change("ingress.0.protocol", "udp"),
                Change("ingress.0.from_port", 49152),
                Change("ingress.0.to_port", 65535),
                Change("ingress.0.cidr_blocks.0", "0.0.0.0/0"),
            ),
        ),
    ),
)
@of_groups
def data_ports(group: Resource, stack: Stack, *, ports: Ports = DATA_PORTS) -> Outcome:
    """Judge every port that keeps data; `ports` adds others."""
    return _closed_ports(group, stack, ports)


@control(
    "security-group-no-internet-to-all-ports",
    title="Security groups do not open all ports or protocols to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=OPENING,
    needs=(*OPENING, *INGRESS_NEIGHBOURS),
    unknown_blocks=True,
    frameworks={
        Framework.PCI: ("1.3.1", "1.4.2"),
        Framework.NIST: ("AC-4(21)", "SC-7"),
    },
    in_part={Framework.CIS: ("5.3", "5.4")},
    cases=Cases(
        passing=example(443, source="0.0.0.0/0"),
        failing=(
            Change("ingress.0.protocol", "-1"),
            Change(
                "ingress.0",
                {"protocol": "tcp", "from_port": 0, "to_port": 65535, "ipv6_cidr_blocks": ["::/0"]},
            ),
            Change("ip_protocol", "-1", of="apart"),
            Change("protocol", "all", of="older"),
        ),
        unknown=(
            Hide("ingress.0.protocol"),
            (Change("ip_protocol", "-1", of="apart"), Hide("cidr_ipv4", of="apart")),
        ),
        absent=(STRAY,),
        also_passing=(
            (Change("ingress.0.protocol", "-1"), Change("ingress.0.cidr_blocks.0", "10.0.0.0/8")),
        ),
    ),
)
@of_groups
def all_ports(group: Resource, stack: Stack) -> Outcome:
    """A rule for everything leaves nothing for the other rules to say."""
    return _closed(group, stack, lambda rule: rule.all_ports, expected="no port for the internet")


def _closed_ports(group: Resource, stack: Stack, ports: tuple[int, ...]) -> Outcome:
    rules = list(ingress(group, stack))
    return each(
        ports,
        lambda port: verdict(
            open_to_internet(rules, stack, lambda rule: _reaches(rule, port)),
            f"port {port} closed to the internet",
        ),
    )


def _reaches(rule: Rule, port: int) -> bool:
    return port in rule.ports and not (port in _TCP_ONLY and rule.protocol == "udp")


def _closed(
    group: Resource, stack: Stack, wanted: Callable[[Rule], bool], *, expected: str
) -> Outcome:
    return verdict(open_to_internet(ingress(group, stack), stack, wanted), expected)


def verdict(rule: Rule | None, expected: str) -> Outcome:
    """Fail when there is a rule through which the internet enters."""
    return Pass() if rule is None else Fail(rule.place, expected, rule.summary, FIX)
