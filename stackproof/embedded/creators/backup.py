"""AWS Backup: vaults, their policies, plans and what they back up."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

# What the AWS provider asks for in a rule that doesn't say, in minutes and a time zone.
_RULE = {"completion_window": 180, "schedule_expression_timezone": "Etc/UTC", "start_window": 60}
_RENAME = {
    "cold_storage_after": "MoveToColdStorageAfterDays",
    "completion_window": "CompletionWindowMinutes",
    "delete_after": "DeleteAfterDays",
    "destination_vault_arn": "DestinationBackupVaultArn",
    "schedule": "ScheduleExpression",
    "start_window": "StartWindowMinutes",
    "target_vault_name": "TargetBackupVaultName",
}


table(
    Plain(
        type="aws:backup/vault:Vault",
        service="backup",
        create=Call(
            "create_backup_vault",
            {
                "kms_key_arn": "encryption_key_arn",
                "name": "backup_vault_name",
                "tags": "backup_vault_tags",
            },
        ),
        id="{name}",
        delete=Call("delete_backup_vault", {"id": "backup_vault_name"}),
        tagged="arn",
        apart=frozenset({"force_destroy"}),
        replace_on=frozenset({"kms_key_arn", "name"}),
        auto_name="name",
        auto_name_limit=50,
    ),
    Plain(
        type="aws:backup/vaultPolicy:VaultPolicy",
        service="backup",
        put=Call("put_backup_vault_access_policy"),
        id="{backup_vault_name}",
        delete=Call("delete_backup_vault_access_policy"),
        replace_on=frozenset({"backup_vault_name"}),
    ),
)


@creator
class Plan(Creator):
    """A plan: when backups are made and how long they are kept."""

    type = "aws:backup/plan:Plan"
    auto_name = "name"
    auto_name_limit = 50
    replace_on = frozenset({"name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the plan."""
        backup = aws.client("backup")
        made = backup.create_backup_plan(
            BackupPlan=self._plan(aws, inputs), BackupPlanTags=inputs.get("tags") or {}
        )
        id_ = made["BackupPlanId"]
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Make a new version of the plan."""
        wanted = self._plan(aws, new)
        if wanted != self._plan(aws, old):
            aws.client("backup").update_backup_plan(BackupPlanId=id_, BackupPlan=wanted)
        retag(aws, "backup", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the plan."""
        with already_gone():
            aws.client("backup").delete_backup_plan(BackupPlanId=id_)

    def _plan(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        plan = {
            "advanced_backup_settings": inputs.get("advanced_backup_settings") or [],
            "backup_plan_name": inputs["name"],
            "rules": [{**_RULE, **rule} for rule in inputs["rules"]],
            "scan_settings": inputs.get("scan_settings"),
        }
        request = {"backup_plan": plan}
        shaped = parameters(aws, "backup", "create_backup_plan", request, rename=_RENAME)
        return dict(shaped["BackupPlan"])


@creator
class Selection(Creator):
    """What a plan backs up."""

    type = "aws:backup/selection:Selection"
    replace_on = frozenset(
        {
            "conditions",
            "iam_role_arn",
            "name",
            "not_resources",
            "plan_id",
            "resources",
            "selection_tags",
        }
    )
    auto_name = "name"
    auto_name_limit = 50

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the selection."""
        selection = {
            "conditions": _conditions(inputs.get("conditions") or ()),
            "iam_role_arn": inputs["iam_role_arn"],
            "list_of_tags": inputs.get("selection_tags") or [],
            "not_resources": inputs.get("not_resources") or [],
            "resources": inputs.get("resources") or [],
            "selection_name": inputs["name"],
        }
        request = parameters(
            aws,
            "backup",
            "create_backup_selection",
            {"backup_plan_id": inputs["plan_id"], "backup_selection": selection},
            rename={"key": "ConditionKey", "type": "ConditionType", "value": "ConditionValue"},
        )
        made = aws.client("backup").create_backup_selection(**request)
        return Created(made["SelectionId"])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the selection."""
        with already_gone():
            aws.client("backup").delete_backup_selection(
                BackupPlanId=state["plan_id"], SelectionId=id_
            )


def _conditions(blocks: Any) -> dict[str, Any]:
    block: Properties = next(iter(blocks), {})
    return {
        "string_equals": block.get("string_equals"),
        "string_like": block.get("string_likes"),
        "string_not_equals": block.get("string_not_equals"),
        "string_not_like": block.get("string_not_likes"),
    }
