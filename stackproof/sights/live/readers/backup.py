"""AWS Backup: vaults, plans and what they back up, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    BACKUP_VAULT,
    BACKUP_VAULT_LOCK,
    BACKUP_VAULT_POLICY,
)

_RENAME = {
    "completion_window_minutes": "completion_window",
    "delete_after_days": "delete_after",
    "destination_backup_vault_arn": "destination_vault_arn",
    "move_to_cold_storage_after_days": "cold_storage_after",
    "schedule_expression": "schedule",
    "start_window_minutes": "start_window",
    "target_backup_vault_name": "target_vault_name",
}
_CONDITIONS = {
    "string_equals": "StringEquals",
    "string_likes": "StringLike",
    "string_not_equals": "StringNotEquals",
    "string_not_likes": "StringNotLike",
}


def _build_vault(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn, policy = item["BackupVaultName"], item["BackupVaultArn"], details["policy"]
    data = {
        "kms_key_arn": item.get("EncryptionKeyArn"),
        "name": name,
        "recovery_points": item.get("NumberOfRecoveryPoints", 0),
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, BACKUP_VAULT, name, data, arn=arn, name=name)
    if item.get("Locked"):
        locked = {
            "backup_vault_arn": arn,
            "backup_vault_name": name,
            "max_retention_days": item.get("MaxRetentionDays"),
            "min_retention_days": item.get("MinRetentionDays"),
        }
        yield shown(scope, BACKUP_VAULT_LOCK, name, locked)
    if isinstance(policy, str):
        guarded = {"backup_vault_arn": arn, "backup_vault_name": name, "policy": policy}
        yield shown(scope, BACKUP_VAULT_POLICY, name, guarded)


def _build_plan(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_, name, plan = item["BackupPlanId"], item["BackupPlanName"], details["plan"]
    if plan is None:
        return
    data = {
        "name": name,
        "version": item["VersionId"],
        "tags": scope.tags_of(item["BackupPlanArn"]),
    }
    if isinstance(plan, Unknown):
        data |= {"rules": plan, "advanced_backup_settings": plan}
    else:
        data |= plan_properties(plan)
    yield shown(scope, BACKUP_PLAN, id_, data, arn=item["BackupPlanArn"], name=name)


def plan_properties(plan: Item) -> dict[str, Any]:
    """Translate GetBackupPlan's answer to what it is that the plan does."""
    return {
        "advanced_backup_settings": [
            {
                "backup_options": dict(setting.get("BackupOptions", {})),
                "resource_type": setting["ResourceType"],
            }
            for setting in plan.get("AdvancedBackupSettings") or ()
        ],
        "rules": [_rule(rule) for rule in plan["Rules"]],
        "scan_settings": snake(plan.get("ScanSettings") or []),
    }


def _rule(rule: Item) -> dict[str, Any]:
    # The keys of tags are the user's own words.
    tags = dict(rule.get("RecoveryPointTags") or {})
    rest = {key: value for key, value in rule.items() if key not in ("RecoveryPointTags", "RuleId")}
    return {**snake(rest, _RENAME), "recovery_point_tags": tags}


def _build_selection(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    selection = details["selection"]
    if selection is None:
        return
    data: dict[str, Any] = {
        "iam_role_arn": item.get("IamRoleArn"),
        "name": item["SelectionName"],
        "plan_id": item["BackupPlanId"],
    }
    if isinstance(selection, Unknown):
        hidden = ("conditions", "not_resources", "resources", "selection_tags")
        data |= dict.fromkeys(hidden, selection)
    else:
        data |= _chosen(selection)
    yield shown(scope, BACKUP_SELECTION, item["SelectionId"], data, name=item["SelectionName"])


def _chosen(selection: Item) -> dict[str, Any]:
    conditions: Mapping[str, Any] = selection.get("Conditions") or {}
    pairs = {
        name: [
            {"key": pair["ConditionKey"], "value": pair["ConditionValue"]}
            for pair in conditions.get(member) or ()
        ]
        for name, member in _CONDITIONS.items()
    }
    return {
        "conditions": [pairs] if any(pairs.values()) else [],
        "not_resources": list(selection.get("NotResources") or ()),
        "resources": list(selection.get("Resources") or ()),
        "selection_tags": [
            {
                "key": tag["ConditionKey"],
                "type": tag["ConditionType"],
                "value": tag["ConditionValue"],
            }
            for tag in selection.get("ListOfTags") or ()
        ],
    }


READERS = (
    Reader(
        types=(BACKUP_VAULT, BACKUP_VAULT_LOCK, BACKUP_VAULT_POLICY),
        listing=Ask("backup", "ListBackupVaults", "BackupVaultList"),
        key=lambda item, scope: Key(item["BackupVaultName"], item["BackupVaultArn"]),
        details={
            "policy": Detail(
                Ask("backup", "GetBackupVaultAccessPolicy", "Policy"),
                lambda item: {"BackupVaultName": item["BackupVaultName"]},
                provides=(BACKUP_VAULT_POLICY,),
            )
        },
        build=_build_vault,
        arn_service="backup",
    ),
    Reader(
        types=(BACKUP_PLAN,),
        listing=Ask("backup", "ListBackupPlans", "BackupPlansList"),
        key=lambda item, scope: Key(item["BackupPlanId"], item["BackupPlanArn"]),
        details={
            "plan": Detail(
                Ask("backup", "GetBackupPlan", "BackupPlan"),
                lambda item: {"BackupPlanId": item["BackupPlanId"]},
            )
        },
        build=_build_plan,
        arn_service="backup",
    ),
    Reader(
        types=(BACKUP_SELECTION,),
        listing=Ask("backup", "ListBackupSelections", "BackupSelectionsList"),
        targets=lambda scope: [{"BackupPlanId": plan} for plan in scope.ids(BACKUP_PLAN)],
        get_parameters=lambda id_, state: {"BackupPlanId": state["plan_id"]},
        key=lambda item, scope: Key(
            item["SelectionId"], tags={}, parent_ids=(item["BackupPlanId"],)
        ),
        details={
            "selection": Detail(
                Ask("backup", "GetBackupSelection", "BackupSelection"),
                lambda item: {
                    "BackupPlanId": item["BackupPlanId"],
                    "SelectionId": item["SelectionId"],
                },
            )
        },
        build=_build_selection,
        arn_service="backup",
        parents=(BACKUP_PLAN,),
    ),
)
