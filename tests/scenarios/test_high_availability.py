"""An Availability Zone or a task is lost, and payments go on."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from tests.scenarios.expected import Expected

pytestmark = [pytest.mark.high_availability, pytest.mark.blueprint("scalepayments")]


@pytest.mark.environments("staging", "prod")
def test_database_survives_the_loss_of_its_writers_zone(database: Resource, live: Stack) -> None:
    """A second Aurora instance runs in another Availability Zone than the first.

    Without one, a zone outage stops every payment until AWS recreates the writer, some ten
    minutes or more.
    """
    instances = live.referrers(
        database, "aws:rds/clusterInstance:ClusterInstance", "cluster_identifier"
    )
    zones = {instance["availability_zone"] for instance in instances}
    assert len(zones) >= 2, f"{len(instances)} instances, all in {zones}"


def test_subnets_span_the_environments_zones(live: Stack, expected: Expected) -> None:
    """Every environment has subnets in as many Availability Zones as its size demands.

    Capacity can only be moved out of a failing zone into zones that the network reaches.
    """
    zones = {subnet["availability_zone"] for subnet in live.all("aws:ec2/subnet:Subnet")}
    assert len(zones) == expected.zones
