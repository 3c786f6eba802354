"""Arithmetic of IP address ranges: which of them are the internet, which are private."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Network,
    IPv6Network,
    collapse_addresses,
    ip_network,
)

from stackproof.model import Cause, Unknown, UnresolvedError

Network = IPv4Network | IPv6Network

# Ranges that no packet from the internet comes from: RFC 1918, 6598, 3927, 1122, 4193, 4291.
# The standard library's is_private is no help: it calls 0.0.0.0/0 private, because both its ends
# are reserved.
_PRIVATE = tuple(
    ip_network(cidr)
    for cidr in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
# Addresses that nobody has: RFC 5737 and 3849 (for documents), 1112 (never given out), 5771.
_NOBODYS = tuple(
    ip_network(cidr)
    for cidr in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001:db8::/32",
        "ff00::/8",
    )
)
# Ranges wider than these have no single owner, so whoever writes one means the internet:
# "0.0.0.0/1" and "128.0.0.0/1" are the usual way around a check for "0.0.0.0/0". The widest that
# the registries ever gave to one holder are an IPv4 /8 and an IPv6 /19.
_WIDEST_OWNED = {4: 8, 6: 19}


def network(cidr: str) -> Network:
    """Parse a CIDR as AWS does: host bits are cut off.

    Raises UnresolvedError when the text is no CIDR.
    """
    try:
        if not isinstance(cidr, str):  # a number is an address to Python
            raise TypeError
        return ip_network(cidr, strict=False)
    except (TypeError, ValueError):
        raise UnresolvedError(
            Unknown(Cause.UNREADABLE, detail=f"not an address range: {cidr!r}")
        ) from None


def is_private(range_: Network) -> bool:
    """Tell whether all of a range is private, shared, link-local or loopback space."""
    return lies_in(range_, _PRIVATE)


def is_nobodys(range_: Network) -> bool:
    """Tell whether all of a range is for documents, many at once, or never given out."""
    return lies_in(range_, _NOBODYS)


def lies_in(range_: Network, wider: Iterable[Network]) -> bool:
    """Tell whether all of a range lies in one of the wider ones."""
    return any(
        range_.version == network.version
        and range_.prefixlen >= network.prefixlen
        and range_.network_address in network
        for network in wider
    )


def is_internet(range_: Network | str) -> bool:
    """Tell whether a range is the internet: all of it, or more of it than anybody owns.

    Raises UnresolvedError when the text is no CIDR.
    """
    known = network(range_) if not isinstance(range_, Network) else range_
    return known.prefixlen < _WIDEST_OWNED[known.version] and not is_private(known)


def collapsed(ranges: Iterable[Network]) -> list[Network]:
    """Give the fewest ranges that cover the same addresses, IPv4 before IPv6."""
    known = list(ranges)
    four = [range_ for range_ in known if isinstance(range_, IPv4Network)]
    six = [range_ for range_ in known if isinstance(range_, IPv6Network)]
    return [*collapse_addresses(four), *collapse_addresses(six)]


def covers_internet(ranges: Iterable[Network]) -> bool:
    """Tell whether ranges, taken together, are the internet, however finely it is split."""
    return any(is_internet(range_) for range_ in collapsed(ranges))


def has_wide_public(ranges: Iterable[Network], *, ipv4_prefix: int, ipv6_prefix: int) -> bool:
    """Tell whether ranges, taken together, hold a public one wider than a prefix length."""
    shortest = {4: ipv4_prefix, 6: ipv6_prefix}
    return any(
        range_.prefixlen < shortest[range_.version] and not is_private(range_)
        for range_ in collapsed(ranges)
    )
