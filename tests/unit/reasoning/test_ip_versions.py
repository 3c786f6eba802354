"""Who is let in by IPv6 gets in only where IPv6 is spoken."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.reasoning.ip_versions import clients, ip_versions
from stackproof.types.tokens import (
    EFS_MOUNT_TARGET,
    LB,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    REDSHIFT_CLUSTER,
    SECURITY_GROUP,
    VPC_ENDPOINT,
)

HIDDEN = Unknown(Cause.ACCESS_DENIED)
FOUR, SIX = frozenset({4}), frozenset({6})
BOTH = FOUR | SIX
PORTS = {"protocol": "tcp", "from_port": 443, "to_port": 443}


@pytest.mark.parametrize(
    ("type_", "facts", "expected"),
    [
        (LB, {}, FOUR),
        (LB, {"ip_address_type": "ipv4"}, FOUR),
        (LB, {"ip_address_type": "dualstack"}, BOTH),
        (LB, {"ip_address_type": "dualstack-without-public-ipv4"}, SIX),
        (RDS_CLUSTER, {"network_type": "DUAL"}, BOTH),
        (EFS_MOUNT_TARGET, {"ip_address_type": "IPV6_ONLY"}, SIX),
        (OPENSEARCH_DOMAIN, {"ip_address_type": "dualstack"}, BOTH),
        (VPC_ENDPOINT, {"ip_address_type": "ipv6"}, SIX),
    ],
)
def test_versions_are_those_of_the_network_type(
    type_: str, facts: dict[str, Any], expected: frozenset[int]
) -> None:
    assert ip_versions(Resource(facts, type=type_, name="x")) == expected


@pytest.mark.parametrize(
    ("type_", "facts"),
    [(LB, {"ip_address_type": HIDDEN}), (LB, {"ip_address_type": "new"}), (REDSHIFT_CLUSTER, {})],
)
def test_a_network_type_that_is_hidden_odd_or_never_told_is_unknown(
    type_: str, facts: dict[str, Any]
) -> None:
    assert isinstance(ip_versions(Resource(facts, type=type_, name="x")), Unknown)


@pytest.mark.parametrize(
    ("peer", "versions", "expected"),
    [
        ({"cidr_blocks": ["10.0.0.0/8"]}, FOUR, ["10.0.0.0/8"]),
        ({"cidr_blocks": ["10.0.0.0/8"]}, SIX, []),
        ({"ipv6_cidr_blocks": ["::/0"]}, FOUR, []),
        ({"ipv6_cidr_blocks": ["::/0"]}, BOTH, ["::/0"]),
        ({"ipv6_cidr_blocks": ["::/0"]}, HIDDEN, [HIDDEN]),
        ({"cidr_blocks": ["10.0.0.0/8"]}, HIDDEN, ["10.0.0.0/8"]),
        ({"ipv6_cidr_blocks": ["::/0"], "security_groups": ["sg-2"]}, FOUR, ["0.0.0.0/0"]),
        ({"ipv6_cidr_blocks": ["::/0"], "self": True}, FOUR, ["0.0.0.0/0"]),
        ({"prefix_list_ids": ["pl-elsewhere"]}, SIX, ["::/0"]),
        ({"cidr_blocks": [HIDDEN]}, FOUR, ["0.0.0.0/0"]),
    ],
)
def test_clients_are_those_who_are_named_and_speak_a_version(
    peer: dict[str, Any], versions: frozenset[int] | Unknown, expected: list[Any]
) -> None:
    group = Resource({"ingress": [{**PORTS, **peer}]}, type=SECURITY_GROUP, name="g", id="sg-1")
    found = clients(443, [group], versions, Stack([group], Sight.LIVE))
    assert [one if isinstance(one, Unknown) else str(one) for one in found] == expected
