"""Security groups: who may talk to databases, caches and brokers, and to whom these may talk."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.security_group_internet import DATA_PORTS
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Ports
from stackproof.reasoning.security_groups import (
    EGRESS_NEIGHBOURS,
    INGRESS_NEIGHBOURS,
    Rule,
    egress,
    ingress,
    open_to_internet,
)
from stackproof.types.tokens import (
    ELASTICACHE_REPLICATION_GROUP,
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
)

POSTGRES = {"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432}


@control(
    "security-group-data-ports-from-groups",
    title="Security groups let only other security groups reach databases, caches and brokers",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=SECURITY_GROUP,
    needs=(SECURITY_GROUP, *INGRESS_NEIGHBOURS),
    frameworks={Framework.PCI: ("1.3.1", "1.4.4"), Framework.NIST: ("AC-4(21)", "SC-7(5)")},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP,
            {"vpc_id": "vpc-0123", "description": "Database"},
            (
                Neighbour(
                    "from-app",
                    SECURITY_GROUP_INGRESS_RULE,
                    {
                        "security_group_id": Ref("subject"),
                        "referenced_security_group_id": Ref("app"),
                        **POSTGRES,
                    },
                ),
                Neighbour("app", SECURITY_GROUP, {"description": "Services"}),
            ),
        ),
        failing=(
            (
                Remove("referenced_security_group_id", of="from-app"),
                Change("cidr_ipv4", "10.0.0.0/16", of="from-app"),
            ),
            Change(
                "ingress",
                [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.0.0.0/8"]}],
            ),
            (
                Hide("referenced_security_group_id", of="from-app"),
                Change(
                    "ingress",
                    [
                        {
                            "protocol": "tcp",
                            "from_port": 6379,
                            "to_port": 6379,
                            "ipv6_cidr_blocks": ["fd00::/8"],
                        }
                    ],
                ),
            ),
        ),
        unknown=(
            Hide("from_port", of="from-app"),
            Hide("referenced_security_group_id", of="from-app"),
            Change(
                "ingress",
                [
                    {
                        "protocol": "tcp",
                        "from_port": 5432,
                        "to_port": 5432,
                        "cidr_blocks": Unknown(Cause.NOT_KNOWN_AT_PREVIEW),
                    }
                ],
            ),
        ),
        absent=(Without("app"),),
        also_passing=(
            Change(
                "ingress",
                [{"protocol": "tcp", "from_port": 5432, "to_port": 5432, "self": True}],
            ),
        ),
        not_applicable=(
            (Change("from_port", 443, of="from-app"), Change("to_port", 443, of="from-app")),
        ),
    ),
)
def data_ports_from_groups(group: Resource, stack: Stack, *, ports: Ports = DATA_PORTS) -> Outcome:
    """A range of addresses lets in whatever is started there; a group lets in what it is for."""
    return each(ingress(group, stack), partial(_from_groups, stack, ports))


def _from_groups(stack: Stack, ports: tuple[int, ...], rule: Rule) -> Outcome:
    if not any(port in rule.ports for port in ports):
        return NotApplicable("opens no port that keeps data")
    if rule.names_addresses:
        fix = "Name the security group of the clients instead of addresses."
        return Fail(rule.place, "a security group as the source", rule.summary, fix)
    rule.groups(stack)
    return Pass()


@control(
    "data-store-no-egress-to-internet",
    title="Security groups of databases and caches let nothing out to the internet",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=(RDS_CLUSTER, RDS_INSTANCE, ELASTICACHE_REPLICATION_GROUP),
    needs=(SECURITY_GROUP, *EGRESS_NEIGHBOURS),
    frameworks={Framework.PCI: ("1.3.2",), Framework.NIST: ("AC-4(21)", "SC-7(11)")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"engine": "aurora-postgresql", "vpc_security_group_ids": [Ref("database")]},
            (
                Neighbour("database", SECURITY_GROUP, {"egress": []}),
                Neighbour(
                    "to-backup",
                    SECURITY_GROUP_EGRESS_RULE,
                    {
                        "security_group_id": Ref("database"),
                        "ip_protocol": "-1",
                        "cidr_ipv4": "10.0.0.0/16",
                    },
                ),
            ),
        ),
        failing=(
            Change("cidr_ipv4", "0.0.0.0/0", of="to-backup"),
            Change(
                "egress",
                [
                    {
                        "protocol": "tcp",
                        "from_port": 443,
                        "to_port": 443,
                        "cidr_blocks": ["0.0.0.0/0"],
                    }
                ],
                of="database",
            ),
        ),
        unknown=(Hide("cidr_ipv4", of="to-backup"), Hide("vpc_security_group_ids")),
        absent=(Without("database"),),
    ),
)
def data_store_egress(store: Resource, stack: Stack) -> Outcome:
    """Data stores answer; they call nobody, so an open way out serves only a thief."""
    cache = store.type == ELASTICACHE_REPLICATION_GROUP
    path = "security_group_ids" if cache else "vpc_security_group_ids"
    groups = stack.follow(store, path, SECURITY_GROUP)
    if not groups:
        fix = f"Set {path} to a group of its own; the default group of the VPC is anybody's."
        return Fail(path, "a security group of its own", None, fix)
    return each(groups, partial(_closed_out, stack))


def _closed_out(stack: Stack, group: Resource) -> Outcome:
    rule = open_to_internet(egress(group, stack), stack, lambda rule: True)
    if rule is None:
        return Pass()
    fix = "Remove the rule: answers to clients need none."
    return Fail(f"{group.name}.{rule.place}", "no way out to the internet", rule.summary, fix)
