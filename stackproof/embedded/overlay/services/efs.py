"""EFS: changes of file systems that moto lacks."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses


@handles("efs", "UpdateFileSystem")
def update_file_system(call: Call) -> dict[str, Any]:
    """Change how fast a file system is.

    AWS: https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystem.html
    """
    system, given = _system(call), call.params
    system.throughput_mode = given.get("ThroughputMode", system.throughput_mode)
    system.provisioned_throughput_in_mibps = given.get(
        "ProvisionedThroughputInMibps", system.provisioned_throughput_in_mibps
    )
    shown: dict[str, Any] = system.info_json()
    return shown


@handles("efs", "UpdateFileSystemProtection")
def update_protection(call: Call) -> dict[str, Any]:
    """Say whether a replication may write over a file system.

    AWS: https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystemProtection.html
    """
    system = _system(call)
    # moto shows every attribute of the object, by its name.
    system.file_system_protection = {
        "ReplicationOverwriteProtection": call.params["ReplicationOverwriteProtection"]
    }
    shown: dict[str, Any] = system.file_system_protection
    return shown


@handles("efs", "PutBackupPolicy")
def put_backup_policy(call: Call) -> dict[str, Any]:
    """Let AWS Backup back a file system up, or stop it.

    AWS: https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html
    """
    _system(call)._backup = call.params["BackupPolicy"]["Status"] == "ENABLED"
    return {"BackupPolicy": call.params["BackupPolicy"]}


@handles("efs", "DeleteFileSystemPolicy")
def delete_policy(call: Call) -> None:
    """Take the policy of a file system away.

    AWS: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystemPolicy.html
    """
    _system(call).file_system_policy = None


@postprocesses("efs", "CreateFileSystem")
def create_file_system(call: Call, answer: dict[str, Any]) -> None:
    """Encrypt with the key of EFS when no other is named.

    AWS: https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html
    """
    if answer.get("Encrypted") and not answer.get("KmsKeyId"):
        key = f"arn:aws:kms:{call.region}:{call.account}:key/aws-elasticfilesystem"
        call.backend("efs").file_systems_by_id[answer["FileSystemId"]].kms_key_id = key
        answer["KmsKeyId"] = key


def _system(call: Call) -> Any:
    found = call.backend("efs").file_systems_by_id.get(call.params["FileSystemId"])
    if found is None:
        raise AwsError("FileSystemNotFound", "There is no such file system.", 404)
    return found
