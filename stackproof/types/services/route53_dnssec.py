"""Route 53: whether hosted zones are signed, and by which keys."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Answers, Item, Listing, Type
from stackproof.types.tokens import ROUTE53_DNSSEC, ROUTE53_KEY_SIGNING_KEY, ROUTE53_ZONE


def _listing(result: str) -> Listing:
    # Private zones can't be signed, and Route 53 calls them an invalid argument.
    return Listing(
        operation="GetDNSSEC",
        result=result,
        parent=ROUTE53_ZONE,
        by="HostedZoneId",
        single={"HostedZoneId": "{hosted_zone_id}"},
        absent=("InvalidArgument", "NoSuchHostedZone"),
    )


def _zone(item: Item, answers: Answers) -> dict[str, Any]:
    return {"hosted_zone_id": item["HostedZoneId"]}


SIGNING = Type(
    token=ROUTE53_DNSSEC,
    service="route53",
    listing=_listing("Status"),
    id="{HostedZoneId}",
    names={"signing_status": "ServeSignature"},
    extra=_zone,
    provides=frozenset({"hosted_zone_id"}),
    parent_ids=("HostedZoneId",),
    regional=False,
)
KEY = Type(
    token=ROUTE53_KEY_SIGNING_KEY,
    service="route53",
    listing=_listing("KeySigningKeys"),
    id="{HostedZoneId},{Name}",
    name="{Name}",
    names={
        "dnskey_record": "DNSKEYRecord",
        "ds_record": "DSRecord",
        "key_management_service_arn": "KmsArn",
    },
    extra=_zone,
    provides=frozenset({"hosted_zone_id"}),
    parent_ids=("HostedZoneId",),
    regional=False,
)

TYPES = (SIGNING, KEY)
