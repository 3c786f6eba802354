"""EC2: descriptions of rules that name groups, and changes of a rule's peer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.embedded.overlay.registry import patches


@patches("ec2")
def rules_for_groups_have_descriptions() -> None:
    """Show a rule's description whatever kind of peer it was given with.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    from moto.ec2.models.security_groups import SecurityGroupRule

    def description(rule: Any) -> str | None:
        found = rule.ip_range.get("Description") or rule.source_group.get("Description")
        return str(found) if found else None

    rule_class: Any = SecurityGroupRule
    rule_class.description = property(description)


@patches("ec2")
def a_changed_rule_has_its_new_peer() -> None:
    """Let a rule's peer become another one of any kind, and its ports go with "all protocols".

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
    """
    from moto.ec2.models.security_groups import SecurityGroupBackend

    backend_class: Any = SecurityGroupBackend
    original = backend_class.modify_security_group_rules

    def modify(backend: Any, group_id: str, rules: Mapping[str, dict[str, Any]]) -> None:
        everything = {"FromPort": -1, "ToPort": -1}
        filled = {
            id_: {**(everything if rule.get("IpProtocol") == "-1" else {}), **rule}
            for id_, rule in rules.items()
        }
        original(backend, group_id, filled)
        group = backend.get_security_group_by_name_or_id(group_id)
        for id_, rule in filled.items():
            _give_peer(group.get_rule(id_), rule)

    backend_class.modify_security_group_rules = modify


def _give_peer(changed: Any, rule: Mapping[str, Any]) -> None:
    described = {"Description": rule["Description"]} if rule.get("Description") else {}
    addresses = {"CidrIpv4": "CidrIp", "CidrIpv6": "CidrIpv6"}
    ranges = {own: rule[name] for name, own in addresses.items() if name in rule}
    changed.ip_range = {**ranges, **described}
    referenced = rule.get("ReferencedGroupId")
    changed.source_group = {"GroupId": referenced} if referenced else {}
    changed.prefix_list_id = rule.get("PrefixListId")
