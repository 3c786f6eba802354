"""Backup vaults: whose key guards them, and who may empty them."""

from __future__ import annotations

from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.policy_documents import SourcedStatement, document_statements
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.types.tokens import BACKUP_VAULT, BACKUP_VAULT_LOCK, BACKUP_VAULT_POLICY, KMS_KEY

DELETE = "backup:DeleteRecoveryPoint"
NO_DELETION = Json(
    {
        "Statement": [
            {
                "Sid": "NoDeletion",
                "Effect": "Deny",
                "Principal": "*",
                "Action": [DELETE, "backup:UpdateRecoveryPointLifecycle"],
                "Resource": "*",
            }
        ]
    }
)
STATEMENT = "policy.Statement.0"


def _lock(vault: Any) -> With:
    return With(Neighbour("lock", BACKUP_VAULT_LOCK, {"backup_vault_name": vault}))


@control(
    "backup-vault-customer-key",
    title="Backup vaults are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=BACKUP_VAULT,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("CP-9(8)", "SC-28(1)")},
    in_part={Framework.FSBP: ("Backup.1",)},
    cases=Cases(
        passing=Given(
            BACKUP_VAULT,
            {"name": "daily", "kms_key_arn": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "backups"}),),
        ),
        failing=(Remove("kms_key_arn"), Change("kms_key_arn", "alias/aws/backup")),
        unknown=(Hide("kms_key_arn"),),
        absent=(Without("key"),),
    ),
)
def vault_key(vault: Resource, stack: Stack) -> Outcome:
    """A backup holds all that the database does, and a key of AWS can't be shared for a rescue."""
    return customer_key(vault, stack, "kms_key_arn")


@control(
    "backup-vault-refuses-deletion",
    title="Backup vaults refuse the deletion of recovery points",
    severity=Severity.LOW,
    category=Category.DR,
    types=BACKUP_VAULT,
    needs=(BACKUP_VAULT_POLICY, BACKUP_VAULT_LOCK),
    frameworks={Framework.PCI: ("10.3.2",), Framework.NIST: ("AC-3", "CP-9")},
    cases=Cases(
        passing=Given(
            BACKUP_VAULT,
            {"name": "daily"},
            (
                Neighbour(
                    "policy",
                    BACKUP_VAULT_POLICY,
                    {"backup_vault_name": Ref("subject"), "policy": NO_DELETION},
                ),
            ),
        ),
        failing=(
            Without("policy"),
            Change(f"{STATEMENT}.Effect", "Allow", of="policy"),
            Change(f"{STATEMENT}.Action", "backup:StartCopyJob", of="policy"),
            Change(f"{STATEMENT}.Principal", {"AWS": "123456789012"}, of="policy"),
        ),
        unknown=(
            Hide("policy", of="policy"),
            Hide("backup_vault_name", of="policy"),
            Hide(f"{STATEMENT}.Effect", of="policy"),
        ),
        absent=(
            Without("policy"),
            (Without("policy"), _lock(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
        ),
        also_passing=(
            Change(f"{STATEMENT}.Action", "backup:*", of="policy"),
            Change("backup_vault_name", "daily", of="policy"),
            (Without("policy"), _lock(Ref("subject"))),
            Change(
                f"{STATEMENT}.Condition",
                {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/rescue"}},
                of="policy",
            ),
        ),
    ),
)
def refuses_deletion(vault: Resource, stack: Stack) -> Outcome:
    """Whoever wants a ransom deletes the backups first; an exception may be named.

    A vault lock refuses it until a recovery point's retention ends.
    Source: AWS Backup Developer Guide, "Vault access policies", "AWS Backup Vault Lock".
    """
    missing = Fail(
        "policy",
        f"a VaultPolicy that denies everybody {DELETE}",
        None,
        f"Add a backup.VaultPolicy that denies {DELETE}, or a backup.VaultLockConfiguration.",
    )
    locks = list(referrers_or_unknown(vault, stack, BACKUP_VAULT_LOCK, "backup_vault_name"))
    if any(isinstance(lock, Resource) for lock in locks):
        return Pass()
    policies = referrers(vault, stack, BACKUP_VAULT_POLICY, "backup_vault_name")
    found = [item for policy in policies for item in document_statements(policy, "policy")]
    hidden = [lock for lock in locks if isinstance(lock, Unknown)]
    return some([*found, *hidden], _refuses, missing)


def _refuses(item: SourcedStatement) -> Outcome:
    statement = item.statement
    if not statement.allows and statement.everybody and statement.acts(DELETE):
        return Pass()
    return NotApplicable("says something else")
