"""Security of Redis and Valkey replication groups: encryption, credentials, upgrades."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import (
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    KMS_KEY,
)

# Source: Amazon ElastiCache User Guide, "Replication across AWS Regions using global datastores".
SECONDARY = "a secondary group of a global datastore: the primary group says it"


@control(
    "elasticache-encrypted-at-rest",
    title="Replication groups encrypt their data at rest",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ELASTICACHE_REPLICATION_GROUP,
    frameworks={
        Framework.FSBP: ("ElastiCache.4",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28",),
    },
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"at_rest_encryption_enabled": True}),
        failing=(
            Change("at_rest_encryption_enabled", False),
            Remove("at_rest_encryption_enabled"),
        ),
        unknown=(Hide("at_rest_encryption_enabled"),),
        also_passing=((Remove("at_rest_encryption_enabled"), Change("engine", "valkey")),),
        not_applicable=(
            (
                Remove("at_rest_encryption_enabled"),
                Change("global_replication_group_id", "ldgnf-x"),
            ),
        ),
    ),
)
def encrypted_at_rest(group: Resource) -> Outcome:
    """Redis is not encrypted unless asked for, Valkey is.

    Source: Pulumi AWS, elasticache.ReplicationGroup, `at_rest_encryption_enabled`.
    """
    if group.raw("at_rest_encryption_enabled") is None and group["global_replication_group_id"]:
        return NotApplicable(SECONDARY)
    by_default = group["at_rest_encryption_enabled"] is None and group["engine"] == "valkey"
    return expect_that(
        group,
        "at_rest_encryption_enabled",
        lambda value: value is True or by_default,
        expected="true",
        fix="Set at_rest_encryption_enabled to true; the change replaces the group.",
    )


@control(
    "elasticache-customer-key",
    title="Replication groups are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ELASTICACHE_REPLICATION_GROUP,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.6.1", "3.7.1"), Framework.NIST: ("SC-12", "SC-28(1)")},
    cases=Cases(
        passing=Given(
            ELASTICACHE_REPLICATION_GROUP,
            {"kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "cache"}),),
        ),
        failing=(Remove("kms_key_id"), Change("kms_key_id", "alias/aws/elasticache")),
        unknown=(Hide("kms_key_id"),),
        absent=(Without("key"),),
    ),
)
def cache_key(group: Resource, stack: Stack) -> Outcome:
    """Snapshots are encrypted with the same key, and only its owner can lend them out."""
    return customer_key(group, stack, "kms_key_id")


@control(
    "elasticache-encrypted-in-transit",
    title="Replication groups accept encrypted connections only",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ELASTICACHE_REPLICATION_GROUP,
    frameworks={
        Framework.FSBP: ("ElastiCache.5",),
        Framework.PCI: ("2.2.7", "4.2.1"),
        Framework.NIST: ("SC-8",),
    },
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"transit_encryption_enabled": True}),
        failing=(
            Change("transit_encryption_enabled", False),
            Remove("transit_encryption_enabled"),
            Change("transit_encryption_mode", "preferred"),
        ),
        unknown=(Hide("transit_encryption_enabled"),),
        also_passing=(Change("transit_encryption_mode", "required"),),
        not_applicable=(
            (
                Remove("transit_encryption_enabled"),
                Change("global_replication_group_id", "ldgnf-x"),
            ),
        ),
    ),
)
def encrypted_in_transit(group: Resource) -> Outcome:
    """The mode `preferred` lets clients go on in plain text, so it is for migrations only."""
    if group.raw("transit_encryption_enabled") is None and group["global_replication_group_id"]:
        return NotApplicable(SECONDARY)
    if group["transit_encryption_enabled"] is True and group["transit_encryption_mode"] in (
        None,
        "",
        "required",
    ):
        return Pass()
    return Fail(
        "transit_encryption_enabled",
        "true, with transit_encryption_mode required",
        group["transit_encryption_mode"] or group["transit_encryption_enabled"],
        "Set transit_encryption_enabled to true and transit_encryption_mode to required.",
    )


@control(
    "elasticache-asks-for-credentials",
    title="Replication groups ask for an AUTH token or know their users",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=ELASTICACHE_REPLICATION_GROUP,
    frameworks={
        Framework.FSBP: ("ElastiCache.6",),
        Framework.PCI: ("7.2.1", "8.3.1"),
        Framework.NIST: ("AC-3", "IA-2"),
    },
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"user_group_ids": ["payments"]}),
        failing=(Remove("user_group_ids"), Change("user_group_ids", [])),
        unknown=(Hide("user_group_ids"), (Remove("user_group_ids"), Hide("auth_token"))),
        also_passing=(
            (Remove("user_group_ids"), Change("auth_token", "an example, no secret")),
            (Remove("user_group_ids"), Change("auth_token", Unknown(Cause.UNREADABLE))),
        ),
        not_applicable=(
            (Remove("user_group_ids"), Change("global_replication_group_id", "payments")),
        ),
    ),
)
def asks_for_credentials(group: Resource) -> Outcome:
    """Without either, whoever reaches the port reads and deletes everything.

    A token that cannot be read is there: AWS says that there is one, but shows it to nobody.
    """
    if group["global_replication_group_id"] and not group.raw("user_group_ids"):
        return NotApplicable("a secondary of a global datastore has the primary's credentials")
    credentials = [group.raw(name) for name in ("user_group_ids", "auth_token")]
    unknown = [credential for credential in credentials if isinstance(credential, Unknown)]
    if any(credential for credential in credentials if credential not in unknown):
        return Pass()
    if any(credential.cause is Cause.UNREADABLE for credential in unknown):
        return Pass()
    failure = Fail(
        "user_group_ids",
        "a user group, or an AUTH token",
        None,
        "Set auth_token from a secret, or user_group_ids.",
    )
    return unknown[0].at("auth_token") if unknown else failure


@control(
    "elasticache-minor-upgrades",
    title="Replication groups and cache clusters take minor engine versions by themselves",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(ELASTICACHE_REPLICATION_GROUP, ELASTICACHE_CLUSTER),
    frameworks={
        Framework.FSBP: ("ElastiCache.2",),
        Framework.PCI: ("6.3.3",),
        Framework.NIST: ("SI-2",),
    },
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"auto_minor_version_upgrade": True}),
        failing=(
            Change("auto_minor_version_upgrade", False),
            Change("auto_minor_version_upgrade", "false"),
        ),
        unknown=(Hide("auto_minor_version_upgrade"),),
        also_passing=(
            Remove("auto_minor_version_upgrade"),
            Change("auto_minor_version_upgrade", "true"),
        ),
    ),
)
def minor_upgrades(group: Resource) -> Outcome:
    """Minor versions carry the security fixes; AWS takes them unless told otherwise.

    Of a cluster Pulumi has it as text.
    """
    return expect_that(
        group,
        "auto_minor_version_upgrade",
        lambda value: value not in (False, "false"),
        expected="true",
        fix="Set auto_minor_version_upgrade to true.",
    )
