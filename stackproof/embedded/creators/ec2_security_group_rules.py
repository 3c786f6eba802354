"""Security group rules that are resources of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.ec2_security_groups import authorize, permission, revoke
from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties, changed, creator
from stackproof.model.ids import security_group_rule_id


class _Rule(Creator):
    """One rule of a security group, for one peer."""

    replace_on = frozenset({"security_group_id"})
    direction: ClassVar[str]

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the rule to its group."""
        rule = permission(
            inputs["ip_protocol"],
            (inputs.get("from_port"), inputs.get("to_port")),
            inputs.get("description"),
            ipv4=_as_list(inputs, "cidr_ipv4"),
            ipv6=_as_list(inputs, "cidr_ipv6"),
            prefix_lists=_as_list(inputs, "prefix_list_id"),
            groups=_as_list(inputs, "referenced_security_group_id"),
        )
        made = authorize(
            aws,
            self.direction,
            inputs["security_group_id"],
            [rule],
            **tag_specifications("security-group-rule", inputs),
        )
        return Created(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the rule in place."""
        rule: dict[str, Any] = {"IpProtocol": new["ip_protocol"]}
        for name, member in (
            ("from_port", "FromPort"),
            ("to_port", "ToPort"),
            ("cidr_ipv4", "CidrIpv4"),
            ("cidr_ipv6", "CidrIpv6"),
            ("prefix_list_id", "PrefixListId"),
            ("referenced_security_group_id", "ReferencedGroupId"),
            ("description", "Description"),
        ):
            if new.get(name) is not None:
                rule[member] = int(new[name]) if name.endswith("_port") else new[name]
        if any(changed(old, new, name) for name in (*old, *new) if not name.startswith("tags")):
            aws.client("ec2").modify_security_group_rules(
                GroupId=new["security_group_id"],
                SecurityGroupRules=[{"SecurityGroupRuleId": id_, "SecurityGroupRule": rule}],
            )
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the rule away."""
        revoke(aws, self.direction, state["security_group_id"], SecurityGroupRuleIds=[id_])


def _as_list(inputs: Properties, name: str) -> list[str]:
    return [inputs[name]] if inputs.get(name) else []


@creator
class IngressRule(_Rule):
    """A rule that lets traffic in."""

    type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    direction = "ingress"


@creator
class EgressRule(_Rule):
    """A rule that lets traffic out."""

    type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"


@creator
class OlderRule(Creator):
    """A rule as older programs declare it: for several peers, with an id made of its content."""

    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    replace_on = frozenset(
        {
            "type",
            "security_group_id",
            "protocol",
            "from_port",
            "to_port",
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "self",
            "source_security_group_id",
        }
    )
    defaults: ClassVar[Properties] = {"self": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the rule to its group."""
        group = inputs["security_group_id"]
        authorize(aws, inputs["type"], group, [self._permission(inputs)])
        protocol = str(inputs["protocol"])
        id_ = security_group_rule_id(
            group,
            inputs["type"],
            protocol,
            (None, None)
            if protocol == "-1"
            else (int(inputs["from_port"]), int(inputs["to_port"])),
            ipv4=inputs.get("cidr_blocks") or (),
            ipv6=inputs.get("ipv6_cidr_blocks") or (),
            prefix_lists=inputs.get("prefix_list_ids") or (),
            groups=self._groups(inputs),
        )
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the description, which is all that can change."""
        call = f"update_security_group_rule_descriptions_{new['type']}"
        getattr(aws.client("ec2"), call)(
            GroupId=new["security_group_id"], IpPermissions=[self._permission(new)]
        )

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the rule away."""
        revoke(
            aws, state["type"], state["security_group_id"], IpPermissions=[self._permission(state)]
        )

    def _permission(self, inputs: Properties) -> dict[str, Any]:
        return permission(
            inputs["protocol"],
            (inputs.get("from_port"), inputs.get("to_port")),
            inputs.get("description"),
            ipv4=inputs.get("cidr_blocks") or (),
            ipv6=inputs.get("ipv6_cidr_blocks") or (),
            prefix_lists=inputs.get("prefix_list_ids") or (),
            groups=self._groups(inputs),
        )

    def _groups(self, inputs: Properties) -> list[str]:
        own = [inputs["security_group_id"]] if inputs.get("self") else []
        return own + _as_list(inputs, "source_security_group_id")
