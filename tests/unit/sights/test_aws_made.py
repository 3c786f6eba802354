"""A default network is nobody's as AWS made it, and somebody's with what was changed or added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stackproof.model import Resource
from stackproof.sights.live.aws_made import unused_networks
from stackproof.sights.live.scope import Scope
from stackproof.types import tokens as t

VPC, TABLE = "vpc-1", "rtb-1"
OUT = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
ITSELF = {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}
ALL = {"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"}
SSH = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}


def held(type_: str, id_: str, **data: Any) -> Resource:
    return Resource(data, type=type_, id=id_, region="us-east-1")


def default_network() -> dict[str, Resource]:
    place = {"vpc_id": VPC}
    way_out = {"destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}
    return {
        "network": held(t.VPC, VPC),
        "subnet": held(t.SUBNET, "subnet-1", **place),
        "gateway": held(t.INTERNET_GATEWAY, "igw-1", **place),
        "group": held(t.DEFAULT_SECURITY_GROUP, "sg-1", ingress=[ITSELF], egress=[OUT], **place),
        "acl": held(t.DEFAULT_NETWORK_ACL, "acl-1", ingress=[ALL], egress=[ALL], **place),
        "table": held(t.DEFAULT_ROUTE_TABLE, TABLE, **place),
        "route": held(t.ROUTE, "r-1", route_table_id=TABLE, **way_out),
    }


def unused(resources: dict[str, Resource], *, by_aws: bool = True) -> dict[str, list[Resource]]:
    scope = Scope("us-east-1", "123456789012", "aws", (), {}, whole=True)
    scope.default_networks.add(VPC)
    scope.default_subnets |= {"subnet-1"} if by_aws else set()
    for resource in resources.values():
        scope.add(resource)
    return unused_networks(scope)


def test_what_came_with_a_network_is_left_out_with_it() -> None:
    network = default_network()
    assert {r.id for r in unused(network)[VPC]} == {r.id for r in network.values()}


def test_group_that_was_emptied_is_no_use() -> None:
    network = default_network() | {"group": held(t.DEFAULT_SECURITY_GROUP, "sg-1", vpc_id=VPC)}
    assert VPC in unused(network)


CHANGES: dict[str, Callable[[], dict[str, Resource]]] = {
    "a group of somebody's": lambda: {"new": held(t.SECURITY_GROUP, "sg-2", vpc_id=VPC)},
    "a rule in the default group": lambda: {
        "group": held(t.DEFAULT_SECURITY_GROUP, "sg-1", vpc_id=VPC, ingress=[ITSELF, SSH])
    },
    "another way out of the default group": lambda: {
        "group": held(t.DEFAULT_SECURITY_GROUP, "sg-1", vpc_id=VPC, egress=[OUT, SSH])
    },
    "a rule of its own in the default group": lambda: {
        "new": held(t.SECURITY_GROUP_INGRESS_RULE, "sgr-1", security_group_id="sg-1")
    },
    "a network ACL of somebody's": lambda: {"new": held(t.NETWORK_ACL, "acl-2", vpc_id=VPC)},
    "a rule in the default ACL": lambda: {
        "acl": held(t.DEFAULT_NETWORK_ACL, "acl-1", vpc_id=VPC, ingress=[{**ALL, "action": "deny"}])
    },
    "a route table of somebody's": lambda: {"new": held(t.ROUTE_TABLE, "rtb-2", vpc_id=VPC)},
    "another route": lambda: {
        "new": held(
            t.ROUTE,
            "r-2",
            route_table_id=TABLE,
            destination_cidr_block="10.0.0.0/8",
            vpc_peering_connection_id="pcx-1",
        )
    },
    "a subnet of somebody's": lambda: {"new": held(t.SUBNET, "subnet-2", vpc_id=VPC)},
    "an endpoint": lambda: {"new": held(t.VPC_ENDPOINT, "vpce-1", vpc_id=VPC)},
    "a flow log": lambda: {"new": held(t.FLOW_LOG, "fl-1", vpc_id=VPC)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changed_or_added_is_judged(change: str) -> None:
    assert unused(default_network() | CHANGES[change]()) == {}


def test_subnet_of_a_default_network_that_aws_did_not_make_is_somebodys() -> None:
    assert unused(default_network(), by_aws=False) == {}
