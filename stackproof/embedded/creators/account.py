"""What a program asks AWS about its account, region and zones."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Cloud, Properties, invoke


@invoke("aws:index/getCallerIdentity:getCallerIdentity")
def caller_identity(aws: Cloud, arguments: Properties) -> Properties:
    """Say who the caller is."""
    answer = aws.client("sts").get_caller_identity()
    return {
        "id": answer["Account"],
        "account_id": answer["Account"],
        "arn": answer["Arn"],
        "user_id": answer["UserId"],
    }


@invoke("aws:index/getRegion:getRegion")
def region(aws: Cloud, arguments: Properties) -> Properties:
    """Describe the region."""
    name = arguments.get("region") or arguments.get("name") or aws.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
    }


@invoke("aws:index/getPartition:getPartition")
def partition(aws: Cloud, arguments: Properties) -> Properties:
    """Name the partition and its domain."""
    return {
        "id": aws.partition,
        "partition": aws.partition,
        "dns_suffix": "amazonaws.com",
        "reverse_dns_prefix": "com.amazonaws",
    }


@invoke("aws:index/getAvailabilityZones:getAvailabilityZones")
def availability_zones(aws: Cloud, arguments: Properties) -> Properties:
    """List the region's zones, without those that the program leaves out."""
    request: dict[str, Any] = {}
    filters = [
        {"Name": item["name"], "Values": list(item["values"])}
        for item in arguments.get("filters") or ()
    ]
    if arguments.get("state"):
        filters.append({"Name": "state", "Values": [arguments["state"]]})
    if filters:
        request["Filters"] = filters
    zones = aws.client("ec2").describe_availability_zones(**request)["AvailabilityZones"]
    left_out = {*(arguments.get("exclude_names") or ()), *(arguments.get("exclude_zone_ids") or ())}
    kept = sorted(
        (zone for zone in zones if not {zone["ZoneName"], zone["ZoneId"]} & left_out),
        key=lambda zone: str(zone["ZoneName"]),
    )
    return {
        "id": aws.region,
        "names": [zone["ZoneName"] for zone in kept],
        "zone_ids": [zone["ZoneId"] for zone in kept],
        "group_names": sorted({zone.get("GroupName", aws.region) for zone in kept}),
    }
