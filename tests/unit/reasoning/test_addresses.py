"""Address arithmetic holds however a range is written or split."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.model import UnresolvedError
from stackproof.reasoning.addresses import (
    Network,
    collapsed,
    covers_internet,
    is_internet,
    is_private,
    network,
)

four = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
six = st.builds(
    lambda address, prefix: IPv6Network((address, prefix), strict=False),
    st.integers(0, 2**128 - 1),
    st.integers(0, 128),
)
networks: st.SearchStrategy[Network] = st.one_of(four, six)


@pytest.mark.parametrize(
    "cidr", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/1", "2000::/3", "1.2.3.4/0"]
)
def test_whole_or_half_the_address_space_is_the_internet(cidr: str) -> None:
    assert is_internet(cidr)


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "fc00::/7", "fd00::/8", "8.8.8.0/24"]
)
def test_private_and_owned_ranges_are_not_the_internet(cidr: str) -> None:
    assert not is_internet(cidr)


def test_range_that_is_wider_than_private_space_is_not_private() -> None:
    assert not is_private(network("10.0.0.0/7"))
    assert not is_private(network("0.0.0.0/0"))


@pytest.mark.parametrize("text", ["", "anywhere", "10.0.0.0/33", "300.1.1.1/8"])
def test_text_that_is_no_range_is_unresolved(text: str) -> None:
    with pytest.raises(UnresolvedError):
        network(text)


@given(networks, st.integers(0, 4))
def test_splitting_a_range_hides_nothing(whole: Network, times: int) -> None:
    deeper = min(times, whole.max_prefixlen - whole.prefixlen)
    assert covers_internet(whole.subnets(prefixlen_diff=deeper)) == is_internet(whole)


@given(networks)
def test_range_that_holds_the_internet_is_the_internet(range_: Network) -> None:
    if is_internet(range_) and range_.prefixlen and not is_private(range_.supernet()):
        assert is_internet(range_.supernet())


@given(networks)
def test_private_range_is_never_the_internet(range_: Network) -> None:
    assert not (is_private(range_) and is_internet(range_))


@given(st.lists(networks, max_size=8), st.integers(0, 2**32 - 1))
def test_collapsing_keeps_the_same_addresses(ranges: list[Network], number: int) -> None:
    address = ip_address(number)
    assert any(address in range_ for range_ in collapsed(ranges)) == any(
        address in range_ for range_ in ranges
    )


@given(st.lists(networks, max_size=8), networks)
def test_adding_a_range_never_closes_what_was_open(ranges: list[Network], more: Network) -> None:
    if covers_internet(ranges):
        assert covers_internet([*ranges, more])
