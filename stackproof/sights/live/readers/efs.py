"""File systems, their mount targets and access points, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, own_tags, shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    EFS_ACCESS_POINT,
    EFS_BACKUP_POLICY,
    EFS_FILE_SYSTEM,
    EFS_FILE_SYSTEM_POLICY,
    EFS_MOUNT_TARGET,
)


def _build_system(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    protection = (item.get("FileSystemProtection") or {}).get("ReplicationOverwriteProtection")
    policies = details["lifecycle"]
    data = {
        "availability_zone_name": item.get("AvailabilityZoneName"),
        "creation_token": item["CreationToken"],
        "encrypted": item.get("Encrypted", False),
        "kms_key_id": item.get("KmsKeyId"),
        "lifecycle_policies": _lifecycle(policies),
        "performance_mode": item["PerformanceMode"],
        "protection": {"replication_overwrite": protection} if protection else None,
        "provisioned_throughput_in_mibps": item.get("ProvisionedThroughputInMibps"),
        "tags": own_tags(item.get("Tags")),
        "throughput_mode": item.get("ThroughputMode"),
    }
    id_, policy, backup = item["FileSystemId"], details["policy"], details["backup"]
    yield shown(scope, EFS_FILE_SYSTEM, id_, data, arn=item["FileSystemArn"])
    if isinstance(policy, str):
        yield shown(scope, EFS_FILE_SYSTEM_POLICY, id_, {"file_system_id": id_, "policy": policy})
    if isinstance(backup, Mapping):
        stated = {"file_system_id": id_, "backup_policy": {"status": backup["Status"]}}
        yield shown(scope, EFS_BACKUP_POLICY, id_, stated)


def _of_it(operation: str, result: str, *provides: str) -> Detail:
    return Detail(
        # PolicyNotFound: Amazon EFS API Reference, errors of both operations.
        Ask("efs", operation, result),
        lambda item: {"FileSystemId": item["FileSystemId"]},
        provides=provides,
    )


def _lifecycle(policies: Any) -> Any:
    names = {"transition_to_i_a": "transition_to_ia"}
    return snake(policies, names) if isinstance(policies, list) else policies


# A mount target shows which addresses it has, and not the kind that was asked for.
_ADDRESS_TYPES: Final = {
    (True, False): "IPV4_ONLY",
    (False, True): "IPV6_ONLY",
    (True, True): "DUAL_STACK",
}


def _build_target(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "availability_zone_id": item.get("AvailabilityZoneId"),
        "availability_zone_name": item.get("AvailabilityZoneName"),
        "file_system_id": item["FileSystemId"],
        "ip_address": item.get("IpAddress"),
        "ip_address_type": _ADDRESS_TYPES.get(("IpAddress" in item, "Ipv6Address" in item)),
        "ipv6_address": item.get("Ipv6Address"),
        "network_interface_id": item.get("NetworkInterfaceId"),
        "security_groups": details["groups"],
        "subnet_id": item["SubnetId"],
    }
    yield shown(scope, EFS_MOUNT_TARGET, item["MountTargetId"], data)


def _build_point(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "file_system_id": item["FileSystemId"],
        "posix_user": snake(item.get("PosixUser")) or None,
        "root_directory": snake(item.get("RootDirectory")) or None,
        "tags": own_tags(item.get("Tags")),
    }
    yield shown(scope, EFS_ACCESS_POINT, item["AccessPointId"], data, arn=item["AccessPointArn"])


def _points(scope: Scope) -> list[str]:
    arns = scope.named(rf"arn:[^:]+:elasticfilesystem:{scope.region}:\d+:access-point/.+")
    return [*scope.named(r"fsap-[0-9a-f]+"), *(arn.rpartition("/")[2] for arn in arns)]


def _of_each_system(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for id_ in scope.ids(EFS_FILE_SYSTEM):
        yield {"FileSystemId": id_}


READERS = (
    Reader(
        types=(EFS_FILE_SYSTEM, EFS_FILE_SYSTEM_POLICY, EFS_BACKUP_POLICY),
        listing=Ask("efs", "DescribeFileSystems", "FileSystems"),
        get_parameters=lambda id_, state: {"FileSystemId": id_},
        key=lambda item, scope: Key(
            item["FileSystemId"],
            item["FileSystemArn"],
            tags=own_tags(item.get("Tags")),
            shared=True,
        ),
        details={
            "backup": _of_it("DescribeBackupPolicy", "BackupPolicy", EFS_BACKUP_POLICY),
            "lifecycle": _of_it("DescribeLifecycleConfiguration", "LifecyclePolicies"),
            "policy": _of_it("DescribeFileSystemPolicy", "Policy", EFS_FILE_SYSTEM_POLICY),
        },
        build=_build_system,
        dying=in_state("LifeCycleState", "deleting", "deleted"),
        arn_service="elasticfilesystem",
    ),
    Reader(
        types=(EFS_MOUNT_TARGET,),
        listing=Ask("efs", "DescribeMountTargets", "MountTargets"),
        targets=_of_each_system,
        ids=lambda scope: scope.named(r"fsmt-[0-9a-f]+"),
        by_ids=lambda ids: ({"MountTargetId": id_} for id_ in ids),
        get_parameters=lambda id_, state: {"MountTargetId": id_},
        key=lambda item, scope: Key(
            item["MountTargetId"], tags={}, parent_ids=(item["FileSystemId"],)
        ),
        details={
            "groups": Detail(
                Ask("efs", "DescribeMountTargetSecurityGroups", "SecurityGroups"),
                lambda item: {"MountTargetId": item["MountTargetId"]},
            )
        },
        build=_build_target,
        dying=in_state("LifeCycleState", "deleting", "deleted"),
        arn_service="elasticfilesystem",
        parents=(EFS_FILE_SYSTEM,),
    ),
    Reader(
        types=(EFS_ACCESS_POINT,),
        listing=Ask("efs", "DescribeAccessPoints", "AccessPoints"),
        targets=_of_each_system,
        ids=_points,
        by_ids=lambda ids: ({"AccessPointId": id_} for id_ in ids),
        get_parameters=lambda id_, state: {"AccessPointId": id_},
        key=lambda item, scope: Key(
            item["AccessPointId"],
            item["AccessPointArn"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["FileSystemId"],),
        ),
        build=_build_point,
        dying=in_state("LifeCycleState", "deleting", "deleted"),
        arn_service="elasticfilesystem",
        parents=(EFS_FILE_SYSTEM,),
    ),
)
