"""Hosted zones and their records, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.provider_ids import route53_record_id, route53_zone_id
from stackproof.types.tokens import ROUTE53_RECORD, ROUTE53_ZONE

_ZONE_ARN = r"arn:[^:]+:route53:::hostedzone/(.+)"
# The records that every zone has of itself are not anybody's declaration.
_OWN = ("SOA", "NS")
_POLICIES = {
    "Failover": ("failover_routing_policies", "type"),
    "Weight": ("weighted_routing_policies", "weight"),
    "Region": ("latency_routing_policies", "region"),
}


def zone_properties(zone: Mapping[str, Any], name_servers: Iterable[str]) -> dict[str, Any]:
    """Translate GetHostedZone's answer, its tags left out."""
    id_ = route53_zone_id(zone["Id"])
    return {
        "zone_id": id_,
        "arn": f"arn:aws:route53:::hostedzone/{id_}",
        "name": zone["Name"].rstrip("."),
        "comment": (zone.get("Config") or {}).get("Comment", ""),
        "name_servers": sorted(name_servers),
    }


def record_properties(record: Mapping[str, Any], zone_id: str) -> dict[str, Any]:
    """Translate what ListResourceRecordSets says of one record."""
    alias = record.get("AliasTarget")
    data: dict[str, Any] = {
        "zone_id": zone_id,
        "name": plain_name(record["Name"]),
        "fqdn": plain_name(record["Name"]),
        "type": record["Type"],
        "ttl": record.get("TTL"),
        "records": [
            value["Value"].strip('"') if record["Type"] == "TXT" else value["Value"]
            for value in record.get("ResourceRecords", ())
        ],
        "set_identifier": record.get("SetIdentifier"),
        "health_check_id": record.get("HealthCheckId"),
        "aliases": [
            {
                "name": plain_name(alias["DNSName"]),
                "zone_id": alias["HostedZoneId"],
                "evaluate_target_health": alias["EvaluateTargetHealth"],
            }
        ]
        if alias
        else [],
    }
    if record.get("MultiValueAnswer"):
        data["multivalue_answer_routing_policy"] = True
    for member, (name, part) in _POLICIES.items():
        if member in record:
            data[name] = [{part: record[member]}]
    return data


def plain_name(name: str) -> str:
    """Give a DNS name as programs write it: no dot at its end, `*` as itself."""
    return name.rstrip(".").replace("\\052", "*")


def _zones(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # A zone is known by its ARN or id: the account's other zones are not the stack's. The ids
    # that resources name are AWS's own, too: that of a load balancer, of a distribution.
    arns = (arn.rsplit("/", 1)[1] for arn in scope.named(_ZONE_ARN))
    ids = (id_ for id_ in scope.named(r"Z[A-Z0-9]{10,32}") if id_ in scope.given)
    return ({"Id": id_} for id_ in sorted({*arns, *ids}))


def _zone_key(item: Item, scope: Scope) -> Key:
    id_ = route53_zone_id(item["HostedZone"]["Id"])
    return Key(id_, f"arn:aws:route53:::hostedzone/{id_}", shared=True)


def _build_zone(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    servers = (item.get("DelegationSet") or {}).get("NameServers", ())
    data = zone_properties(item["HostedZone"], servers)
    yield Resource(
        data=data | {"tags": scope.tags_of(data["arn"])},
        type=ROUTE53_ZONE,
        name=data["name"],
        id=data["zone_id"],
        arn=data["arn"],
        account=scope.account,
        region=scope.region,
    )


def _records(scope: Scope) -> Iterable[Mapping[str, Any]]:
    return ({"HostedZoneId": id_} for id_ in scope.ids(ROUTE53_ZONE))


def _record_key(item: Item, scope: Scope) -> Key:
    data = record_properties(item, item["HostedZoneId"])
    return Key(route53_record_id(data), parent_ids=(item["HostedZoneId"],), shared=True)


def _build_record(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["Type"] in _OWN:
        return
    data = record_properties(item, item["HostedZoneId"])
    yield Resource(
        data=data,
        type=ROUTE53_RECORD,
        name=data["fqdn"],
        id=route53_record_id(data),
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(ROUTE53_ZONE,),
        listing=Ask("route53", "GetHostedZone"),
        targets=_zones,
        get_parameters=lambda id_, state: {"Id": id_},
        key=_zone_key,
        build=_build_zone,
        arn_service="",
        regional=False,
    ),
    Reader(
        types=(ROUTE53_RECORD,),
        listing=Ask("route53", "ListResourceRecordSets", "ResourceRecordSets"),
        targets=_records,
        get_parameters=lambda id_, state: {"HostedZoneId": state["zone_id"]},
        parent_fields=("HostedZoneId",),
        key=_record_key,
        build=_build_record,
        arn_service="route53",
        parents=(ROUTE53_ZONE,),
        regional=False,
    ),
)
