"""Network ACLs with their rules and associations, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.model.ids import network_acl_rule_id
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, in_vpcs, known, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import IP_PROTOCOLS
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    VPC,
)

# Every ACL ends with a rule that denies the rest. Amazon VPC User Guide, "Network ACL rules".
_LAST = 32767


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["NetworkAclId"]
    inline: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for entry in item.get("Entries") or ():
        if entry["RuleNumber"] >= _LAST:
            continue
        # A rule does not say whether it was declared inside its ACL.
        rule = next((id_ for id_ in _ids(id_, entry) if id_ in scope.keys), None)
        if rule is None:
            names = {"rule_no": "RuleNumber", "action": "RuleAction"}
            inline[entry["Egress"]].append(_entry(entry, names))
        else:
            yield shown(scope, NETWORK_ACL_RULE, rule, {"network_acl_id": id_, **_apart(entry)})
    for association in item.get("Associations") or ():
        association_id = association["NetworkAclAssociationId"]
        if association_id in scope.keys:
            held = {"network_acl_id": id_, "subnet_id": association["SubnetId"]}
            yield shown(scope, NETWORK_ACL_ASSOCIATION, association_id, held)
    data = {
        "vpc_id": item["VpcId"],
        "subnet_ids": sorted(
            association["SubnetId"] for association in item.get("Associations") or ()
        ),
        "ingress": inline[False],
        "egress": inline[True],
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    by_default = item.get("IsDefault", False)
    type_ = DEFAULT_NETWORK_ACL if by_default else NETWORK_ACL
    if by_default:
        data["default_network_acl_id"] = id_
    yield shown(scope, type_, id_, data, arn=scope.arn("ec2", f"network-acl/{id_}"))


def _apart(entry: Item) -> dict[str, Any]:
    names = {"rule_number": "RuleNumber", "rule_action": "RuleAction", "egress": "Egress"}
    return _entry(entry, names)


def _entry(entry: Item, names: dict[str, str]) -> dict[str, Any]:
    ports, icmp = entry.get("PortRange") or {}, entry.get("IcmpTypeCode") or {}
    everything = entry["Protocol"] == "-1"
    return {
        **taken(entry, {**names, "cidr_block": "CidrBlock", "ipv6_cidr_block": "Ipv6CidrBlock"}),
        "protocol": IP_PROTOCOLS.get(entry["Protocol"], entry["Protocol"]),
        "from_port": 0 if everything else ports.get("From", 0),
        "to_port": 0 if everything else ports.get("To", 0),
        **taken(icmp, {"icmp_code": "Code", "icmp_type": "Type"}),
    }


def _ids(acl: str, entry: Item) -> Iterator[str]:
    """Give the ids that a rule may have: its protocol is in it as the program wrote it."""
    number = entry["Protocol"]
    for protocol in (number, IP_PROTOCOLS.get(number, "all")):
        yield network_acl_rule_id(acl, entry["RuleNumber"], protocol, egress=entry["Egress"])


def _by_id(id_: str, state: Item) -> Parameters:
    if id_.startswith("aclassoc-"):
        return next(with_ids("association.association-id")([id_]))
    acl = id_ if id_.startswith("acl-") else state["network_acl_id"]
    return next(with_ids("network-acl-id")([acl]))


READERS = (
    Reader(
        types=(NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE, NETWORK_ACL_ASSOCIATION),
        listing=Ask("ec2", "DescribeNetworkAcls", "NetworkAcls"),
        targets=in_vpcs(),
        get_parameters=_by_id,
        ids=known("network-acl", "acl"),
        by_ids=with_ids("network-acl-id"),
        key=lambda item, scope: Key(
            item["NetworkAclId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["VpcId"],),
            shared=True,
        ),
        build=_build,
        arn_service="ec2",
        parents=(VPC,),
    ),
)
