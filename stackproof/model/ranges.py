"""Ranges of addresses: which are too wide to be of anybody in particular."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

# Source: Amazon S3 User Guide, "The meaning of public".
_WIDEST: Final = {4: 8, 6: 32}


def is_wide(network: Network) -> bool:
    """Tell whether a range is wider than /8 (IPv6: /32), which names nobody."""
    return network.prefixlen < _WIDEST[network.version]


def is_wide_text(text: str) -> bool:
    """Tell whether a text is such a range."""
    try:
        return is_wide(ip_network(text, strict=False))
    except ValueError:
        return False
