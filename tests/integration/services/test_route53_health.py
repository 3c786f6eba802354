"""Health checks: made, changed, read back, deleted."""

from __future__ import annotations

from stackproof.types.tokens import ROUTE53_HEALTH_CHECK
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_check_of_an_address_shows_what_was_declared_and_changed(world: World) -> None:
    made = world.make(
        ROUTE53_HEALTH_CHECK,
        type="HTTPS",
        fqdn="shop.example.com",
        port=443,
        resource_path="/health",
        failure_threshold=3,
        request_interval=10,
        regions=["us-east-1", "us-west-2", "eu-west-1"],
        tags=TAGS,
    )
    assert made["arn"] == f"arn:aws:route53:::healthcheck/{made.id}"
    assert "region" not in made.state
    assert_shown(world, made)
    world.change(
        made,
        failure_threshold=5,
        invert_healthcheck=True,
        resource_path="/ready",
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    world.change(made, tags=TAGS)
    assert_shown(world, made)
    assert_gone(world, made)


def test_check_follows_an_alarm(world: World) -> None:
    made = world.make(
        ROUTE53_HEALTH_CHECK,
        type="CLOUDWATCH_METRIC",
        cloudwatch_alarm_name="errors",
        cloudwatch_alarm_region="us-east-1",
        insufficient_data_health_status="Unhealthy",
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(made, cloudwatch_alarm_name="latency")
    assert_shown(world, made)


def test_check_counts_others(world: World) -> None:
    one, other = (
        world.make(ROUTE53_HEALTH_CHECK, name, type="TCP", ip_address=f"192.0.2.{number}", port=443)
        for number, name in enumerate(("one", "other"), start=1)
    )
    made = world.make(
        ROUTE53_HEALTH_CHECK,
        type="CALCULATED",
        child_healthchecks=[one.id, other.id],
        child_health_threshold=1,
        tags=TAGS,
    )
    assert_shown(world, made)
