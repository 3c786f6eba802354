"""Security groups and their rules, as AWS shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.model.ids import security_group_rule_id
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import FILTER_VALUES, Parameters, in_vpcs, known, with_ids
from stackproof.sights.live.reader import Batch, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
    VPC,
)


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_, rules = item["GroupId"], details["rules"]
    data: dict[str, Any] = {
        "name": item["GroupName"],
        "description": item["Description"],
        "vpc_id": item.get("VpcId"),
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    if isinstance(rules, Unknown):
        data |= {"ingress": rules, "egress": rules}
    else:
        # A rule does not say whether it was declared inside its group: it is a resource of its
        # own where its id is known or it carries tags, and the group's where not. An older one
        # names the id of AWS's rule beside its own.
        every = list(rules or ())
        older = [(r, kept) for r, kept in _older(id_, every, scope) if r.id in scope.keys]
        yield from (resource for resource, _ in older)
        taken_over = [rule for _, kept in older for rule in kept]
        others = [rule for rule in every if rule not in taken_over]
        apart = [
            rule
            for rule in others
            if rule["SecurityGroupRuleId"] in scope.keys or own_tags(rule.get("Tags"))
        ]
        for rule in apart:
            yield _apart(rule, scope)
        inside = [rule for rule in others if rule not in apart]
        data |= {"ingress": _inline(inside, out=False), "egress": _inline(inside, out=True)}
    type_ = DEFAULT_SECURITY_GROUP if item["GroupName"] == "default" else SECURITY_GROUP
    arn = scope.arn("ec2", f"security-group/{id_}")
    yield shown(scope, type_, id_, data, arn=arn, name=item["GroupName"])


def _apart(rule: Item, scope: Scope) -> Resource:
    id_ = rule["SecurityGroupRuleId"]
    data = taken(
        rule,
        {
            "security_group_id": "GroupId",
            "ip_protocol": "IpProtocol",
            "cidr_ipv4": "CidrIpv4",
            "cidr_ipv6": "CidrIpv6",
            "prefix_list_id": "PrefixListId",
            "description": "Description",
        },
    )
    data |= {
        "referenced_security_group_id": _group(rule),
        "security_group_rule_id": id_,
        "tags": own_tags(rule.get("Tags")),
    }
    if rule["IpProtocol"] != "-1":
        data |= taken(rule, {"from_port": "FromPort", "to_port": "ToPort"})
    type_ = SECURITY_GROUP_EGRESS_RULE if rule["IsEgress"] else SECURITY_GROUP_INGRESS_RULE
    return shown(scope, type_, id_, data, arn=scope.arn("ec2", f"security-group-rule/{id_}"))


def _group(rule: Item) -> str | None:
    return (rule.get("ReferencedGroupInfo") or {}).get("GroupId")


def _inline(rules: Iterable[Item], *, out: bool) -> list[dict[str, Any]]:
    """Give rules as a group declares them inside: the peers of the same ports together."""
    together: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
    for rule in rules:
        if rule["IsEgress"] is out:
            together[_what(rule)].append(rule)
    return [
        _peers(same)
        | {
            "protocol": protocol,
            "from_port": first,
            "to_port": last,
            "description": description or None,
        }
        for (protocol, first, last, description), same in sorted(
            together.items(), key=lambda pair: repr(pair[0])
        )
    ]


def _what(rule: Item) -> tuple[str, int, int, str]:
    everything = rule["IpProtocol"] == "-1"
    ports = (0, 0) if everything else (rule.get("FromPort", 0), rule.get("ToPort", 0))
    return (rule["IpProtocol"], *ports, rule.get("Description") or "")


def _peers(rules: Iterable[Item]) -> dict[str, Any]:
    rules = list(rules)
    own = {rule["GroupId"] for rule in rules}
    groups = {group for rule in rules if (group := _group(rule))}
    found = {
        "cidr_blocks": sorted(rule["CidrIpv4"] for rule in rules if rule.get("CidrIpv4")),
        "ipv6_cidr_blocks": sorted(rule["CidrIpv6"] for rule in rules if rule.get("CidrIpv6")),
        "prefix_list_ids": sorted(r["PrefixListId"] for r in rules if r.get("PrefixListId")),
        "security_groups": sorted(groups - own),
        "self": True if groups & own else None,
    }
    return {name: value for name, value in found.items() if value}


def _older(group: str, rules: list[Item], scope: Scope) -> Iterable[tuple[Resource, list[Item]]]:
    """Give what the rules would be as ec2.SecurityGroupRule, one by one and taken together.

    Only its id, made of what it allows, tells that such a resource was declared.
    """
    together: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
    for rule in rules:
        # One of these names groups or addresses, never both.
        together[(rule["IsEgress"], bool(_group(rule)), *_what(rule))].append(rule)
    kinds = [[rule] for rule in rules] + [same for same in together.values() if len(same) > 1]
    for kept in kinds:
        protocol, first, last, description = _what(kept[0])
        direction, peers = "egress" if kept[0]["IsEgress"] else "ingress", _peers(kept)
        groups = [*peers.pop("security_groups", ()), *([group] if peers.get("self") else [])]
        id_ = security_group_rule_id(
            group,
            direction,
            protocol,
            (first, last),
            ipv4=peers.get("cidr_blocks", ()),
            ipv6=peers.get("ipv6_cidr_blocks", ()),
            prefix_lists=peers.get("prefix_list_ids", ()),
            groups=groups,
        )
        data = peers | {
            "type": direction,
            "security_group_id": group,
            "protocol": protocol,
            "from_port": first,
            "to_port": last,
            "description": description or None,
            "self": bool(peers.get("self")),
            "security_group_rule_id": kept[0]["SecurityGroupRuleId"] if len(kept) == 1 else "",
        }
        if groups and not peers.get("self"):
            data["source_security_group_id"] = groups[0]
        yield shown(scope, SECURITY_GROUP_RULE, id_, data), kept


def _by_id(id_: str, state: Item) -> Parameters:
    group = id_ if id_.startswith("sg-") else state["security_group_id"]
    return next(with_ids("group-id")([group]))


READERS = (
    Reader(
        types=(
            SECURITY_GROUP,
            DEFAULT_SECURITY_GROUP,
            SECURITY_GROUP_INGRESS_RULE,
            SECURITY_GROUP_EGRESS_RULE,
            SECURITY_GROUP_RULE,
        ),
        listing=Ask("ec2", "DescribeSecurityGroups", "SecurityGroups"),
        targets=in_vpcs(),
        ids=known("security-group", "sg"),
        by_ids=with_ids("group-id"),
        get_parameters=_by_id,
        key=lambda item, scope: Key(
            item["GroupId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item.get("VpcId", ""),),
            # Whatever names no group of its own uses the network's default one.
            shared=item["GroupName"] == "default",
        ),
        details={
            "rules": Batch(
                Ask("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules"),
                id=lambda item: str(item["GroupId"]),
                parameters=lambda ids: {"Filters": [{"Name": "group-id", "Values": [*ids]}]},
                about=lambda rule: str(rule["GroupId"]),
                size=FILTER_VALUES,
                provides=(
                    SECURITY_GROUP_INGRESS_RULE,
                    SECURITY_GROUP_EGRESS_RULE,
                    SECURITY_GROUP_RULE,
                ),
            )
        },
        build=_build,
        arn_service="ec2",
        parents=(VPC,),
    ),
)
