"""Encryption of Aurora clusters: at rest with a key of one's own, and on the way."""

from __future__ import annotations

import re

from stackproof.controls.checks import each, expect, expect_that
from stackproof.controls.keys import KEY_TYPES, customer_key
from stackproof.controls.registry import control
from stackproof.model import (
    Block,
    Category,
    Fail,
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
from stackproof.model.types import KMS_ALIAS, KMS_KEY, RDS_CLUSTER, RDS_CLUSTER_PARAMETER_GROUP

KEY = Neighbour("key", KMS_KEY, {"description": "database"})
ALIAS = Neighbour("alias", KMS_ALIAS, {"name": "alias/database", "target_key_id": Ref("key")})


@control(
    "rds-cluster-storage-encrypted",
    title="Aurora clusters encrypt their storage",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
    frameworks={
        Framework.FSBP: ("RDS.27",),
        Framework.PCI: ("3.5.1", "8.3.2"),
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
    if cluster["storage_encrypted"] is None and cluster["engine_mode"] == "serverless":
        return Pass()
    return expect(
        cluster,
        "storage_encrypted",
        True,
        fix="Set storage_encrypted to true and restore a snapshot: it can't be changed in place.",
    )


@control(
    "rds-cluster-customer-key",
    title="Aurora clusters are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
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
    ),
)
def storage_key(cluster: Resource, stack: Stack) -> Outcome:
    """Only the owner of a customer managed key decides who may read a snapshot elsewhere."""
    return customer_key(cluster, stack, "kms_key_id")


@control(
    "rds-cluster-password-customer-key",
    title="Secrets that RDS manages for Aurora clusters use a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
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
def password_key(cluster: Resource, stack: Stack) -> Outcome:
    """Whoever may use the key and read the secret is the database's administrator."""
    if not cluster["manage_master_user_password"]:
        return NotApplicable("RDS manages no secret for this cluster")
    return customer_key(cluster, stack, "master_user_secret_kms_key_id")


# The parameter that refuses connections without TLS, and from which major version on it is on
# by default. Sources: Amazon Aurora User Guide, "Securing Aurora PostgreSQL data with SSL/TLS",
# "Using TLS with Aurora MySQL DB clusters"; Amazon RDS User Guide, "Using SSL with a PostgreSQL
# DB instance".
_TLS = {
    "aurora-postgresql": ("rds.force_ssl", 17),
    "aurora-mysql": ("require_secure_transport", None),
    "postgres": ("rds.force_ssl", 15),
    "mysql": ("require_secure_transport", None),
}
_FAMILY = re.compile(r"(aurora-postgresql|aurora-mysql|postgres|mysql)(\d+)")


@control(
    "rds-cluster-forces-tls",
    title="Aurora clusters refuse connections that do not use TLS",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_PARAMETER_GROUP,),
    frameworks={
        Framework.PCI: ("4.2.1", "2.2.7"),
        Framework.NIST: ("SC-8", "SC-8(1)"),
    },
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {
                "engine": "aurora-postgresql",
                "engine_version": "16.6",
                "db_cluster_parameter_group_name": Ref("group"),
            },
            (
                Neighbour(
                    "group",
                    RDS_CLUSTER_PARAMETER_GROUP,
                    {
                        "family": "aurora-postgresql16",
                        "parameters": [{"name": "rds.force_ssl", "value": "1"}],
                    },
                ),
            ),
        ),
        failing=(
            Change("parameters.0.value", "0", of="group"),
            Remove("parameters", of="group"),
            Remove("db_cluster_parameter_group_name"),
            Change("db_cluster_parameter_group_name", "default.aurora-postgresql16"),
        ),
        unknown=(
            Hide("parameters.0.value", of="group"),
            Hide("parameters", of="group"),
            Hide("db_cluster_parameter_group_name"),
        ),
        absent=(Without("group"),),
        also_passing=(
            (Change("family", "aurora-postgresql17", of="group"), Remove("parameters", of="group")),
            (Remove("db_cluster_parameter_group_name"), Change("engine_version", "17.4")),
            (
                Change("engine", "aurora-mysql"),
                Change("family", "aurora-mysql8.0", of="group"),
                Change(
                    "parameters", [{"name": "require_secure_transport", "value": "ON"}], of="group"
                ),
            ),
        ),
        not_applicable=(Change("engine", "neptune"),),
    ),
)
def forces_tls(cluster: Resource, stack: Stack) -> Outcome:
    """A password or a card number sent without TLS is readable to anybody on the way."""
    engine = cluster["engine"]
    if engine not in _TLS:
        return NotApplicable(f"no parameter known that makes {engine} demand TLS")
    name, _ = _TLS[engine]
    path = "db_cluster_parameter_group_name"
    named = cluster.raw(path)
    if named in (None, "") or (isinstance(named, str) and named.startswith("default.")):
        version = str(cluster["engine_version"] or "")
        family = named[8:] if named else f"{engine}{version}"
        return _by_default(family, path, name)
    group = stack.follow(cluster, path, RDS_CLUSTER_PARAMETER_GROUP)[0]
    said = each(group.elements("parameters"), lambda parameter: _parameter(parameter, name))
    if not isinstance(said, NotApplicable):
        return said
    return _by_default(str(group["family"]), "parameters", name)


def _parameter(parameter: Block, name: str) -> Outcome:
    if parameter["name"] != name:
        return NotApplicable("another parameter")
    return expect_that(
        parameter,
        "value",
        lambda value: str(value).lower() in {"1", "on", "true"},
        expected="1",
        fix=f"Set {name} to 1 in the cluster parameter group.",
    )


def _by_default(family: str, path: str, name: str) -> Outcome:
    found = _FAMILY.match(family)
    since = _TLS[found[1]][1] if found else None
    if found and since is not None and int(found[2]) >= since:
        return Pass()
    return Fail(
        path,
        f"{name} is on",
        f"the default of {family or 'the engine'}, which is off",
        f"Give the cluster a ClusterParameterGroup that sets {name} to 1.",
    )
