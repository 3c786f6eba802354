"""Ids that the AWS provider composes itself, because AWS has none for the thing."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32


def route_id(route_table_id: str, destination: str) -> str:
    """Give the id of a Route: `r-rtb-0a1b1080289494` for 0.0.0.0/0."""
    return f"r-{route_table_id}{crc32(destination.encode())}"


def security_group_rule_id(
    group_id: str,
    direction: str,
    protocol: str,
    ports: tuple[int | None, int | None],
    *,
    ipv4: Iterable[str] = (),
    ipv6: Iterable[str] = (),
    prefix_lists: Iterable[str] = (),
    groups: Iterable[str] = (),
) -> str:
    """Give the id of an ec2.SecurityGroupRule, of what it allows (`direction`: in- or egress)."""
    parts = [group_id, *(str(port) for port in ports if port and port > 0), protocol, direction]
    parts += [*sorted(ipv4), *sorted(ipv6), *sorted(prefix_lists)]
    # A pair of a group's id and its name, which a group in a VPC does not need.
    parts += [part for group in sorted(groups) for part in (group, "")]
    return f"sgrule-{crc32(''.join(f'{part}-' for part in parts).encode())}"


def record_id(zone_id: str, name: str, type_: str, set_identifier: str | None = None) -> str:
    """Give the id of a route53 Record: zone, name, type and set identifier, joined by `_`."""
    plain = name.rstrip(".").lower()
    return "_".join([zone_id, plain, type_, *([set_identifier] if set_identifier else [])])


def volume_attachment_id(device: str, instance_id: str, volume_id: str) -> str:
    """Give the id of a VolumeAttachment: `vai-` and a sum of device, instance and volume."""
    return f"vai-{crc32(f'{device}-{instance_id}-{volume_id}-'.encode())}"


def network_acl_rule_id(acl_id: str, number: int, protocol: str, *, egress: bool) -> str:
    """Give the id of a NetworkAclRule, made of the protocol as the program wrote it."""
    direction = str(egress).lower()
    return f"nacl-{crc32(f'{acl_id}-{number}-{direction}-{protocol}-'.encode())}"
