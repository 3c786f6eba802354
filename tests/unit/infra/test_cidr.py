from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cidr import MAX_ZONES, SubnetPlan, plan_subnets


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network:
    prefix = draw(st.integers(16, 20))
    block = draw(st.integers(0, 2 ** (prefix - 8) - 1))
    return IPv4Network(((10 << 24) + (block << (32 - prefix)), prefix))


def _all(plan: SubnetPlan) -> list[IPv4Network]:
    return [*plan.public, *plan.private, *plan.database]


def test_a_16_gives_small_public_and_database_and_large_private_subnets() -> None:
    plan = plan_subnets(IPv4Network("10.1.0.0/16"), 2)
    assert list(map(str, plan.public)) == ["10.1.0.0/24", "10.1.1.0/24"]
    assert list(map(str, plan.database)) == ["10.1.16.0/24", "10.1.17.0/24"]
    assert list(map(str, plan.private)) == ["10.1.32.0/20", "10.1.48.0/20"]


@given(networks(), st.integers(1, MAX_ZONES))
def test_subnets_lie_inside_the_vpc_and_never_overlap(vpc: IPv4Network, zones: int) -> None:
    subnets = _all(plan_subnets(vpc, zones))
    assert len(subnets) == 3 * zones
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(networks(), st.integers(1, MAX_ZONES))
def test_aws_accepts_the_size_of_every_subnet(vpc: IPv4Network, zones: int) -> None:
    assert all(16 <= subnet.prefixlen <= 28 for subnet in _all(plan_subnets(vpc, zones)))


@given(networks(), st.integers(2, MAX_ZONES))
def test_one_zone_more_moves_no_subnet(vpc: IPv4Network, zones: int) -> None:
    fewer, more = plan_subnets(vpc, zones - 1), plan_subnets(vpc, zones)
    assert more.public[:-1] == fewer.public
    assert more.private[:-1] == fewer.private
    assert more.database[:-1] == fewer.database


@pytest.mark.parametrize("zones", [0, -1, MAX_ZONES + 1])
def test_a_number_of_zones_that_does_not_fit_is_refused(zones: int) -> None:
    with pytest.raises(ValueError, match=f"{zones} availability zones asked for; 1 to 6"):
        plan_subnets(IPv4Network("10.0.0.0/16"), zones)


@pytest.mark.parametrize("vpc", ["10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/21", "10.0.0.0/28"])
def test_a_vpc_of_a_size_that_cannot_be_shared_out_is_refused(vpc: str) -> None:
    with pytest.raises(ValueError, match=f"{vpc} can't be shared out: its size must be /16 to"):
        plan_subnets(IPv4Network(vpc), 2)
