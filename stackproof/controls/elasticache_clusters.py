"""Cache clusters of no replication group: Memcached, and Redis or Valkey of a single node."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect, expect_that
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import ELASTICACHE_CLUSTER

MEMBER = Change("replication_group_id", "sessions")
OF_GROUP = "a member of a replication group: judged with the group"


@control(
    "cache-cluster-encrypted-in-transit",
    title="Cache clusters accept encrypted connections only",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ELASTICACHE_CLUSTER,
    frameworks={Framework.PCI: ("2.2.7", "4.2.1"), Framework.NIST: ("SC-8", "SC-13")},
    cases=Cases(
        passing=Given(
            ELASTICACHE_CLUSTER, {"engine": "memcached", "transit_encryption_enabled": True}
        ),
        failing=(
            Change("transit_encryption_enabled", False),
            Remove("transit_encryption_enabled"),
            (Change("engine", "redis"), Remove("transit_encryption_enabled")),
        ),
        unknown=(Hide("transit_encryption_enabled"),),
        not_applicable=((MEMBER, Remove("transit_encryption_enabled")),),
    ),
)
def encrypted_in_transit(cluster: Resource) -> Outcome:
    """Sessions of customers pass between program and cache; it is off unless asked for.

    Source: Amazon ElastiCache User Guide, "ElastiCache in-transit encryption (TLS)".
    """
    if cluster["replication_group_id"]:
        return NotApplicable(OF_GROUP)
    return expect(
        cluster,
        "transit_encryption_enabled",
        True,
        fix="Set transit_encryption_enabled to true; the change replaces the cluster.",
    )


@control(
    "cache-cluster-own-subnets",
    title="Cache clusters name the subnets that they stand in",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=ELASTICACHE_CLUSTER,
    frameworks={Framework.FSBP: ("ElastiCache.7",), Framework.NIST: ("AC-4", "SC-7")},
    cases=Cases(
        passing=Given(ELASTICACHE_CLUSTER, {"subnet_group_name": "cache"}),
        failing=(Change("subnet_group_name", "default"), Remove("subnet_group_name")),
        unknown=(Hide("subnet_group_name"),),
        not_applicable=((MEMBER, Remove("subnet_group_name")),),
    ),
)
def own_subnets(cluster: Resource) -> Outcome:
    """The default group is all subnets of the default VPC, the public ones among them.

    Source: AWS Security Hub User Guide, ElastiCache.7.
    """
    if cluster["replication_group_id"]:
        return NotApplicable(OF_GROUP)
    return expect_that(
        cluster,
        "subnet_group_name",
        lambda value: value not in (None, "", "default"),
        expected="a subnet group of private subnets",
        fix="Set subnet_group_name to the name of an elasticache.SubnetGroup.",
    )


@control(
    "cache-cluster-keeps-snapshots",
    title="Single Redis and Valkey nodes keep snapshots",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=ELASTICACHE_CLUSTER,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "CP-10", "SI-13(5)")},
    in_part={Framework.FSBP: ("ElastiCache.1",)},
    cases=Cases(
        passing=Given(ELASTICACHE_CLUSTER, {"engine": "redis", "snapshot_retention_limit": 7}),
        failing=(Change("snapshot_retention_limit", 0), Remove("snapshot_retention_limit")),
        unknown=(Hide("snapshot_retention_limit"), Hide("engine")),
        also_passing=(Change("snapshot_retention_limit", 1),),
        not_applicable=(
            (Change("engine", "memcached"), Remove("snapshot_retention_limit")),
            (MEMBER, Remove("snapshot_retention_limit")),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def keeps_snapshots(
    cluster: Resource, *, days: Annotated[int, Range(1, 35, "days")] = 1
) -> Outcome:
    """A single node that is replaced starts empty.

    Memcached has no snapshots. Source: Amazon ElastiCache User Guide, "Snapshot and restore".
    """
    if cluster["replication_group_id"]:
        return NotApplicable(OF_GROUP)
    if cluster["engine"] == "memcached":
        return NotApplicable("Memcached has no snapshots")
    return at_least(
        cluster,
        "snapshot_retention_limit",
        days,
        unit="days",
        fix=f"Set snapshot_retention_limit to {days} or more.",
    )
