"""Money is spent where it protects payments, and nowhere else."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.scalepayments.expected import Expected

pytestmark = [pytest.mark.cost, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.5")
def test_database_is_of_its_environments_class(
    instances: tuple[Resource, ...], expected: Expected
) -> None:
    """Every database instance is of the class planned for the environment.

    One size up doubles the largest line of the bill.
    """
    for instance in instances:
        assert str(instance["instance_class"]).startswith(expected.database_classes)


@pytest.mark.requirement("3.8")
def test_paid_insights_only_where_they_are_wanted(
    instances: tuple[Resource, ...], expected: Expected
) -> None:
    """Performance Insights and enhanced monitoring run where the plan has them, and only there.

    In dev they measure nobody's work; in production their absence costs the first hour of a search.
    """
    for instance in instances:
        assert bool(instance["performance_insights_enabled"]) is expected.insights
        assert (int(instance["monitoring_interval"] or 0) > 0) is expected.insights


def test_no_log_is_kept_for_ever(live: Stack) -> None:
    """Every log group of the stack expires.

    Logs without an end are a cost that grows each month and that nobody looks at.
    """
    for group in live.all(tokens.LOG_GROUP):
        assert group["retention_in_days"], group.name


def test_stored_objects_expire(live: Stack) -> None:
    """Every bucket has a lifecycle rule that takes old objects away.

    Access logs of years ago are paid for each month, and are personal data besides.
    """
    for bucket in live.all(tokens.S3_BUCKET):
        (lifecycle,) = live.seen_referrers(bucket, tokens.S3_LIFECYCLE, "bucket")
        rules = [rule for rule in lifecycle.blocks("rules") if rule["status"] == "Enabled"]
        assert any(rule["expiration"] for rule in rules), bucket.name


def test_no_nat_gateway_stands_idle(live: Stack, outputs: Outputs) -> None:
    """Every NAT gateway is used by a route, and there are no more than zones.

    An idle gateway costs as much as a small database.
    """
    gateways = {gateway.id for gateway in live.all(tokens.NAT_GATEWAY)}
    used = {route["nat_gateway_id"] for route in live.all(tokens.ROUTE)} - {None, ""}
    assert gateways == used
    assert len(gateways) <= len(outputs.list("availability_zones"))


def test_traffic_to_s3_does_not_go_through_nat(live: Stack, outputs: Outputs) -> None:
    """A gateway endpoint carries S3 traffic of all private subnets.

    Image layers come from S3: through NAT each of their bytes is paid for.
    """
    endpoints = [e for e in live.all(tokens.VPC_ENDPOINT) if e["service_name"].endswith(".s3")]
    tables = {table for endpoint in endpoints for table in endpoint.values("route_table_ids")}
    assert set(outputs.list("private_route_table_ids")) <= tables


@pytest.mark.requirement("3.12")
def test_cost_can_be_charged_to_its_owner(live: Stack, outputs: Outputs) -> None:
    """What costs most carries the tags that the bill is split by.

    What belongs to nobody is switched off by nobody.
    """
    for type_ in (
        tokens.RDS_CLUSTER,
        tokens.RDS_CLUSTER_INSTANCE,
        tokens.ELASTICACHE_REPLICATION_GROUP,
        tokens.NAT_GATEWAY,
        tokens.LB,
        tokens.ECS_SERVICE,
    ):
        for resource in live.all(type_):
            tags = resource["tags"]
            assert tags["Project"] == outputs["project"]
            assert {"Owner", "Environment", "Component"} <= set(tags), resource.name
