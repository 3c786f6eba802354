"""Network ACLs, their rules, and the subnets that they guard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
)
from stackproof.model.ids import network_acl_rule_id
from stackproof.types.aws_names import IP_PROTOCOLS
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
)

_NUMBERS = {"all": "-1", **{name: number for number, name in IP_PROTOCOLS.items()}}
_DIRECTIONS = {"ingress": False, "egress": True}


@creator
class NetworkAcl(Creator):
    """A network ACL, with the rules inside it."""

    type = NETWORK_ACL
    replace_on = frozenset({"vpc_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the ACL, then its rules and associations."""
        tags = tag_specifications("network-acl", inputs)
        made = aws.client("ec2").create_network_acl(VpcId=inputs["vpc_id"], **tags)
        id_ = made["NetworkAcl"]["NetworkAclId"]
        _change(aws, id_, {}, inputs)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change rules, associations and tags in place."""
        retag(aws, id_, old, new)
        _change(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Give its subnets back to the default ACL and delete it."""
        for _, acl in _acls(aws, **{"network-acl-id": id_}):
            default = _default_of(aws, acl["VpcId"])
            _associate(aws, acl["VpcId"], [a["SubnetId"] for a in acl["Associations"]], default)
            aws.client("ec2").delete_network_acl(NetworkAclId=id_)


@creator
class DefaultNetworkAcl(Creator):
    """The ACL that came with a VPC, taken over: only the program's rules stay."""

    type = DEFAULT_NETWORK_ACL
    replace_on = frozenset({"default_network_acl_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Take the rules away that it came with, and put the program's."""
        id_ = inputs["default_network_acl_id"]
        acl = _described(aws, id_)
        if not acl["IsDefault"]:
            raise EmbeddedError(f"{id_} is not the default network ACL of its VPC")
        for entry in acl["Entries"]:
            if entry["RuleNumber"] < 32767:
                _drop(aws, id_, entry["RuleNumber"], egress=entry["Egress"])
        retag(aws, id_, {}, inputs)
        _change(aws, id_, {}, inputs)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change rules and tags in place."""
        retag(aws, id_, old, new)
        _change(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave it: it goes with its VPC."""


@creator
class NetworkAclRule(Creator):
    """A rule of a network ACL, on its own."""

    type = NETWORK_ACL_RULE
    replace_on = frozenset(
        {
            "cidr_block",
            "egress",
            "from_port",
            "icmp_code",
            "icmp_type",
            "ipv6_cidr_block",
            "network_acl_id",
            "protocol",
            "rule_action",
            "rule_number",
            "to_port",
        }
    )

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the rule."""
        acl, number, egress = inputs["network_acl_id"], int(inputs["rule_number"]), _out(inputs)
        _put(aws, acl, number, inputs["rule_action"], inputs, egress=egress)
        return Created(network_acl_rule_id(acl, number, inputs["protocol"], egress=egress))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the rule."""
        with already_gone():
            _drop(aws, state["network_acl_id"], int(state["rule_number"]), egress=_out(state))


@creator
class NetworkAclAssociation(Creator):
    """The ACL that guards a subnet, said apart from both."""

    type = NETWORK_ACL_ASSOCIATION
    replace_on = frozenset({"network_acl_id", "subnet_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Give the subnet the ACL instead of the one that it has."""
        acl = inputs["network_acl_id"]
        vpc = _described(aws, acl)["VpcId"]
        (association,) = _associate(aws, vpc, [inputs["subnet_id"]], acl)
        return Created(association)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Give the subnet back to the default ACL."""
        for _, acl in _acls(aws, **{"network-acl-id": state["network_acl_id"]}):
            if any(a["NetworkAclAssociationId"] == id_ for a in acl["Associations"]):
                default = _default_of(aws, acl["VpcId"])
                _associate(aws, acl["VpcId"], [state["subnet_id"]], default)


def _out(inputs: Properties) -> bool:
    return bool(inputs.get("egress"))


def _change(aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
    """Change rules and associations to what they are to be."""
    for direction, egress in _DIRECTIONS.items():
        if changed(old, new, direction):
            for rule in old.get(direction) or ():
                _drop(aws, id_, int(rule["rule_no"]), egress=egress)
            for rule in new.get(direction) or ():
                _put(aws, id_, int(rule["rule_no"]), rule["action"], rule, egress=egress)
    if new.get("subnet_ids") is not None:
        acl = _described(aws, id_)
        mine = {association["SubnetId"] for association in acl["Associations"]}
        _associate(aws, acl["VpcId"], sorted({*new["subnet_ids"]} - mine), id_)
        if not acl["IsDefault"]:
            left = sorted(mine - {*new["subnet_ids"]})
            _associate(aws, acl["VpcId"], left, _default_of(aws, acl["VpcId"]))


def _described(aws: Cloud, id_: str) -> Properties:
    ((_, found),) = _acls(aws, **{"network-acl-id": id_})
    return found


def _default_of(aws: Cloud, vpc: str) -> str:
    ((id_, _),) = _acls(aws, **{"vpc-id": vpc, "default": "true"})
    return id_


def _acls(aws: Cloud, **wanted: str) -> list[tuple[str, Properties]]:
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    return listed(aws, NETWORK_ACL, {"Filters": filters})


def _associate(aws: Cloud, vpc: str, subnets: Iterable[str], acl: str) -> list[str]:
    """Give subnets of a VPC another ACL, and give the ids of the new associations."""
    ec2, wanted = aws.client("ec2"), {*subnets}
    return [
        ec2.replace_network_acl_association(
            AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
        )["NewAssociationId"]
        for _, held in _acls(aws, **{"vpc-id": vpc})
        for association in held["Associations"]
        if association["SubnetId"] in wanted
    ]


def _put(aws: Cloud, acl: str, number: int, action: str, rule: Properties, *, egress: bool) -> None:
    protocol = str(rule["protocol"])
    request: dict[str, Any] = {"Protocol": _NUMBERS.get(protocol, protocol)}
    if rule.get("cidr_block"):
        request["CidrBlock"] = rule["cidr_block"]
    if rule.get("ipv6_cidr_block"):
        request["Ipv6CidrBlock"] = rule["ipv6_cidr_block"]
    if request["Protocol"] in ("6", "17"):
        request["PortRange"] = {
            "From": int(rule.get("from_port") or 0),
            "To": int(rule.get("to_port") or 0),
        }
    if request["Protocol"] in ("1", "58"):
        request["IcmpTypeCode"] = {
            "Code": int(rule.get("icmp_code") or 0),
            "Type": int(rule.get("icmp_type") or 0),
        }
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl, RuleNumber=number, RuleAction=action, Egress=egress, **request
    )


def _drop(aws: Cloud, acl: str, number: int, *, egress: bool) -> None:
    with already_gone():
        aws.client("ec2").delete_network_acl_entry(
            NetworkAclId=acl, RuleNumber=number, Egress=egress
        )
