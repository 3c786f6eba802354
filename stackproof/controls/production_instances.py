"""What runs production: no metered processors, no instance that nothing replaces."""

from __future__ import annotations

import re

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.controls.support.taggable import environment_of
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Environments
from stackproof.reasoning.instance_classes import burstable
from stackproof.types.ends.instance_families import previous_generation
from stackproof.types.tokens import (
    EC2_INSTANCE,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
)

# The values of the tag Environment that mean production.
PRODUCTION = ("live", "prd", "prod", "production")
_NOT_PRODUCTION = NotApplicable("not tagged as production")
_DEVELOPMENT = Change("tags", {"Environment": "dev"})
_CLASS = {
    ELASTICACHE_CLUSTER: "node_type",
    ELASTICACHE_REPLICATION_GROUP: "node_type",
    OPENSEARCH_DOMAIN: "cluster_config.instance_type",
    RDS_CLUSTER_INSTANCE: "instance_class",
    RDS_INSTANCE: "instance_class",
}


@control(
    "production-data-not-burstable",
    title="Production databases, caches and search domains have processors of their own",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=tuple(_CLASS),
    frameworks={Framework.NIST: ("CP-2(2)", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            RDS_INSTANCE, {"instance_class": "db.m7g.large", "tags": {"Environment": "prod"}}
        ),
        failing=(
            Change("instance_class", "db.t4g.medium"),
            Change("instance_class", "db.t3.small"),
        ),
        unknown=(Hide("instance_class"), Hide("tags"), Hide("tags.Environment")),
        also_passing=(Change("instance_class", "db.serverless"),),
        not_applicable=(
            (Change("instance_class", "db.t3.small"), _DEVELOPMENT),
            Remove("tags"),
            Remove("instance_class"),
        ),
    ),
)
def data_not_burstable(store: Resource, *, environments: Environments = PRODUCTION) -> Outcome:
    """A burstable class gets a share of a processor, and less when its credits are used up.

    Under load that is just when it is needed. Sources: Amazon RDS User Guide, "DB instance class
    types"; Amazon ElastiCache User Guide, "Burstable performance instances".
    """
    if environment_of(store) not in environments:
        return _NOT_PRODUCTION
    path = _CLASS[store.type]
    class_ = store.text(path)
    if class_ is None:
        return NotApplicable("no class is named here")
    if not burstable(class_):
        return Pass()
    return Fail(path, "a class that isn't burstable", class_, f"Choose {path} of family m or r.")


@control(
    "production-instance-in-group",
    title="Production instances belong to a group that replaces them",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=EC2_INSTANCE,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            EC2_INSTANCE,
            {"tags": {"Environment": "prod", "aws:autoscaling:groupName": "web"}},
        ),
        failing=(Change("tags", {"Environment": "production"}),),
        unknown=(Hide("tags"), Hide("tags.Environment")),
        not_applicable=(_DEVELOPMENT, Remove("tags")),
    ),
)
def instance_in_group(instance: Resource, *, environments: Environments = PRODUCTION) -> Outcome:
    """Nothing starts a single instance again when it, or its zone, is lost.

    AWS tags the instances of a group with its name. Source: Amazon EC2 Auto Scaling User Guide,
    "Tag Auto Scaling groups and instances".
    """
    if environment_of(instance) not in environments:
        return _NOT_PRODUCTION
    tags = instance.mapping("tags")
    if "aws:autoscaling:groupName" in tags:
        return Pass()
    return Fail(
        "tags",
        "an instance of an autoscaling.Group",
        None,
        "Start it by an autoscaling.Group with a minimum of two, in two zones.",
    )


# Instances whose link to their volumes is shared unless they ask for one of their own; all later
# families have one. Source: Amazon EC2 User Guide, "Amazon EBS–optimized instance types".
_OPTIONAL = re.compile(
    r"c1\.xlarge|(c3|i2|r3)\.(|2|4)xlarge|g2\.2xlarge|m1\.x?large|m2\.[24]xlarge|m3\.2?xlarge"
)


@control(
    "ec2-instance-ebs-optimised",
    title="Instances have bandwidth of their own to their volumes",
    severity=Severity.LOW,
    category=Category.SCALING,
    types=EC2_INSTANCE,
    frameworks={Framework.NIST: ("CP-2(2)", "SC-5(2)")},
    cases=Cases(
        passing=Given(EC2_INSTANCE, {"instance_type": "m3.xlarge", "ebs_optimized": True}),
        failing=(Change("ebs_optimized", False), Remove("ebs_optimized")),
        unknown=(
            Hide("ebs_optimized"),
            Hide("instance_type"),
            (Remove("ebs_optimized"), Change("launch_template", {"id": "lt-1"})),
        ),
        not_applicable=(
            (Remove("ebs_optimized"), Change("instance_type", "m7g.large")),
            (Change("ebs_optimized", False), Change("instance_type", "c5.large")),
            Remove("instance_type"),
        ),
    ),
)
def ebs_optimised(instance: Resource) -> Outcome:
    """Otherwise reading a disk and answering a request wait for each other."""
    type_ = instance.text("instance_type")
    if type_ is None or previous_generation(type_) is None or not _OPTIONAL.fullmatch(type_):
        return NotApplicable("such instances have it anyway, or can't have it")
    judged = expect(instance, "ebs_optimized", True, fix="Set ebs_optimized to true.")
    if instance["ebs_optimized"] is None and instance["launch_template"]:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "ebs_optimized", "the launch template decides")
    return judged
