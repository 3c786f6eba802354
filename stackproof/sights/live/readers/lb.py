"""Load balancers and target groups, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken
from stackproof.sights.live.elb import (
    LOAD_BALANCER,
    LOGS,
    TARGET_GROUP,
    Attributes,
    arn_suffix,
    attribute_map,
    from_attributes,
)
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LB, LB_TARGET_GROUP


def _attributes(attributes: Attributes, details: Details) -> dict[str, Any]:
    """Give the properties made of attributes; each is Unknown when these could not be seen."""
    answer = details["attributes"]
    if isinstance(answer, Unknown):
        return dict.fromkeys(attributes, answer)
    return from_attributes(attributes, attribute_map(answer or ()))


def _build_balancer(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, zones = item["LoadBalancerArn"], item.get("AvailabilityZones", ())
    data: dict[str, Any] = {
        "name": item["LoadBalancerName"],
        "arn_suffix": arn_suffix(arn),
        "dns_name": item.get("DNSName"),
        "zone_id": item.get("CanonicalHostedZoneId"),
        "vpc_id": item.get("VpcId"),
        "internal": item.get("Scheme") == "internal",
        "load_balancer_type": item["Type"],
        "ip_address_type": item.get("IpAddressType"),
        "security_groups": item.get("SecurityGroups", []),
        "subnets": [zone["SubnetId"] for zone in zones],
        "subnet_mappings": [
            {"subnet_id": zone["SubnetId"]}
            | taken(
                address,
                {
                    "allocation_id": "AllocationId",
                    "private_ipv4_address": "PrivateIPv4Address",
                    "ipv6_address": "IPv6Address",
                },
            )
            for zone in zones
            for address in zone.get("LoadBalancerAddresses") or ()
        ]
        or [{"subnet_id": zone["SubnetId"]} for zone in zones],
        "tags": scope.tags_of(arn),
        **_attributes(LOAD_BALANCER, details),
        **_logs(details["attributes"]),
    }
    yield shown(scope, LB, arn, data, arn=arn, name=item["LoadBalancerName"])


def _logs(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Unknown):
        return dict.fromkeys(LOGS, answer)
    attributes = attribute_map(answer or ())
    found: dict[str, Any] = {}
    for name, prefix in LOGS.items():
        bucket = attributes.get(f"{prefix}.bucket")
        if bucket:
            found[name] = {
                "bucket": bucket,
                "enabled": attributes.get(f"{prefix}.enabled") == "true",
                "prefix": attributes.get(f"{prefix}.prefix") or None,
            }
    return found


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["TargetGroupArn"]
    matcher = item.get("Matcher") or {}
    check = taken(
        item,
        {
            "enabled": "HealthCheckEnabled",
            "healthy_threshold": "HealthyThresholdCount",
            "interval": "HealthCheckIntervalSeconds",
            "path": "HealthCheckPath",
            "port": "HealthCheckPort",
            "protocol": "HealthCheckProtocol",
            "timeout": "HealthCheckTimeoutSeconds",
            "unhealthy_threshold": "UnhealthyThresholdCount",
        },
    )
    code = matcher.get("HttpCode") or matcher.get("GrpcCode")
    data: dict[str, Any] = {
        "name": item["TargetGroupName"],
        "arn_suffix": arn_suffix(arn),
        "health_check": check | ({"matcher": code} if code else {}),
        "load_balancer_arns": sorted(set(item.get("LoadBalancerArns", ()))),
        "stickiness": _stickiness(details["attributes"]),
        "tags": scope.tags_of(arn),
        **taken(
            item,
            {
                "ip_address_type": "IpAddressType",
                "port": "Port",
                "protocol": "Protocol",
                "protocol_version": "ProtocolVersion",
                "target_type": "TargetType",
                "vpc_id": "VpcId",
            },
        ),
        **_attributes(TARGET_GROUP, details),
    }
    yield shown(scope, LB_TARGET_GROUP, arn, data, arn=arn, name=item["TargetGroupName"])


def _stickiness(answer: Any) -> Any:
    if isinstance(answer, Unknown):
        return answer
    attributes = attribute_map(answer or ())
    kind = attributes.get("stickiness.type")
    if kind is None:
        return None
    seconds = attributes.get(f"stickiness.{kind}.duration_seconds")
    return {
        "enabled": attributes.get("stickiness.enabled") == "true",
        "type": kind,
        "cookie_duration": int(seconds) if seconds else None,
        "cookie_name": attributes.get("stickiness.app_cookie.cookie_name") or None,
    }


READERS = (
    Reader(
        types=(LB,),
        listing=Ask("elbv2", "DescribeLoadBalancers", "LoadBalancers"),
        get_parameters=lambda id_, state: {"LoadBalancerArns": [id_]},
        key=lambda item, scope: Key(
            item["LoadBalancerArn"],
            item["LoadBalancerArn"],
            names=(
                arn_suffix(item["LoadBalancerArn"]),
                item.get("DNSName", ""),
                item.get("DNSName", "").lower(),
            ),
            inside=(item["VpcId"],) if item.get("VpcId") else (),
            shared=True,
        ),
        details={
            "attributes": Detail(
                Ask("elbv2", "DescribeLoadBalancerAttributes", "Attributes"),
                lambda item: {"LoadBalancerArn": item["LoadBalancerArn"]},
            ),
        },
        build=_build_balancer,
        arn_service="elasticloadbalancing",
    ),
    Reader(
        types=(LB_TARGET_GROUP,),
        listing=Ask("elbv2", "DescribeTargetGroups", "TargetGroups"),
        get_parameters=lambda id_, state: {"TargetGroupArns": [id_]},
        key=lambda item, scope: Key(
            item["TargetGroupArn"],
            item["TargetGroupArn"],
            names=(arn_suffix(item["TargetGroupArn"]),),
            parent_ids=tuple(item.get("LoadBalancerArns", ())),
            inside=(item["VpcId"],) if item.get("VpcId") else (),
        ),
        details={
            "attributes": Detail(
                Ask("elbv2", "DescribeTargetGroupAttributes", "Attributes"),
                lambda item: {"TargetGroupArn": item["TargetGroupArn"]},
            ),
        },
        build=_build_group,
        arn_service="elasticloadbalancing",
    ),
)
