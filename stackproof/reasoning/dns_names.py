"""DNS names: which records answer one, in which of the stack's zones, and what they lead to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.effective import stated
from stackproof.reasoning.once import once
from stackproof.types.addresses import SHOWN, Address, address, host_of
from stackproof.types.tokens import (
    API_DOMAIN,
    API_DOMAIN_V1,
    CLOUDFRONT_DISTRIBUTION,
    LB,
    ROUTE53_RECORD,
    ROUTE53_ZONE,
    S3_BUCKET,
)

# The neighbours that a control needs to see what a record leads to.
LED_TO: Final = (LB, CLOUDFRONT_DISTRIBUTION, API_DOMAIN, API_DOMAIN_V1, S3_BUCKET)
# Records that answer with where something is, directly or by another name.
_ANSWERS: Final = ("A", "AAAA", "CNAME", "HTTPS")
# AWS General Reference, "Amazon S3 website endpoints": the bucket is known by the name asked for.
_WEBSITE: Final = re.compile(r"s3-website[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?")
# Elastic Load Balancing names them after the load balancer, with a number that is made once.
_BALANCER: Final = re.compile(
    r"(?:internal-)?(?P<name>[a-z0-9-]+)-[0-9a-z]+\.(?:elb\.)?[a-z]{2}-.+"
)


def plain(name: str) -> str:
    """Give a name in the one way in which names are compared."""
    return name.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class Names:
    """The records of a stack by the names that they answer, and what hides the name of one."""

    records: Mapping[str, list[Resource]]
    hidden: Unknown | None

    def answering(self, name: str) -> list[Resource]:
        """Give the records that answer a name; of `*.x`, those that answer any name below x."""
        asked = plain(name)
        if asked.startswith("*."):
            below = asked[1:]
            return [
                record
                for known, records in self.records.items()
                if known.endswith(below) and not known.startswith("_")
                for record in records
            ]
        above = f"*.{asked.partition('.')[2]}"
        return [*self.records.get(asked, ()), *self.records.get(above, ())]


def names(stack: Stack) -> Names:
    """Give the names that the stack's records answer with an address or another name.

    Raises UnresolvedError when records could not be looked at.
    """
    return once(stack, "names of records", lambda: _names(stack))


def zone_of(name: str, stack: Stack) -> Resource | None:
    """Give the stack's own public zone that a name belongs to: the one with the longest name.

    Raises UnresolvedError when zones could not be looked at.
    """
    asked = plain(name).removeprefix("*.")
    found: dict[int, Resource] = {}
    hidden: Unknown | None = None
    for zone in stack.all(ROUTE53_ZONE):
        try:
            end = plain(zone.text("name") or "")
            if (asked == end or asked.endswith(f".{end}")) and is_public(zone, stack):
                found[len(end)] = zone
        except UnresolvedError as error:
            hidden = error.unknown
    if hidden is not None and not found:
        raise UnresolvedError(hidden)
    return found[max(found)] if found else None


def full_name(record: Resource, stack: Stack) -> str:
    """Give the name that a record answers, its zone's included.

    Raises UnresolvedError when that can't be seen.
    """
    record = stated(record)
    if isinstance(record.raw("fqdn"), str):
        return plain(str(record["fqdn"]))
    name = plain(record.text("name") or "")
    zone = stack.follow_one(record, "zone_id", ROUTE53_ZONE)
    end = plain(zone.text("name") or "") if zone else ""
    if not end or name == end or name.endswith(f".{end}"):
        return name
    return f"{name}.{end}" if name else end


def answerer(host: str, name: str, stack: Stack) -> Resource | None:
    """Give what of AWS answers at a host to which a name leads; None where nobody here can tell.

    Raises UnresolvedError when it isn't in the stack, or can't be seen.
    """
    if _WEBSITE.fullmatch(plain(host)):
        told: Address | None = Address((S3_BUCKET,), name, "s3", id=name)
    else:
        told = address(plain(host))
    if told is None or not set(told.types) <= set(LED_TO) or not told.types:
        return None
    for type_ in told.types:
        found = stack.look_up(told.id, type_) if told.id else _showing(told, type_, stack)
        if found is not None:
            return found
    raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=host))


def namesake(host: str, stack: Stack) -> Resource | None:
    """Give the load balancer that has the name which a host tells, but another host.

    In one account and region there is one of a name: the host is that of one before it.
    """
    found = _BALANCER.fullmatch(plain(host))
    if found is None:
        return None
    for balancer in stack.around(LB):
        named, shown = balancer.raw("name"), balancer.raw("dns_name")
        if isinstance(shown, str) and isinstance(named, str) and plain(named) == found["name"]:
            told = address(plain(host))
            if told is not None and told.region == balancer.region and plain(shown) != told.host:
                return balancer
    return None


def _showing(told: Address, type_: str, stack: Stack) -> Resource | None:
    hosts = once(stack, f"hosts of {type_}", lambda: _hosts(type_, stack))
    return hosts.get(told.host)


def _hosts(type_: str, stack: Stack) -> Mapping[str, Resource]:
    found: dict[str, Resource] = {}
    for resource in stack.around(type_):
        for path in (*SHOWN.get(type_, ()), "cloudfront_domain_name"):
            try:
                value = resource.get(path)
            except UnresolvedError:
                continue
            host = host_of(value) if isinstance(value, str) else None
            if host:
                found[host] = resource
    return found


def _names(stack: Stack) -> Names:
    records: dict[str, list[Resource]] = defaultdict(list)
    hidden: Unknown | None = None
    for record in stack.around(ROUTE53_RECORD):
        try:
            if record["type"] in _ANSWERS:
                records[full_name(record, stack)].append(record)
        except UnresolvedError as error:
            hidden = hidden or error.unknown
    return Names(records, hidden)


def is_public(zone: Resource, stack: Stack) -> bool:
    """Tell whether a zone answers the internet: only public ones are delegated to."""
    # Live, AWS gives no name servers for others.
    zone = stated(zone)
    return not zone["vpcs"] and (stack.sight is not Sight.LIVE or bool(zone["name_servers"]))
