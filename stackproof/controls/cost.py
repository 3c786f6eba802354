"""What costs more than it has to."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_number, expect_that
from stackproof.controls.support.taggable import environment_of
from stackproof.model import Category, Fail, NotApplicable, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.ends.instance_families import previous_generation
from stackproof.types.tokens import (
    EBS_VOLUME,
    EC2_INSTANCE,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    LAUNCH_CONFIGURATION,
    LAUNCH_TEMPLATE,
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
)


@control(
    "cost-development-backups",
    title="Development databases keep backups for a week at most",
    severity=Severity.LOW,
    category=Category.COST,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"backup_retention_period": 1, "tags": {"Environment": "dev"}}),
        failing=(Change("backup_retention_period", 30),),
        unknown=(Hide("backup_retention_period"), Hide("tags"), Hide("tags.Environment")),
        also_passing=(Change("backup_retention_period", 7), Remove("backup_retention_period")),
        not_applicable=(Change("tags", {"Environment": "prod"}), Remove("tags")),
    ),
)
def development_backups(
    database: Resource, *, maximum_days: Annotated[int, Range(0, 28, "days")] = 7
) -> Outcome:
    """Backups beyond the size of the database are billed by the month."""
    if environment_of(database) not in NON_PRODUCTION:
        return NotApplicable("not a development environment")
    return expect_number(
        database,
        "backup_retention_period",
        lambda days: days is None or days <= maximum_days,
        f"at most {maximum_days} days",
        fix=f"Set backup_retention_period to {maximum_days} or less.",
    )


@control(
    "cost-development-instance-class",
    title="Development databases run on burstable instances",
    severity=Severity.LOW,
    category=Category.COST,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    cases=Cases(
        passing=Given(
            RDS_CLUSTER_INSTANCE, {"instance_class": "db.t3.medium", "tags": {"Environment": "dev"}}
        ),
        failing=(Change("instance_class", "db.r5.xlarge"),),
        unknown=(Hide("instance_class"), Hide("tags")),
        also_passing=(
            Change("instance_class", "db.t4g.medium"),
            Change("instance_class", "db.serverless"),
        ),
        not_applicable=(Change("tags", {"Environment": "prod"}), Remove("tags")),
    ),
)
def development_class(instance: Resource) -> Outcome:
    """A database that idles for 20 hours a day needs no memory-optimised instance."""
    if environment_of(instance) not in NON_PRODUCTION:
        return NotApplicable("not a development environment")
    return expect_that(
        instance,
        "instance_class",
        lambda value: str(value).startswith(("db.t", "db.serverless")),
        expected="db.t3, db.t4g or db.serverless",
        fix="Choose a burstable instance_class.",
    )


_CLASS = {
    EC2_INSTANCE: "instance_type",
    ELASTICACHE_CLUSTER: "node_type",
    ELASTICACHE_REPLICATION_GROUP: "node_type",
    LAUNCH_CONFIGURATION: "instance_type",
    LAUNCH_TEMPLATE: "instance_type",
    RDS_CLUSTER_INSTANCE: "instance_class",
    RDS_INSTANCE: "instance_class",
}


@control(
    "cost-current-generation",
    title="Instances, databases and caches are of a current generation",
    severity=Severity.LOW,
    category=Category.COST,
    types=tuple(_CLASS),
    cases=Cases(
        passing=Given(RDS_CLUSTER_INSTANCE, {"instance_class": "db.r5.large"}),
        failing=(
            Change("instance_class", "db.r4.large"),
            Change("instance_class", "db.t2.small"),
        ),
        unknown=(Hide("instance_class"),),
        also_passing=(
            Change("instance_class", "db.t4g.medium"),
            Change("instance_class", "db.serverless"),
        ),
        not_applicable=(Remove("instance_class"),),
    ),
)
def current_generation(resource: Resource) -> Outcome:
    """Earlier generations do less for more money."""
    path = _CLASS[resource.type]
    class_ = resource.text(path)
    if class_ is None:
        return NotApplicable("said elsewhere: by a template, a cluster or a global datastore")
    table = previous_generation(class_)
    if table is None:
        return Pass()
    fix = f"Choose a newer {path} (t4g, m7g, r7g, …)."
    return Fail(path, f"a class of a current generation ({table})", class_, fix)


@control(
    "cost-gp3-volumes",
    title="General purpose volumes are gp3",
    severity=Severity.LOW,
    category=Category.COST,
    types=EBS_VOLUME,
    cases=Cases(
        passing=Given(EBS_VOLUME, {"type": "gp3"}),
        failing=(Change("type", "gp2"), Change("type", "standard"), Remove("type")),
        unknown=(Hide("type"),),
        also_passing=(Change("type", "io2"), Change("type", "st1")),
    ),
)
def gp3_volumes(volume: Resource) -> Outcome:
    """Volumes are gp2 by default, which costs a quarter more and slows down when small.

    Source: Amazon EBS User Guide, "Amazon EBS General Purpose SSD volumes".
    """
    return expect_that(
        volume,
        "type",
        lambda value: value not in (None, "gp2", "standard"),
        expected="gp3",
        fix="Set type to gp3.",
    )
