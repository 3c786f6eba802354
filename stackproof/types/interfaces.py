"""What a network interface of AWS tells of the thing that it is of: its kind, often its name.

Services describe the interfaces that they put into a network. Sources: Amazon VPC User Guide,
"Requester-managed network interfaces"; AWS Knowledge Center, "How do I find the resource that is
using an elastic network interface"; EC2 API Reference, NetworkInterface ("interfaceType").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class _Holder:
    """How a kind of things describes its interfaces.

    `service` is that of its ARNs, and `arns` what follows the account there, made of the pattern's
    groups; none where the description doesn't tell which one it is. `modules` are Pulumi's, in
    which such things are.
    """

    pattern: str
    service: str
    modules: tuple[str, ...]
    arns: tuple[str, ...] = ()


_NODE: Final = r"(?P<name>(?P<group>[\w-]+?)(-\d{4})?(-\d{3})?)"
_HOLDERS: Final = (
    _Holder(r"ELB (?P<name>\w+/.+)", "elasticloadbalancing", ("lb",), ("loadbalancer/{name}",)),
    _Holder(r"ELB (?P<name>.+)", "elasticloadbalancing", ("elb",), ("loadbalancer/{name}",)),
    _Holder(r"RDSNetworkInterface", "rds", ("rds", "docdb", "neptune")),
    _Holder(r"Network interface for DBProxy .+", "rds", ("rds",)),
    _Holder(r"DMSNetworkInterface", "dms", ("dms",)),
    _Holder(r"RedshiftNetworkInterface", "redshift", ("redshift",)),
    _Holder(
        rf"ElastiCache[ +]{_NODE}",
        "elasticache",
        ("elasticache",),
        ("cluster:{name}", "cluster:{group}", "replicationgroup:{group}"),
    ),
    # Functions with the same subnets and groups share interfaces: one may be named, or another.
    _Holder(r"AWS Lambda VPC ENI.*", "lambda", ("lambda",)),
    _Holder(
        r"EFS mount target for (?P<name>fs-\w+).*",
        "elasticfilesystem",
        ("efs",),
        ("file-system/{name}",),
    ),
    _Holder(r"Amazon EKS (?P<name>\S+)", "eks", ("eks",), ("cluster/{name}",)),
    _Holder(r"ES (?P<name>\S+)", "es", ("opensearch", "elasticsearch"), ("domain/{name}",)),
    _Holder(
        r"Interface for NAT Gateway (?P<name>nat-\w+)", "ec2", ("ec2",), ("natgateway/{name}",)
    ),
    _Holder(
        r"VPC Endpoint Interface (?P<name>vpce-\w+)", "ec2", ("ec2",), ("vpc-endpoint/{name}",)
    ),
    _Holder(
        r"Network Interface for Transit Gateway Attachment (?P<name>tgw-attach-\w+)",
        "ec2",
        ("ec2transitgateway",),
        ("transit-gateway-attachment/{name}",),
    ),
    _Holder(r"arn:[\w-]+:ecs:.+:attachment/.+", "ecs", ("ecs",)),
    _Holder(
        r"AWS created network interface for directory (?P<name>d-\w+)",
        "ds",
        ("directoryservice",),
        ("directory/{name}",),
    ),
    _Holder(
        r"Route 53 Resolver: (?P<name>rslvr-\w+-\w+):.*",
        "route53resolver",
        ("route53",),
        ("resolver-endpoint/{name}",),
    ),
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], _Holder], ...]:
    return tuple((re.compile(holder.pattern), holder) for holder in _HOLDERS)


@dataclass(frozen=True, slots=True)
class Witness:
    """A network interface that a service holds in a network, and what it tells of its thing.

    `of` is what AWS calls the thing there, `arns` are those that it may have (none where that isn't
    told), `service` that of such ARNs, and `modules` are Pulumi's; all empty for what is not known
    here.
    """

    id: str
    network: str
    of: str
    region: str
    arns: tuple[str, ...] = ()
    service: str = ""
    modules: tuple[str, ...] = ()


def witness(item: Mapping[str, Any], partition: str, region: str, account: str) -> Witness:
    """Give what an interface tells of the service's thing that it is of."""
    id_, network = item["NetworkInterfaceId"], item.get("VpcId", "")
    description = item.get("Description") or ""
    of = description or item.get("RequesterId") or item.get("InterfaceType") or id_
    for pattern, holder in _compiled():
        if found := pattern.fullmatch(description):
            head = f"arn:{partition}:{holder.service}:{region}:{account}:"
            arns = tuple(
                dict.fromkeys(head + arn.format_map(found.groupdict()) for arn in holder.arns)
            )
            return Witness(id_, network, of, region, arns, holder.service, holder.modules)
    return Witness(id_, network, of, region)
