"""EC2: kinds of instances, and lists of addresses that AWS keeps."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.ec2 import filters
from stackproof.embedded.functions.lookups import the_one


@invoke("aws:ec2/getPrefixList:getPrefixList")
def prefix_list(aws: Cloud, arguments: Properties) -> Properties:
    """Find the addresses of an AWS service, by the name or id of their list."""
    names = {"name": "prefix-list-name", "prefix_list_id": "prefix-list-id"}
    listed = aws.client("ec2").describe_prefix_lists(Filters=filters(arguments, names))
    wanted = {arguments[name] for name in names if arguments.get(name)}
    found = [
        item
        for item in listed["PrefixLists"]
        if wanted <= {item["PrefixListId"], item["PrefixListName"]}
    ]
    shown = the_one("aws:ec2/getPrefixList:getPrefixList", wanted or "no name", found)
    id_ = shown["PrefixListId"]
    cidrs = shown.get("Cidrs")
    if cidrs is None:
        entries = aws.client("ec2").get_managed_prefix_list_entries(PrefixListId=id_)["Entries"]
        cidrs = [entry["Cidr"] for entry in entries]
    return {"id": id_, "name": shown["PrefixListName"], "cidr_blocks": list(cidrs)}


@invoke("aws:ec2/getInstanceType:getInstanceType")
def instance_type(aws: Cloud, arguments: Properties) -> Properties:
    """Describe a kind of instance."""
    name = arguments["instance_type"]
    (shown,) = aws.client("ec2").describe_instance_types(InstanceTypes=[name])["InstanceTypes"]
    cpu, network = shown["VCpuInfo"], shown["NetworkInfo"]
    processor, ebs = shown.get("ProcessorInfo", {}), shown.get("EbsInfo", {})
    optimized = ebs.get("EbsOptimizedInfo", {})
    measures = ("BandwidthInMbps", "Iops", "ThroughputInMBps")
    speeds = {
        f"ebs_performance_{level.lower()}_{measure}": optimized.get(f"{level}{member}")
        for level in ("Baseline", "Maximum")
        for measure, member in zip(("bandwidth", "iops", "throughput"), measures, strict=True)
    }
    disks = shown.get("InstanceStorageInfo", {}).get("Disks", ())
    return {
        "id": name,
        "auto_recovery_supported": shown.get("AutoRecoverySupported"),
        "bare_metal": shown.get("BareMetal"),
        "burstable_performance_supported": shown.get("BurstablePerformanceSupported"),
        "current_generation": shown.get("CurrentGeneration"),
        "dedicated_hosts_supported": shown.get("DedicatedHostsSupported"),
        "default_cores": cpu.get("DefaultCores"),
        "default_threads_per_core": cpu.get("DefaultThreadsPerCore"),
        "default_vcpus": cpu["DefaultVCpus"],
        "ebs_encryption_support": ebs.get("EncryptionSupport"),
        "ebs_nvme_support": ebs.get("NvmeSupport"),
        "ebs_optimized_support": ebs.get("EbsOptimizedSupport"),
        "efa_supported": network.get("EfaSupported"),
        "ena_support": network.get("EnaSupport"),
        "encryption_in_transit_supported": network.get("EncryptionInTransitSupported"),
        "free_tier_eligible": shown.get("FreeTierEligible"),
        "hibernation_supported": shown.get("HibernationSupported"),
        "hypervisor": shown.get("Hypervisor"),
        "instance_disks": [
            {"count": disk["Count"], "size": disk["SizeInGB"], "type": disk["Type"]}
            for disk in disks
        ],
        "instance_storage_supported": shown.get("InstanceStorageSupported"),
        "ipv6_supported": network.get("Ipv6Supported"),
        "maximum_ipv4_addresses_per_interface": network.get("Ipv4AddressesPerInterface"),
        "maximum_ipv6_addresses_per_interface": network.get("Ipv6AddressesPerInterface"),
        "maximum_network_interfaces": network.get("MaximumNetworkInterfaces"),
        "memory_size": shown["MemoryInfo"]["SizeInMiB"],
        "network_performance": network.get("NetworkPerformance"),
        "supported_architectures": list(processor.get("SupportedArchitectures", ())),
        "supported_root_device_types": list(shown.get("SupportedRootDeviceTypes", ())),
        "supported_usages_classes": list(shown.get("SupportedUsageClasses", ())),
        "supported_virtualization_types": list(shown.get("SupportedVirtualizationTypes", ())),
        "sustained_clock_speed": processor.get("SustainedClockSpeedInGhz"),
        **speeds,
    }


@invoke("aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings")
def instance_type_offerings(aws: Cloud, arguments: Properties) -> Properties:
    """List which kinds of instances there are where."""
    kind = arguments.get("location_type") or "region"
    request: dict[str, Any] = {"LocationType": kind}
    if wanted := filters(arguments, {}):
        request["Filters"] = wanted
    pages = aws.client("ec2").get_paginator("describe_instance_type_offerings")
    found = [
        offering for page in pages.paginate(**request) for offering in page["InstanceTypeOfferings"]
    ]
    return {
        "id": aws.region,
        "instance_types": [offering["InstanceType"] for offering in found],
        "location_types": [offering["LocationType"] for offering in found],
        "locations": [offering["Location"] for offering in found],
    }
