"""Whether the instances of a cluster stand in more than one Availability Zone."""

from __future__ import annotations

from stackproof.model import Fail, Outcome, Pass, Resource, Stack
from stackproof.reasoning.databases import zones_of_instances
from stackproof.reasoning.relations import all_referrers

__all__ = ["in_several_zones"]


def in_several_zones(cluster: Resource, stack: Stack, type_: str) -> Outcome:
    """Pass when a cluster has instances of a type in two zones; say so when it has none at all."""
    zones = zones_of_instances(cluster, stack, type_)
    if len(zones) >= 2:
        return Pass()
    expected = "instances in at least two Availability Zones"
    if not all_referrers(cluster, stack, type_, "cluster_identifier"):
        fix = "Add two ClusterInstances, each with an availability_zone of its own."
        return Fail("availability_zone", expected, "no instance", fix)
    fix = "Add a ClusterInstance with an availability_zone that the others do not have."
    return Fail("availability_zone", expected, sorted(zones) or "a single instance", fix)
