"""Route 53: hosted zones and records."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    tag_changes,
    tag_list,
)
from stackproof.types.provider_ids import route53_record_id, route53_zone_id
from stackproof.types.tokens import ROUTE53_ZONE


@creator
class Zone(Creator):
    """A hosted zone."""

    type = "aws:route53/zone:Zone"
    replace_on = frozenset({"name", "delegation_set_id"})
    defaults: ClassVar[Properties] = {"comment": "Managed by Pulumi", "force_destroy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the zone, private where it names VPCs."""
        route53 = aws.client("route53")
        vpcs = [
            {"VPCId": vpc["vpc_id"], "VPCRegion": vpc.get("vpc_region") or aws.region}
            for vpc in inputs.get("vpcs") or ()
        ]
        request: dict[str, Any] = {
            "Name": inputs["name"],
            "CallerReference": uuid4().hex,
            "HostedZoneConfig": {"Comment": inputs["comment"], "PrivateZone": bool(vpcs)},
        }
        if vpcs:
            request["VPC"] = vpcs[0]
        made = route53.create_hosted_zone(**request)
        id_ = route53_zone_id(made["HostedZone"]["Id"])
        for vpc in vpcs[1:]:
            route53.associate_vpc_with_hosted_zone(HostedZoneId=id_, VPC=vpc)
        self._tag(aws, id_, {}, inputs)
        servers = (made.get("DelegationSet") or {}).get("NameServers", [])
        return Created(id_, {"primary_name_server": min(servers, default="")})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change comment and tags."""
        if changed(old, new, "comment"):
            aws.client("route53").update_hosted_zone_comment(Id=id_, Comment=new["comment"])
        self._tag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the zone, with foreign records only when it was told to."""
        route53 = aws.client("route53")
        with already_gone("NoSuchHostedZone"):
            if state.get("force_destroy"):
                for page in route53.get_paginator("list_resource_record_sets").paginate(
                    HostedZoneId=id_
                ):
                    for record in page["ResourceRecordSets"]:
                        if record["Type"] not in ("SOA", "NS"):
                            _change(aws, id_, "DELETE", record)
            route53.delete_hosted_zone(Id=id_)

    def _tag(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        added, gone = tag_changes(old, new)
        request: dict[str, Any] = {}
        if added:
            request["AddTags"] = tag_list(added)
        if gone:
            request["RemoveTagKeys"] = gone
        if request:
            aws.client("route53").change_tags_for_resource(
                ResourceType="hostedzone", ResourceId=id_, **request
            )


@creator
class Record(Creator):
    """A record."""

    type = "aws:route53/record:Record"
    replace_on = frozenset({"zone_id", "name", "type", "set_identifier"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the record, over an existing one only when it was told to."""
        action = "UPSERT" if inputs.get("allow_overwrite") else "CREATE"
        ((_, zone),) = listed(aws, ROUTE53_ZONE, {"Id": inputs["zone_id"]})
        fqdn = _fqdn(inputs["name"], zone["HostedZone"]["Name"])
        _change(aws, inputs["zone_id"], action, _record(inputs, fqdn))
        return Created(route53_record_id({**inputs, "fqdn": fqdn}))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the record anew."""
        _change(aws, old["zone_id"], "UPSERT", _record(new, old["fqdn"]))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the record."""
        # AWS answers InvalidChangeBatch for a record that is not there.
        with already_gone("NoSuchHostedZone", "InvalidChangeBatch"):
            _change(aws, state["zone_id"], "DELETE", _record(state, state["fqdn"]))


def _fqdn(name: str, zone: str) -> str:
    zone = zone.rstrip(".")
    plain = name.rstrip(".")
    return plain if not plain or plain == zone or plain.endswith(f".{zone}") else f"{plain}.{zone}"


def _record(properties: Properties, fqdn: str) -> dict[str, Any]:
    record: dict[str, Any] = {"Name": fqdn, "Type": properties["type"]}
    for alias in properties.get("aliases") or ():
        record["AliasTarget"] = {
            "DNSName": alias["name"],
            "HostedZoneId": alias["zone_id"],
            "EvaluateTargetHealth": alias["evaluate_target_health"],
        }
    if properties.get("records"):
        quoted = properties["type"] == "TXT"
        record["ResourceRecords"] = [
            {"Value": f'"{value}"' if quoted and not value.startswith('"') else value}
            for value in properties["records"]
        ]
        record["TTL"] = int(properties["ttl"])
    for name, member, part in (
        ("failover_routing_policies", "Failover", "type"),
        ("weighted_routing_policies", "Weight", "weight"),
        ("latency_routing_policies", "Region", "region"),
    ):
        for policy in properties.get(name) or ():
            record[member] = policy[part]
    if properties.get("set_identifier"):
        record["SetIdentifier"] = properties["set_identifier"]
    if properties.get("health_check_id"):
        record["HealthCheckId"] = properties["health_check_id"]
    return record


def _change(aws: Cloud, zone_id: str, action: str, record: dict[str, Any]) -> None:
    aws.client("route53").change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
    )
