"""A group's rules are the same whichever of the three kinds of resource declares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.security_groups import Rule, ingress, open_to_internet
from stackproof.types.tokens import (
    PREFIX_LIST,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def resource(type_: str, name: str, data: Mapping[str, Any]) -> Resource:
    return Resource(data, type=type_, name=name, id=name)


def stack_of(*more: Resource, inline: Any = ()) -> tuple[Resource, Stack]:
    group = resource(SECURITY_GROUP, "app", {"ingress": inline})
    return group, Stack([group, *more], Sight.LIVE)


INLINE = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
APART = resource(
    SECURITY_GROUP_INGRESS_RULE,
    "ssh",
    {
        "security_group_id": "app",
        "ip_protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "cidr_ipv4": "0.0.0.0/0",
    },
)
OLDER = resource(
    SECURITY_GROUP_RULE, "ssh", INLINE | {"type": "ingress", "security_group_id": "app"}
)


def entry(group: Resource, stack: Stack, port: int) -> Rule | None:
    return open_to_internet(ingress(group, stack), stack, lambda rule: port in rule.ports)


@pytest.mark.parametrize(
    "group_and_stack",
    [stack_of(inline=[INLINE]), stack_of(APART), stack_of(OLDER)],
    ids=["inline", "separate", "older"],
)
def test_rule_of_each_kind_opens_its_port_only(group_and_stack: tuple[Resource, Stack]) -> None:
    assert entry(*group_and_stack, 22) is not None
    assert entry(*group_and_stack, 23) is None


def test_egress_of_the_older_kind_is_not_ingress() -> None:
    egress = resource(SECURITY_GROUP_RULE, "out", dict(OLDER.data) | {"type": "egress"})
    assert entry(*stack_of(egress), 22) is None


def test_halves_of_the_internet_in_different_rules_are_the_internet() -> None:
    halves = [INLINE | {"cidr_blocks": [cidr]} for cidr in ("0.0.0.0/1", "128.0.0.0/1")]
    assert entry(*stack_of(inline=halves), 22) is not None


def test_256_ranges_in_different_kinds_of_rule_are_the_internet() -> None:
    many = [INLINE | {"cidr_blocks": [f"{first}.0.0.0/8" for first in range(1, 256)]}]
    last = resource(OLDER.type, "last", dict(OLDER.data) | {"cidr_blocks": ["0.0.0.0/8"]})
    assert entry(*stack_of(last, inline=many), 22) is not None


def test_open_range_wins_over_a_hidden_one() -> None:
    rule = INLINE | {"cidr_blocks": [HIDDEN, "0.0.0.0/0"]}
    found = entry(*stack_of(inline=[HIDDEN, rule]), 22)
    assert found is not None
    assert found.place == "ingress[1].cidr_blocks"


def test_hidden_range_is_unresolved_on_its_port_only() -> None:
    group, stack = stack_of(inline=[INLINE | {"cidr_blocks": [HIDDEN]}])
    with pytest.raises(UnresolvedError):
        entry(group, stack, 22)
    assert entry(group, stack, 443) is None


def test_rule_of_a_group_that_cannot_be_seen_is_unresolved() -> None:
    stray = resource(APART.type, "stray", dict(APART.data) | {"security_group_id": HIDDEN})
    with pytest.raises(UnresolvedError):
        entry(*stack_of(stray), 22)


def test_prefix_list_is_looked_into() -> None:
    rule = INLINE | {"cidr_blocks": [], "prefix_list_ids": ["everyone"]}
    everyone = resource(PREFIX_LIST, "everyone", {"entries": [{"cidr": "0.0.0.0/0"}]})
    assert entry(*stack_of(everyone, inline=[rule]), 22) is not None


def test_prefix_list_outside_the_stack_is_unresolved() -> None:
    rule = INLINE | {"cidr_blocks": [], "prefix_list_ids": ["pl-63a5400a"]}
    with pytest.raises(UnresolvedError):
        entry(*stack_of(inline=[rule]), 22)


@pytest.mark.parametrize("protocol", ["-1", "all", "TCP", "6", "17"])
def test_protocol_names_and_numbers_have_ports(protocol: str) -> None:
    assert entry(*stack_of(inline=[INLINE | {"protocol": protocol}]), 22) is not None


def test_icmp_types_are_not_ports() -> None:
    ping = INLINE | {"protocol": "icmp", "from_port": 8, "to_port": 22}
    assert entry(*stack_of(inline=[ping]), 22) is None


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 65535))
def test_port_is_open_exactly_between_first_and_last(a: int, b: int, port: int) -> None:
    first, last = sorted((a, b))
    group, stack = stack_of(inline=[INLINE | {"from_port": first, "to_port": last}])
    assert (entry(group, stack, port) is not None) == (first <= port <= last)
