"""AWS Backup: what is backed up, who may touch a vault, and changes of plans; moto has none."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates


@handles("backup", "UpdateBackupPlan")
def update_plan(call: Call) -> dict[str, Any]:
    """Replace a plan's rules by a new version.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateBackupPlan.html
    """
    from moto.backup.models import Plan

    backend, plan = call.backend("backup"), _plan(call)
    changed = Plan(call.params["BackupPlan"], plan.creator_request_id, backend)
    plan.backup_plan = changed.backup_plan
    plan.advanced_backup_settings = changed.advanced_backup_settings
    plan.version_id = changed.version_id
    return {
        "BackupPlanId": plan.backup_plan_id,
        "BackupPlanArn": plan.backup_plan_arn,
        "CreationDate": plan.creation_date,
        "VersionId": plan.version_id,
        "AdvancedBackupSettings": plan.advanced_backup_settings,
    }


@validates("backup", "DeleteBackupPlan")
def keep_plan_in_use(call: Call) -> None:
    """Refuse to delete a plan that still has selections.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html
    """
    if _selections(call):
        raise AwsError(
            "InvalidRequestException",
            "Related backup plan selections must be deleted prior to backup plan deletion",
            400,
        )


@postprocesses("backup", "DeleteBackupPlan")
def delete_plan(call: Call, _: dict[str, Any]) -> None:
    """Give the name of a deleted plan free.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html
    """
    call.backend("backup").plans.pop(call.params["BackupPlanId"], None)


@handles("backup", "CreateBackupSelection")
def create_selection(call: Call) -> dict[str, Any]:
    """Choose what a plan backs up.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html
    """
    plan, id_ = _plan(call), str(uuid.uuid4())
    told = {"SelectionId": id_, "BackupPlanId": plan.backup_plan_id, "CreationDate": _now()}
    call.kept("selections")[id_] = {**told, "BackupSelection": dict(call.params["BackupSelection"])}
    return told


@handles("backup", "ListBackupSelections")
def list_selections(call: Call) -> dict[str, Any]:
    """List what a plan backs up.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupSelections.html
    """
    _plan(call)
    return {
        "BackupSelectionsList": [
            {
                "SelectionId": kept["SelectionId"],
                "SelectionName": kept["BackupSelection"]["SelectionName"],
                "BackupPlanId": kept["BackupPlanId"],
                "CreationDate": kept["CreationDate"],
                "IamRoleArn": kept["BackupSelection"]["IamRoleArn"],
            }
            for kept in _selections(call)
        ]
    }


@handles("backup", "GetBackupSelection")
def get_selection(call: Call) -> dict[str, Any]:
    """Answer with a selection as it was made.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupSelection.html
    """
    return dict(_selection(call))


@handles("backup", "DeleteBackupSelection")
def delete_selection(call: Call) -> dict[str, Any]:
    """Delete a selection.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupSelection.html
    """
    del call.kept("selections")[_selection(call)["SelectionId"]]
    return {}


@handles("backup", "PutBackupVaultAccessPolicy")
def put_vault_policy(call: Call) -> dict[str, Any]:
    """Say who may touch a vault.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html
    """
    call.kept("policies")[_vault(call).backup_vault_name] = call.params["Policy"]
    return {}


@handles("backup", "GetBackupVaultAccessPolicy")
def get_vault_policy(call: Call) -> dict[str, Any]:
    """Answer with the policy of a vault.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupVaultAccessPolicy.html
    """
    vault = _vault(call)
    policy = call.kept("policies").get(vault.backup_vault_name)
    if policy is None:
        raise _missing(f"Backup Vault Policy for {vault.backup_vault_name}")
    return {
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "Policy": policy,
    }


@handles("backup", "DeleteBackupVaultAccessPolicy")
def delete_vault_policy(call: Call) -> dict[str, Any]:
    """Take the policy from a vault.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVaultAccessPolicy.html
    """
    call.kept("policies").pop(_vault(call).backup_vault_name, None)
    return {}


@postprocesses("backup", "DeleteBackupVault")
def delete_vault(call: Call, _: dict[str, Any]) -> None:
    """Let a vault's policy go with it.

    AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html
    """
    call.kept("policies").pop(call.params["BackupVaultName"], None)


def _plan(call: Call) -> Any:
    plan = call.backend("backup").plans.get(call.params["BackupPlanId"])
    if plan is None:
        raise _missing(f"Backup Plan {call.params['BackupPlanId']}")
    return plan


def _vault(call: Call) -> Any:
    vault = call.backend("backup").vaults.get(call.params["BackupVaultName"])
    if vault is None:
        raise _missing(f"Backup Vault {call.params['BackupVaultName']}")
    return vault


def _selections(call: Call) -> list[dict[str, Any]]:
    plan = call.params["BackupPlanId"]
    return [kept for kept in call.kept("selections").values() if kept["BackupPlanId"] == plan]


def _selection(call: Call) -> dict[str, Any]:
    kept = {kept["SelectionId"]: kept for kept in _selections(call)}
    if call.params["SelectionId"] not in kept:
        raise _missing(f"Backup Selection {call.params['SelectionId']}")
    return kept[call.params["SelectionId"]]


def _missing(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"{what} was not found", 400)


def _now() -> datetime:
    return datetime.now(UTC)
