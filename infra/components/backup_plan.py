"""Daily backups, in two regions, of whatever carries a stack's tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from infra.components.backup_vault import BackupVault
from infra.components.base import Component
from infra.components.roles import managed_role_arn
from infra.site import Site

__all__ = ["BackupPlan"]

# After RDS's own backup window; in UTC.
EVERY_NIGHT = "cron(0 5 * * ? *)"
START_MINUTES = 60
COMPLETION_MINUTES = 360


class BackupPlan(Component):
    """A plan that fills a vault every night, and copies what is in it to a vault elsewhere.

    Backed up is what matches one of `resources` (ARNs, which may hold wildcards) and carries all
    of `tags`.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        retention_days: int,
        vault: BackupVault,
        copies: BackupVault,
        resources: Sequence[pulumi.Input[str]],
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("BackupPlan", name, site, opts)
        self.plan = aws.backup.Plan(
            name,
            name=site.name(name),
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=vault.vault.name,
                    schedule=EVERY_NIGHT,
                    start_window=START_MINUTES,
                    completion_window=COMPLETION_MINUTES,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=retention_days),
                    copy_actions=[
                        aws.backup.PlanRuleCopyActionArgs(
                            destination_vault_arn=copies.vault.arn,
                            lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(
                                delete_after=retention_days
                            ),
                        )
                    ],
                    recovery_point_tags=self.tagged(f"{name}-recovery-point"),
                )
            ],
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.selection = aws.backup.Selection(
            name,
            name=site.name(name),
            plan_id=self.plan.id,
            iam_role_arn=managed_role_arn(
                self,
                name,
                service="backup.amazonaws.com",
                purpose="Lets AWS Backup make backups; restoring them needs another role",
                policy="service-role/AWSBackupServiceRolePolicyForBackup",
            ),
            resources=list(resources),
            conditions=[
                aws.backup.SelectionConditionArgs(
                    string_equals=[
                        aws.backup.SelectionConditionStringEqualArgs(
                            key=f"aws:ResourceTag/{key}", value=value
                        )
                        for key, value in sorted(tags.items())
                    ]
                )
            ],
            opts=self.child(),
        )
        self.register_outputs({"id": self.plan.id})
