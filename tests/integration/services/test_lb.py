"""Load balancers, target groups, listeners and rules: made, changed, read back, deleted."""

from __future__ import annotations

import pytest

from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_RULE, LB_TARGET_GROUP
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

NOT_FOUND = {
    "type": "fixed-response",
    "fixed_response": {
        "content_type": "text/plain",
        "message_body": "Not found",
        "status_code": "404",
    },
}


@pytest.fixture
def vpc(world: World) -> Made:
    return world.make("aws:ec2/vpc:Vpc", cidr_block="10.6.0.0/16")


@pytest.fixture
def balancer(world: World, vpc: Made) -> Made:
    subnets = [
        world.make(
            "aws:ec2/subnet:Subnet",
            vpc_id=vpc.id,
            cidr_block=f"10.6.{number}.0/24",
            availability_zone=f"us-east-1{zone}",
        ).id
        for number, zone in enumerate("abc")
    ]
    return world.make(
        LB,
        f"balancer-{vpc.id[-6:]}",
        subnets=subnets,
        security_groups=[vpc["default_security_group_id"]],
        drop_invalid_header_fields=True,
        idle_timeout=90,
        access_logs={"bucket": "logs", "enabled": True, "prefix": "alb"},
        tags=TAGS,
    )


@pytest.fixture
def group(world: World, vpc: Made) -> Made:
    return world.make(
        LB_TARGET_GROUP,
        f"group-{vpc.id[-6:]}",
        vpc_id=vpc.id,
        target_type="ip",
        protocol="HTTP",
        port=8080,
        deregistration_delay=30,
        health_check={
            "enabled": True,
            "protocol": "HTTP",
            "path": "/health",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
        },
        tags=TAGS,
    )


@pytest.fixture
def listener(world: World, balancer: Made) -> Made:
    return world.make(
        LB_LISTENER,
        load_balancer_arn=balancer["arn"],
        port=80,
        protocol="HTTP",
        default_actions=[NOT_FOUND],
        tags=TAGS,
    )


def test_balancer_shows_what_was_declared_and_changed(world: World, balancer: Made) -> None:
    assert_shown(world, balancer)
    assert balancer["arn_suffix"].startswith("app/balancer-")
    world.change(
        balancer,
        idle_timeout=60,
        enable_deletion_protection=True,
        access_logs=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, balancer)
    world.change(balancer, enable_deletion_protection=False, subnets=balancer.inputs["subnets"][1:])
    assert_shown(world, balancer)
    assert_gone(world, balancer)


def test_target_group_shows_what_was_declared_and_changed(world: World, group: Made) -> None:
    assert_shown(world, group)
    check = {**group.inputs["health_check"], "path": "/ready", "interval": 20}
    world.change(
        group,
        health_check=check,
        slow_start=45,
        stickiness={"type": "lb_cookie", "cookie_duration": 600, "enabled": True},
        tags={"Only": "this"},
    )
    assert_shown(world, group)
    assert_gone(world, group)


def test_listener_that_redirects(world: World, balancer: Made) -> None:
    secure = {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}
    listener = world.make(
        LB_LISTENER,
        load_balancer_arn=balancer["arn"],
        port=80,
        protocol="HTTP",
        default_actions=[{"type": "redirect", "redirect": secure}],
    )
    assert_shown(world, listener)
    world.change(listener, default_actions=[NOT_FOUND], port=81, tags=TAGS)
    assert_shown(world, listener)
    assert_gone(world, listener)


def test_listener_with_a_certificate(world: World, balancer: Made, group: Made) -> None:
    arn = world.cloud.client("acm").request_certificate(
        DomainName="roundtrip.example.com", ValidationMethod="DNS"
    )["CertificateArn"]
    listener = world.make(
        LB_LISTENER,
        load_balancer_arn=balancer["arn"],
        port=443,
        protocol="HTTPS",
        certificate_arn=arn,
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        default_actions=[{"type": "forward", "target_group_arn": group.id}],
        tags=TAGS,
    )
    assert_shown(world, listener)
    world.change(listener, ssl_policy="ELBSecurityPolicy-FS-1-2-Res-2020-10")
    assert_shown(world, listener)
    assert_gone(world, listener)


def test_rule_shows_its_conditions_and_actions(world: World, listener: Made, group: Made) -> None:
    rule = world.make(
        LB_LISTENER_RULE,
        listener_arn=listener["arn"],
        priority=10,
        conditions=[
            {"path_pattern": {"values": ["/api/*"]}},
            {"http_header": {"http_header_name": "X-From", "values": ["us"]}},
            {"query_strings": [{"key": "version", "value": "2"}]},
        ],
        actions=[{"type": "forward", "target_group_arn": group.id}],
        tags=TAGS,
    )
    assert_shown(world, rule)
    world.change(
        rule, priority=20, conditions=[{"host_header": {"values": ["a.example.com"]}}], tags=None
    )
    assert_shown(world, rule)
    assert_gone(world, rule)


def test_rule_may_split_traffic(world: World, listener: Made, group: Made) -> None:
    other = world.make(
        LB_TARGET_GROUP, "other", vpc_id=group["vpc_id"], port=80, protocol="HTTP", target_type="ip"
    )
    forward = {
        "target_groups": [{"arn": group.id, "weight": 90}, {"arn": other.id, "weight": 10}],
        "stickiness": {"enabled": True, "duration": 600},
    }
    rule = world.make(
        LB_LISTENER_RULE,
        listener_arn=listener["arn"],
        conditions=[{"source_ip": {"values": ["10.0.0.0/8"]}}],
        actions=[{"type": "forward", "forward": forward}],
    )
    assert rule["priority"] == 1
    assert_shown(world, rule)
