"""EFS: file systems, where they are mounted, and how they are entered."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_BY_ID = {"id": "file_system_id"}
_ARN = "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/"

table(
    Plain(
        type="aws:efs/fileSystem:FileSystem",
        service="efs",
        create=Call("create_file_system"),
        update=Call("update_file_system", _BY_ID),
        also={
            "lifecycle_policies": Call("put_lifecycle_configuration", _BY_ID),
            "protection": Call(
                "update_file_system_protection",
                {**_BY_ID, "protection": "replication_overwrite_protection"},
            ),
        },
        shapes={"protection": lambda given: given["replication_overwrite"]},
        outputs={
            "availability_zone_id": "AvailabilityZoneId",
            "name": "Name",
            "number_of_mount_targets": "NumberOfMountTargets",
            "owner_id": "OwnerId",
        },
        id="{answer[FileSystemId]}",
        composed={"dns_name": "{id}.efs.{region}.amazonaws.com"},
        delete=Call("delete_file_system", _BY_ID),
        cleared={"lifecycle_policies": []},
        tagged="id",
        replace_on=frozenset(
            {
                "availability_zone_name",
                "creation_token",
                "encrypted",
                "kms_key_id",
                "performance_mode",
            }
        ),
        # AWS wants a token of the caller's own, and keeps it for good.
        auto_name="creation_token",
        auto_name_limit=64,
    ),
    Plain(
        type="aws:efs/mountTarget:MountTarget",
        service="efs",
        create=Call("create_mount_target"),
        update=Call("modify_mount_target_security_groups", {"id": "mount_target_id"}),
        outputs={"availability_zone_name": "AvailabilityZoneName", "owner_id": "OwnerId"},
        id="{answer[MountTargetId]}",
        composed={
            "dns_name": "{file_system_id}.efs.{region}.amazonaws.com",
            "file_system_arn": f"{_ARN}{{file_system_id}}",
            "mount_target_dns_name": (
                "{availability_zone_name}.{file_system_id}.efs.{region}.amazonaws.com"
            ),
        },
        delete=Call("delete_mount_target", {"id": "mount_target_id"}),
        replace_on=frozenset(
            {"file_system_id", "ip_address", "ip_address_type", "ipv6_address", "subnet_id"}
        ),
    ),
    Plain(
        type="aws:efs/accessPoint:AccessPoint",
        service="efs",
        create=Call("create_access_point"),
        outputs={"owner_id": "OwnerId"},
        id="{answer[AccessPointId]}",
        composed={"file_system_arn": f"{_ARN}{{file_system_id}}"},
        delete=Call("delete_access_point", {"id": "access_point_id"}),
        tagged="id",
        replace_on=frozenset({"file_system_id", "posix_user", "root_directory"}),
    ),
    Plain(
        type="aws:efs/fileSystemPolicy:FileSystemPolicy",
        service="efs",
        put=Call("put_file_system_policy"),
        id="{file_system_id}",
        delete=Call("delete_file_system_policy", _BY_ID),
        replace_on=frozenset({"file_system_id"}),
    ),
    Plain(
        type="aws:efs/backupPolicy:BackupPolicy",
        service="efs",
        put=Call("put_backup_policy"),
        id="{file_system_id}",
        # AWS keeps the policy, and stops the backups.
        delete=Call("put_backup_policy", fixed={"BackupPolicy": {"Status": "DISABLED"}}),
        replace_on=frozenset({"file_system_id"}),
    ),
)
