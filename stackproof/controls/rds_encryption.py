"""Encryption of databases at rest, with a key of one's own."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.reasoning.databases import is_replica_in_region
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import KMS_ALIAS, KMS_KEY, RDS_CLUSTER, RDS_INSTANCE

KEY = Neighbour("key", KMS_KEY, {"description": "database"})
_ENCRYPT = "Set storage_encrypted to true and restore a snapshot: it can't be changed in place."
ALIAS = Neighbour("alias", KMS_ALIAS, {"name": "alias/database", "target_key_id": Ref("key")})


@control(
    "rds-cluster-storage-encrypted",
    title="Aurora clusters encrypt their storage",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_CLUSTER,
    frameworks={
        Framework.FSBP: ("RDS.27",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"storage_encrypted": True}),
        failing=(Change("storage_encrypted", False), Remove("storage_encrypted")),
        unknown=(Hide("storage_encrypted"),),
        also_passing=((Remove("storage_encrypted"), Change("engine_mode", "serverless")),),
    ),
)
def storage_encrypted(cluster: Resource) -> Outcome:
    """Storage is encrypted by default only in the engine mode `serverless`.

    Source: Pulumi AWS, rds.Cluster, `storage_encrypted`.
    """
    return cluster_encrypts(cluster)


def cluster_encrypts(cluster: Resource) -> Outcome:
    """Pass when a cluster's storage, and so each snapshot of it, is encrypted."""
    if cluster["storage_encrypted"] is None and cluster["engine_mode"] == "serverless":
        return Pass()
    return expect(cluster, "storage_encrypted", True, fix=_ENCRYPT)


@control(
    "rds-instance-storage-encrypted",
    title="Database instances encrypt their storage",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_INSTANCE,
    frameworks={
        Framework.FSBP: ("RDS.3",),
        Framework.CIS: ("2.2.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"engine": "mysql", "storage_encrypted": True}),
        failing=(Change("storage_encrypted", False), Remove("storage_encrypted")),
        unknown=(Hide("storage_encrypted"),),
        not_applicable=(
            (Remove("storage_encrypted"), Change("replicate_source_db", "orders-primary")),
        ),
    ),
)
def instance_storage_encrypted(instance: Resource) -> Outcome:
    """A replica in the region of its source is encrypted exactly when the source is."""
    return instance_encrypts(instance)


def instance_encrypts(instance: Resource) -> Outcome:
    """Pass when an instance's storage, and so each snapshot of it, is encrypted."""
    if instance["storage_encrypted"] is None and instance["replicate_source_db"]:
        return NotApplicable("a replica is encrypted like its source")
    return expect(instance, "storage_encrypted", True, fix=_ENCRYPT)


@control(
    "rds-customer-key",
    title="Databases are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.6.1", "3.7.1"), Framework.NIST: ("SC-12", "SC-28(1)")},
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"kms_key_id": Ref("key", "arn")}, (KEY, ALIAS)),
        failing=(Remove("kms_key_id"), Change("kms_key_id", "alias/aws/rds")),
        unknown=(Hide("kms_key_id"),),
        absent=(
            Without("key"),
            (Change("kms_key_id", Ref("alias", "arn")), Without("key")),
        ),
        also_passing=(
            Change("kms_key_id", Ref("alias", "arn")),
            Change("kms_key_id", "alias/database"),
        ),
        not_applicable=((Remove("kms_key_id"), Change("replicate_source_db", "payments")),),
    ),
)
def storage_key(database: Resource, stack: Stack) -> Outcome:
    """Only the owner of a customer managed key decides who may read a snapshot elsewhere."""
    if not database["kms_key_id"] and is_replica_in_region(database):
        return NotApplicable("a replica in its source's region has the key of its source")
    return customer_key(database, stack, "kms_key_id")


@control(
    "rds-password-customer-key",
    title="Secrets that RDS manages for databases use a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("8.3.2", "3.7.1"), Framework.NIST: ("SC-12",)},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {
                "manage_master_user_password": True,
                "master_user_secret_kms_key_id": Ref("key", "arn"),
            },
            (KEY,),
        ),
        failing=(Remove("master_user_secret_kms_key_id"),),
        unknown=(Hide("master_user_secret_kms_key_id"), Hide("manage_master_user_password")),
        absent=(Without("key"),),
        not_applicable=(Remove("manage_master_user_password"),),
    ),
)
def password_key(database: Resource, stack: Stack) -> Outcome:
    """Whoever may use the key and read the secret is the database's administrator."""
    if not database["manage_master_user_password"]:
        return NotApplicable("RDS manages no secret for this database")
    return customer_key(database, stack, "master_user_secret_kms_key_id")
