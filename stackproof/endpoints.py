"""Endpoints: who answers, AWS itself, an emulator on this machine, or somebody else.

Sources: botocore's `partitions.json` (the domains of each partition); RFC 6761, 6.3 (`localhost`
and what is below it); RFC 4291, 2.5.5.2 (IPv4 addresses inside of IPv6); inet_aton(3) (short and
numeric forms of IPv4 addresses, as every resolver takes them).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

AWS_DOMAINS: Final = (
    *("amazonaws.com", "api.aws"),
    *("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    *("amazonaws.eu", "api.amazonwebservices.eu"),
    *("c2s.ic.gov", "api.aws.ic.gov"),
    *("sc2s.sgov.gov", "api.aws.scloud"),
    *("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    *("csp.hci.ic.gov", "api.aws.hci.ic.gov"),
)
_URL: Final = re.compile(r"\w[\w+.-]*://[^\s,;]+")


def is_aws(url: str) -> bool:
    """Tell whether a URL is one of AWS's own, in whichever partition."""
    host = _host(url)
    return any(host == domain or host.endswith(f".{domain}") for domain in AWS_DOMAINS)


def is_loopback(url: str | None) -> bool:
    """Tell whether a URL is on this machine, however its host is written."""
    host = _host(url or "")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def usual(netloc: str) -> str:
    """Give host and port with an address of IPv4 as four numbers, however it is written."""
    address = _address(_host(f"//{netloc}"))
    if not isinstance(address, ipaddress.IPv4Address):
        return netloc
    _, colon, port = netloc.rpartition("]")[2].rpartition(":")
    return f"{address}{colon}{port}" if colon else str(address)


def emulated(endpoint: str | None) -> bool:
    """Tell whether any of the URLs in what `told` gives is on this machine."""
    return any(map(is_loopback, _URL.findall(endpoint or "")))


def told(by_service: Mapping[str, str]) -> str | None:
    """Say who answers, by the URL of each service; `None` where AWS does for all of them.

    One URL for everything is just that URL.
    """
    others = {service: url for service, url in by_service.items() if not is_aws(url)}
    urls = sorted(set(others.values()))
    if not urls:
        return None
    if len(urls) == 1 and len(others) == len(by_service):
        return urls[0]
    named = [f"{url} for {', '.join(sorted(_of(others, url)))}" for url in urls]
    rest = ["AWS for the rest"] if len(others) < len(by_service) else []
    return "; ".join([*named, *rest])


def who(endpoint: str | None) -> str:
    """Say in a few words who has answered, as reports do."""
    if endpoint is None:
        return "AWS"
    return f"{endpoint} ({'emulated' if emulated(endpoint) else 'not an endpoint of AWS'})"


def _of(by_service: Mapping[str, str], url: str) -> list[str]:
    return [service for service, of in by_service.items() if of == url]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
