"""How replication groups survive the loss of a node, of a zone and of their data."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.reasoning.recovery import redis_data_loss
from stackproof.types.tokens import ELASTICACHE_REPLICATION_GROUP


@control(
    "elasticache-automatic-failover",
    title="Replication groups fail over by themselves",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ELASTICACHE_REPLICATION_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("ElastiCache.3",), Framework.NIST: ("CP-10", "SC-5(2)")},
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"automatic_failover_enabled": True}),
        failing=(
            Change("automatic_failover_enabled", False),
            Remove("automatic_failover_enabled"),
        ),
        unknown=(Hide("automatic_failover_enabled"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def automatic_failover(group: Resource) -> Outcome:
    """Otherwise somebody has to promote a replica by hand while payments wait."""
    return expect(
        group,
        "automatic_failover_enabled",
        True,
        fix="Set automatic_failover_enabled to true, with two cache clusters or more.",
    )


@control(
    "elasticache-multi-az",
    title="Replication groups place their nodes in several Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ELASTICACHE_REPLICATION_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"multi_az_enabled": True}),
        failing=(Change("multi_az_enabled", False), Remove("multi_az_enabled")),
        unknown=(Hide("multi_az_enabled"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def multi_az(group: Resource) -> Outcome:
    """Without it all nodes may stand in the zone that is lost."""
    return expect(group, "multi_az_enabled", True, fix="Set multi_az_enabled to true.")


@control(
    "elasticache-has-replica",
    title="Replication groups have a replica in every shard",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ELASTICACHE_REPLICATION_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"num_cache_clusters": 2}),
        failing=(
            Change("num_cache_clusters", 1),
            Remove("num_cache_clusters"),
            (Remove("num_cache_clusters"), Change("replicas_per_node_group", 0)),
            (Change("num_cache_clusters", 3), Change("num_node_groups", 3)),
        ),
        unknown=(
            Hide("num_cache_clusters"),
            (Remove("num_cache_clusters"), Hide("replicas_per_node_group")),
        ),
        also_passing=(
            (
                Remove("num_cache_clusters"),
                Change("num_node_groups", 3),
                Change("replicas_per_node_group", 1),
            ),
        ),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def has_replica(group: Resource) -> Outcome:
    """A replica is the only copy of what was written since the last snapshot."""
    replicas = group.number("replicas_per_node_group")
    if replicas is None:
        nodes, shards = group.number("num_cache_clusters"), group.number("num_node_groups")
        replicas = (nodes or 1) // (shards or 1) - 1
    if replicas >= 1:
        return Pass()
    return Fail(
        "num_cache_clusters",
        "at least one replica in every shard",
        group["num_cache_clusters"],
        "Set num_cache_clusters to 2 or more, or replicas_per_node_group to 1 or more.",
    )


@control(
    "elasticache-snapshot-retention",
    title="Replication groups keep automatic snapshots",
    severity=Severity.HIGH,
    category=Category.DR,
    types=ELASTICACHE_REPLICATION_GROUP,
    frameworks={Framework.NIST: ("CP-9",)},
    in_part={Framework.FSBP: ("ElastiCache.1",)},
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"snapshot_retention_limit": 1}),
        failing=(Change("snapshot_retention_limit", 0), Remove("snapshot_retention_limit")),
        unknown=(Hide("snapshot_retention_limit"),),
        also_passing=(Change("snapshot_retention_limit", 30),),
    ),
)
def snapshot_retention(
    group: Resource, *, minimum_days: Annotated[int, Range(1, 35, "days")] = 1
) -> Outcome:
    """Snapshots are off by default."""
    return at_least(
        group,
        "snapshot_retention_limit",
        minimum_days,
        unit="days",
        fix=f"Set snapshot_retention_limit to {minimum_days} or more.",
    )


@control(
    "elasticache-recovery-point",
    title="Replication groups lose no more data than the objective allows",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=ELASTICACHE_REPLICATION_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-2", "CP-10")},
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"snapshot_retention_limit": 7}),
        failing=(Change("snapshot_retention_limit", 0), Remove("snapshot_retention_limit")),
        unknown=(Hide("snapshot_retention_limit"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def recovery_point(
    group: Resource, *, rpo_hours: Annotated[int, Range(1, 168, "hours")] = 24
) -> Outcome:
    """Snapshots are taken once a day, so a cache is no place for what must not be lost."""
    days = group.number("snapshot_retention_limit")
    rpo = redis_data_loss(days or 0).rpo
    if rpo is not None and rpo.total_seconds() <= rpo_hours * 3600:
        return Pass()
    return Fail(
        "snapshot_retention_limit",
        f"data restorable to within {rpo_hours} hours",
        days,
        "Set snapshot_retention_limit to 1 or more; keep what may not be lost in the database.",
    )
