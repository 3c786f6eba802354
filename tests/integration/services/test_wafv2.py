"""WAF: what is declared is what AWS shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def rule(name: str, priority: int, statement: dict[str, Any], **action: Any) -> dict[str, Any]:
    return {
        "name": name,
        "priority": priority,
        "statement": statement,
        "visibility_config": visibility(name),
        **action,
    }


def visibility(name: str) -> dict[str, Any]:
    return {
        "cloudwatch_metrics_enabled": True,
        "sampled_requests_enabled": True,
        "metric_name": name,
    }


def rate(limit: int) -> dict[str, Any]:
    return rule(
        "rate",
        0,
        {"rate_based_statement": {"limit": limit, "aggregate_key_type": "IP"}},
        action={"block": {}},
    )


MANAGED = rule(
    "common",
    1,
    {
        "managed_rule_group_statement": {
            "vendor_name": "AWS",
            "name": "AWSManagedRulesCommonRuleSet",
        }
    },
    override_action={"none": {}},
)


def test_web_acl_and_its_log_round_trip(world: World) -> None:
    acl = world.make(
        "aws:wafv2/webAcl:WebAcl",
        name="waf-roundtrip",
        scope="REGIONAL",
        description="in front of tests",
        default_action={"allow": {}},
        rules=[rate(2000), MANAGED],
        visibility_config=visibility("all"),
        tags=TAGS,
    )
    assert_shown(world, acl)
    world.change(acl, rules=[rate(500)], default_action={"block": {}})
    assert_shown(world, acl)
    world.change(acl, rules=[])
    assert_shown(world, acl)
    group = "aws-waf-logs-roundtrip"
    world.cloud.client("logs").create_log_group(logGroupName=group)
    log = world.make(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        resource_arn=acl["arn"],
        log_destination_configs=[world.cloud.arn("logs", f"log-group:{group}")],
        redacted_fields=[{"single_header": {"name": "authorization"}}],
    )
    assert_shown(world, log)
    assert_gone(world, log)
    assert_gone(world, acl)


def test_association_round_trip(world: World) -> None:
    elb, ec2 = world.cloud.client("elbv2"), world.cloud.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="waf-roundtrip", Subnets=subnets)["LoadBalancers"][0]
    acl = world.make(
        "aws:wafv2/webAcl:WebAcl",
        name="waf-association",
        scope="REGIONAL",
        default_action={"allow": {}},
        visibility_config=visibility("all"),
    )
    association = world.make(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        web_acl_arn=acl["arn"],
        resource_arn=balancer["LoadBalancerArn"],
    )
    assert_shown(world, association)
    assert_gone(world, association)
    world.delete(acl)


def test_web_acl_of_cloudfront_keeps_its_tags(world: World) -> None:
    acl = world.make(
        "aws:wafv2/webAcl:WebAcl",
        scope="CLOUDFRONT",
        default_action={"allow": {}},
        visibility_config=visibility("all"),
        tags=TAGS,
    )
    assert_shown(world, acl)
    world.change(acl, tags={**TAGS, "More": "1"})
    assert_shown(world, acl)
    assert_gone(world, acl)


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
def test_what_web_acls_are_made_of(world: World, scope: str) -> None:
    blocked = rule("block", 1, {"geo_match_statement": {"country_codes": ["US"]}})
    made = {
        "get_ip_set": world.make(
            "aws:wafv2/ipSet:IpSet",
            scope=scope,
            ip_address_version="IPV4",
            addresses=["10.0.0.0/8"],
            tags=TAGS,
        ),
        "get_regex_pattern_set": world.make(
            "aws:wafv2/regexPatternSet:RegexPatternSet",
            scope=scope,
            regular_expressions=[{"regex_string": "first"}],
        ),
        "get_rule_group": world.make(
            "aws:wafv2/ruleGroup:RuleGroup",
            scope=scope,
            capacity=10,
            rules=[{**blocked, "action": {"block": {}}}],
            visibility_config=visibility("all"),
        ),
    }
    addresses, patterns, group = made.values()
    world.change(addresses, addresses=[], tags={"More": "1"})
    world.change(patterns, regular_expressions=[{"regex_string": "second"}])
    world.change(group, description="other")
    waf = world.cloud.client("wafv2")
    shown = {
        call: getattr(waf, call)(Name=one["name"], Scope=scope, Id=one.id)
        for call, one in made.items()
    }
    assert shown["get_ip_set"]["IPSet"]["Addresses"] == []
    found = shown["get_regex_pattern_set"]["RegexPatternSet"]["RegularExpressionList"]
    assert found == [{"RegexString": "second"}]
    assert shown["get_rule_group"]["RuleGroup"]["Rules"][0]["Name"] == "block"
    for one in made.values():
        world.delete(one)
        world.delete(one)
