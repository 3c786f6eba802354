"""Where backups are kept."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import document
from infra.site import Site

__all__ = ["BackupVault"]


class BackupVault(Component):
    """An encrypted vault that backups leave by their age only.

    Whoever breaks in can't take the way back away.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("BackupVault", name, site, opts)
        self.name = site.name(name)
        self.vault = aws.backup.Vault(
            name,
            name=self.name,
            kms_key_arn=key_arn,
            force_destroy=False,
            tags=self.tagged(name),
            opts=self.child(),
        )
        deny = {
            "Sid": "KeepRecoveryPoints",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
            "Resource": "*",  # in a vault's policy: what is in this vault
        }
        aws.backup.VaultPolicy(
            name, backup_vault_name=self.vault.name, policy=document(deny), opts=self.child()
        )
        self.register_outputs({"arn": self.vault.arn})
