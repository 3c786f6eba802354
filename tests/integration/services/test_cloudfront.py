"""Distributions and what they refer to: made, changed, read back, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import (
    CLOUDFRONT_DISTRIBUTION,
    CLOUDFRONT_FUNCTION,
    CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    CLOUDFRONT_ORIGIN_ACCESS_IDENTITY,
    LOG_DELIVERY,
    LOG_DELIVERY_SOURCE,
)
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    found,
)

HIDDEN = ("retain_on_delete", "wait_for_deployment")

PLAIN = {
    "target_origin_id": "site",
    "viewer_protocol_policy": "redirect-to-https",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
}
FORWARDED = {"query_string": False, "cookies": {"forward": "none"}}
CUSTOM = {
    "http_port": 80,
    "https_port": 443,
    "origin_protocol_policy": "https-only",
    "origin_ssl_protocols": ["TLSv1.2"],
}
NOWHERE = {"geo_restriction": {"restriction_type": "none"}}


def simple(world: World, **more: Any) -> Made:
    given: dict[str, Any] = {
        "enabled": True,
        "origins": [
            {"origin_id": "site", "domain_name": "example.com", "custom_origin_config": CUSTOM}
        ],
        "default_cache_behavior": {**PLAIN, "forwarded_values": FORWARDED},
        "restrictions": NOWHERE,
        "viewer_certificate": {"cloudfront_default_certificate": True},
        "tags": TAGS,
    }
    return world.make(CLOUDFRONT_DISTRIBUTION, **{**given, **more})


def test_distribution_of_a_bucket_shows_what_was_declared_and_changed(world: World) -> None:
    access = world.make(
        CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
    )
    function = world.make(
        CLOUDFRONT_FUNCTION, runtime="cloudfront-js-2.0", code="function handler(e) {}"
    )
    made = simple(
        world,
        aliases=["www.example.com"],
        comment="a site",
        custom_error_responses=[
            {"error_code": 404, "response_code": 200, "response_page_path": "/index.html"}
        ],
        default_cache_behavior={
            **PLAIN,
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "compress": True,
            "function_associations": [
                {"event_type": "viewer-request", "function_arn": function["arn"]}
            ],
        },
        default_root_object="index.html",
        is_ipv6_enabled=True,
        logging_config={"bucket": "logs.s3.amazonaws.com", "include_cookies": False, "prefix": "w"},
        ordered_cache_behaviors=[
            {**PLAIN, "path_pattern": "/api/*", "forwarded_values": FORWARDED, "min_ttl": 1}
        ],
        origins=[
            {
                "origin_id": "site",
                "domain_name": "site.s3.us-east-1.amazonaws.com",
                "origin_access_control_id": access.id,
                "custom_headers": [{"name": "X-From", "value": "edge"}],
            }
        ],
        price_class="PriceClass_100",
        restrictions={"geo_restriction": {"restriction_type": "whitelist", "locations": ["DE"]}},
        viewer_certificate={
            "acm_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
            "minimum_protocol_version": "TLSv1.2_2021",
            "ssl_support_method": "sni-only",
        },
    )
    assert made["domain_name"].endswith(".cloudfront.net")
    assert made["hosted_zone_id"] == "Z2FDTNDATAQYW2"
    assert "region" not in made.state
    assert_shown(world, made, hidden=HIDDEN)
    world.change(
        made,
        comment="another",
        logging_config=None,
        ordered_cache_behaviors=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made, hidden=HIDDEN)
    shown: Any = world.read(made)
    assert (shown.data["logging_config"], shown.data["ordered_cache_behaviors"]) == (None, [])
    assert_gone(world, made)
    for part in (access, function):
        world.delete(part)
        world.delete(part)


def test_distribution_of_two_origins_fails_over(world: World) -> None:
    made = simple(
        world,
        default_cache_behavior={**PLAIN, "target_origin_id": "both", "forwarded_values": FORWARDED},
        origins=[
            {
                "origin_id": name,
                "domain_name": f"{name}.example.com",
                "custom_origin_config": CUSTOM,
            }
            for name in ("site", "spare", "both")
        ],
        origin_groups=[
            {
                "origin_id": "group",
                "failover_criteria": {"status_codes": [500, 503]},
                "members": [{"origin_id": "site"}, {"origin_id": "spare"}],
            }
        ],
    )
    assert_shown(world, made, hidden=HIDDEN)


def test_distribution_that_is_kept_is_disabled(world: World) -> None:
    made = simple(world, retain_on_delete=True)
    world.delete(made)
    shown: Any = world.read(made)
    assert shown.data["enabled"] is False


def test_unknown_setting_of_a_distribution_is_refused(world: World) -> None:
    behavior = {**PLAIN, "forwarded_values": FORWARDED, "colour": "red"}
    with pytest.raises(EmbeddedError, match=r"^default_cache_behavior\.colour of aws:cloudfront"):
        simple(world, default_cache_behavior=behavior)


def asked(world: World, operation: str, **parameters: Any) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = getattr(world.cloud.client("cloudfront"), operation)(**parameters)
    return answer


def test_identity_for_a_bucket(world: World) -> None:
    made = world.make(CLOUDFRONT_ORIGIN_ACCESS_IDENTITY, comment="mine")
    assert made["iam_arn"].endswith(f"user/CloudFront Origin Access Identity {made.id}")
    assert made["cloudfront_access_identity_path"] == f"origin-access-identity/cloudfront/{made.id}"
    assert len(made["s3_canonical_user_id"]) == 96
    world.change(made, comment="ours")
    shown = asked(world, "get_cloud_front_origin_access_identity", Id=made.id)
    config = shown["CloudFrontOriginAccessIdentity"]["CloudFrontOriginAccessIdentityConfig"]
    assert config["Comment"] == "ours"
    world.delete(made)
    world.delete(made)


def test_policies(world: World) -> None:
    none = {"cookies_config": {"cookie_behavior": "none"}}
    made = [
        world.make(
            "aws:cloudfront/cachePolicy:CachePolicy",
            comment="short",
            parameters_in_cache_key_and_forwarded_to_origin={
                **none,
                "enable_accept_encoding_gzip": True,
                "headers_config": {
                    "header_behavior": "whitelist",
                    "headers": {"items": ["Accept"]},
                },
                "query_strings_config": {"query_string_behavior": "all"},
            },
        ),
        # AWS wants to be told of compression, and the provider tells it when a program does not.
        world.make(
            "aws:cloudfront/cachePolicy:CachePolicy",
            "plain",
            parameters_in_cache_key_and_forwarded_to_origin={
                **none,
                "headers_config": {"header_behavior": "none"},
                "query_strings_config": {"query_string_behavior": "none"},
            },
        ),
        world.make(
            "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
            **none,
            headers_config={"header_behavior": "allViewer"},
            query_strings_config={"query_string_behavior": "all"},
        ),
        world.make(
            "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
            custom_headers_config={"items": [{"header": "X-A", "value": "1", "override": True}]},
            security_headers_config={"frame_options": {"frame_option": "DENY", "override": True}},
        ),
    ]
    for one in made:
        assert_shown(world, one)
    cache, plain, _, headers = made
    shown = asked(world, "get_cache_policy", Id=cache.id)["CachePolicy"]["CachePolicyConfig"]
    key = shown["ParametersInCacheKeyAndForwardedToOrigin"]
    bare = asked(world, "get_cache_policy", Id=plain.id)["CachePolicy"]["CachePolicyConfig"]
    told = bare["ParametersInCacheKeyAndForwardedToOrigin"]["EnableAcceptEncodingGzip"]
    assert (key["EnableAcceptEncodingGzip"], told) == (True, False)
    assert key["HeadersConfig"]["Headers"] == {"Quantity": 1, "Items": ["Accept"]}
    world.change(cache, comment=None, min_ttl=5)
    shown = asked(world, "get_cache_policy", Id=cache.id)["CachePolicy"]["CachePolicyConfig"]
    assert (shown.get("Comment"), shown["MinTTL"]) == (None, 5)
    answer = asked(world, "get_response_headers_policy", Id=headers.id)["ResponseHeadersPolicy"]
    assert answer["ResponseHeadersPolicyConfig"]["CustomHeadersConfig"]["Quantity"] == 1
    for one in made:
        world.delete(one)
        world.delete(one)


def test_function_is_changed_and_published(world: World) -> None:
    made = world.make(
        CLOUDFRONT_FUNCTION, runtime="cloudfront-js-1.0", code="function handler(e) {}", tags=TAGS
    )
    assert_shown(world, made, hidden=("code", "publish"))
    world.change(made, code="function handler(event) {}", comment="new", tags=None)
    code = asked(world, "get_function", Name=made.id)["FunctionCode"].read()
    assert code == b"function handler(event) {}"
    world.delete(made)
    world.delete(made)


def test_distribution_whose_configuration_is_denied_is_there_and_unknown(
    world: World, server: Server
) -> None:
    made = simple(world)
    inject(server, Fault("deny", service="cloudfront", operation="GetDistributionConfig"))
    try:
        shown = found(world.snapshot().stack(), made)
    finally:
        clear(server)
    hidden = shown.data["viewer_certificate"]
    assert isinstance(hidden, Unknown)
    assert hidden.cause is Cause.ACCESS_DENIED
    assert shown.data["enabled"] is True


def test_logs_are_delivered(world: World) -> None:
    distribution = simple(world)
    group = world.make("aws:cloudwatch/logGroup:LogGroup", name="/site")
    source = world.make(
        LOG_DELIVERY_SOURCE, log_type="ACCESS_LOGS", resource_arn=distribution["arn"], tags=TAGS
    )
    destination = world.make(
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        delivery_destination_configuration={"destination_resource_arn": group["arn"]},
        output_format="json",
    )
    delivery = world.make(
        LOG_DELIVERY,
        delivery_source_name=source["name"],
        delivery_destination_arn=destination["arn"],
        tags=TAGS,
    )
    assert_shown(world, source)
    assert_shown(world, delivery)
    assert_gone(world, delivery)
    assert_gone(world, source)
    world.delete(destination)
