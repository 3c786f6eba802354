"""Security groups, with the rules that they declare inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    physical_name,
)
from stackproof.types.tokens import DEFAULT_SECURITY_GROUP, VPC


def permission(
    protocol: str,
    ports: tuple[Any, Any],
    description: str | None = None,
    *,
    ipv4: Iterable[str] = (),
    ipv6: Iterable[str] = (),
    prefix_lists: Iterable[str] = (),
    groups: Iterable[str] = (),
) -> dict[str, Any]:
    """Give an EC2 IpPermission; all protocols have no ports."""
    described = {"Description": description} if description else {}
    made: dict[str, Any] = {"IpProtocol": str(protocol)}
    if str(protocol) != "-1":
        made |= {
            name: int(port)
            for name, port in zip(("FromPort", "ToPort"), ports, strict=True)
            if port is not None
        }
    peers = {
        "IpRanges": [{"CidrIp": cidr, **described} for cidr in ipv4],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **described} for cidr in ipv6],
        "PrefixListIds": [{"PrefixListId": id_, **described} for id_ in prefix_lists],
        "UserIdGroupPairs": [{"GroupId": id_, **described} for id_ in groups],
    }
    return made | {name: members for name, members in peers.items() if members}


def authorize(aws: Cloud, direction: str, group: str, permissions: list[Any], **more: Any) -> Any:
    """Add permissions to a group (`direction`: ingress or egress) and give AWS's answer."""
    call = getattr(aws.client("ec2"), f"authorize_security_group_{direction}")
    return call(GroupId=group, IpPermissions=permissions, **more)


def revoke(aws: Cloud, direction: str, group: str, **which: Any) -> None:
    """Take permissions of a group away; ones that are gone already are no error."""
    with already_gone():
        getattr(aws.client("ec2"), f"revoke_security_group_{direction}")(GroupId=group, **which)


class _Group(Creator):
    """What every security group and the default one have in common: inline rules and tags."""

    joined_later = frozenset({"egress", "ingress"})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change inline rules and tags in place."""
        for direction in ("ingress", "egress"):
            if changed(old, new, direction):
                before, now = _inline(id_, old, direction), _inline(id_, new, direction)
                gone = [rule for rule in before if rule not in now]
                added = [rule for rule in now if rule not in before]
                if gone:
                    revoke(aws, direction, id_, IpPermissions=gone)
                if added:
                    authorize(aws, direction, id_, added)
        retag(aws, id_, old, new)


@creator
class SecurityGroup(_Group):
    """A security group."""

    type = "aws:ec2/securityGroup:SecurityGroup"
    replace_on = frozenset({"name", "name_prefix", "description", "vpc_id"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {
        "description": "Managed by Pulumi",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group without EC2's rule that lets everything out, then add its own."""
        made = aws.client("ec2").create_security_group(
            GroupName=physical_name(inputs),
            Description=inputs["description"],
            VpcId=inputs.get("vpc_id") or _default_vpc(aws),
            **tag_specifications("security-group", inputs),
        )
        id_ = made["GroupId"]
        _empty(aws, id_)
        for direction in ("ingress", "egress"):
            if rules := _inline(id_, inputs, direction):
                authorize(aws, direction, id_, rules)
        return Created(id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone():
            if state.get("revoke_rules_on_delete"):
                _empty(aws, id_)
            aws.client("ec2").delete_security_group(GroupId=id_)


@creator
class DefaultSecurityGroup(_Group):
    """The default group of a VPC, taken over and emptied of the rules it does not declare."""

    type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    replace_on = frozenset({"vpc_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Adopt the group that AWS made with the VPC."""
        vpc = inputs.get("vpc_id") or _default_vpc(aws)
        wanted = [
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
        ((id_, _),) = listed(aws, DEFAULT_SECURITY_GROUP, {"Filters": wanted})
        _empty(aws, id_)
        self.update(aws, id_, {}, inputs)
        return Created(id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave the group, which goes with its VPC."""


def _inline(group: str, inputs: Properties, direction: str) -> list[dict[str, Any]]:
    return [
        permission(
            rule["protocol"],
            (rule.get("from_port"), rule.get("to_port")),
            rule.get("description"),
            ipv4=rule.get("cidr_blocks") or (),
            ipv6=rule.get("ipv6_cidr_blocks") or (),
            prefix_lists=rule.get("prefix_list_ids") or (),
            groups=[*(rule.get("security_groups") or ()), *([group] if rule.get("self") else ())],
        )
        for rule in inputs.get(direction) or ()
    ]


def _empty(aws: Cloud, id_: str) -> None:
    rules = aws.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [id_]}]
    )["SecurityGroupRules"]
    for direction, out in (("ingress", False), ("egress", True)):
        ids = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"] is out]
        if ids:
            revoke(aws, direction, id_, SecurityGroupRuleIds=ids)


def _default_vpc(aws: Cloud) -> str:
    chosen = [{"Name": "is-default", "Values": ["true"]}]
    ((id_, _),) = listed(aws, VPC, {"Filters": chosen})
    return id_
