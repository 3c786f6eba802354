from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cidr import MAX_ZONES, SubnetPlan, plan_blocks, plan_subnets

Plan = Callable[[IPv4Network, int], SubnetPlan]


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


def test_numbered_blocks_are_counted_from_the_start_of_the_vpc() -> None:
    plan = plan_blocks(IPv4Network("10.0.0.0/16"), 3)
    assert list(map(str, plan.public)) == ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
    assert list(map(str, plan.private)) == ["10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"]
    assert plan.database == ()


def test_the_smallest_vpc_holds_numbered_blocks_of_every_zone() -> None:
    plan = plan_blocks(IPv4Network("192.168.16.0/20"), MAX_ZONES)
    assert str(plan.public[-1]) == "192.168.22.0/24"
    assert str(plan.private[-1]) == "192.168.31.0/24"


PLANS = pytest.mark.parametrize(("plan", "tiers"), [(plan_subnets, 3), (plan_blocks, 2)])


@pytest.mark.requirement("3.21")
@PLANS
@given(vpc=networks(), zones=st.integers(1, MAX_ZONES))
def test_subnets_lie_inside_the_vpc_and_never_overlap(
    plan: Plan, tiers: int, vpc: IPv4Network, zones: int
) -> None:
    subnets = _all(plan(vpc, zones))
    assert len(subnets) == tiers * zones
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@PLANS
@given(vpc=networks(), zones=st.integers(1, MAX_ZONES))
def test_aws_accepts_the_size_of_every_subnet(
    plan: Plan, tiers: int, vpc: IPv4Network, zones: int
) -> None:
    assert all(16 <= subnet.prefixlen <= 28 for subnet in _all(plan(vpc, zones)))


@PLANS
@given(vpc=networks(), zones=st.integers(2, MAX_ZONES))
def test_one_zone_more_moves_no_subnet(
    plan: Plan, tiers: int, vpc: IPv4Network, zones: int
) -> None:
    fewer, more = plan(vpc, zones - 1), plan(vpc, zones)
    assert more.public[:-1] == fewer.public
    assert more.private[:-1] == fewer.private
    assert more.database[:-1] == fewer.database


@PLANS
@pytest.mark.parametrize("zones", [0, -1, MAX_ZONES + 1])
def test_a_number_of_zones_that_does_not_fit_is_refused(plan: Plan, tiers: int, zones: int) -> None:
    with pytest.raises(ValueError, match=f"{zones} availability zones asked for; 1 to 6"):
        plan(IPv4Network("10.0.0.0/16"), zones)


@PLANS
@pytest.mark.parametrize("vpc", ["10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/21", "10.0.0.0/28"])
def test_a_vpc_of_a_size_that_cannot_be_shared_out_is_refused(
    plan: Plan, tiers: int, vpc: str
) -> None:
    with pytest.raises(ValueError, match=f"{vpc} can't be shared out: its size must be /16 to"):
        plan(IPv4Network(vpc), 2)
