"""Where Aurora instances may be placed, and which of them takes over."""

from __future__ import annotations

from collections import Counter

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION
from stackproof.model import (
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.databases import zones_of_rds
from stackproof.reasoning.relations import all_referrers
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_SUBNET_GROUP, SUBNET


@control(
    "rds-subnet-group-spans-zones",
    title="Database subnet groups span at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=RDS_SUBNET_GROUP,
    needs=(SUBNET,),
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            RDS_SUBNET_GROUP,
            {"subnet_ids": [Ref("a"), Ref("b")]},
            (
                Neighbour("a", SUBNET, {"availability_zone": "us-east-1a"}),
                Neighbour("b", SUBNET, {"availability_zone": "us-east-1b"}),
            ),
        ),
        failing=(Change("availability_zone", "us-east-1a", of="b"),),
        unknown=(Hide("availability_zone", of="b"), Hide("subnet_ids")),
        absent=((Without("a"), Without("b")), Remove("subnet_ids")),
    ),
)
def subnet_group_spans_zones(group: Resource, stack: Stack) -> Outcome:
    """Aurora can only place a reader in another zone where the group has a subnet."""
    subnets = stack.follow(group, "subnet_ids", SUBNET)
    zones = {subnet.text("availability_zone") for subnet in subnets}
    if len(zones) >= 2:
        return Pass()
    return Fail(
        "subnet_ids",
        "subnets in at least two Availability Zones",
        sorted(zones),
        "Add a subnet of another Availability Zone.",
    )


@control(
    "rds-cluster-failover-target",
    title="Aurora clusters have a reader of the writer's class in failover tier 0 or 1",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_INSTANCE,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"cluster_identifier": "payments"},
            (
                Neighbour(
                    "writer",
                    RDS_CLUSTER_INSTANCE,
                    {
                        "cluster_identifier": Ref("subject"),
                        "instance_class": "db.r5.large",
                        "promotion_tier": 0,
                    },
                ),
                Neighbour(
                    "reader",
                    RDS_CLUSTER_INSTANCE,
                    {
                        "cluster_identifier": Ref("subject"),
                        "instance_class": "db.r5.large",
                        "promotion_tier": 1,
                    },
                ),
            ),
        ),
        failing=(
            Change("promotion_tier", 2, of="reader"),
            Change("instance_class", "db.t3.medium", of="reader"),
            Without("reader"),
        ),
        unknown=(
            Hide("promotion_tier", of="reader"),
            Hide("instance_class", of="reader"),
        ),
        absent=((Without("reader"), Without("writer")),),
        also_passing=(Remove("promotion_tier", of="reader"),),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            Change("db_cluster_instance_class", "db.r6gd.xlarge"),
            Change("engine_mode", "serverless"),
        ),
    ),
)
def failover_target(cluster: Resource, stack: Stack) -> Outcome:
    """After a failover to a smaller instance the surge that killed the writer kills its heir.

    Which instance writes is not known before it runs, so two equal ones must be eligible.
    Source: Amazon Aurora User Guide, "Fault tolerance for an Aurora DB cluster".
    """
    if kept := zones_of_rds(cluster):
        return NotApplicable(kept)
    instances = all_referrers(cluster, stack, RDS_CLUSTER_INSTANCE, "cluster_identifier")
    eligible = Counter(
        instance.text("instance_class")
        for instance in instances
        if (instance.number("promotion_tier") or 0) <= 1
    )
    if max(eligible.values(), default=0) >= 2:
        return Pass()
    return Fail(
        "promotion_tier",
        "two instances of one class with promotion_tier 0 or 1",
        dict(eligible),
        "Give a reader the writer's instance_class and promotion_tier 0 or 1.",
    )
