"""What controls of CloudFront distributions share: an example, and which origin serves what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stackproof.model import Block, Resource, Unknown
from stackproof.model.cases import Given, Ref
from stackproof.types.tokens import CLOUDFRONT_DISTRIBUTION

BEHAVIORS: Final = ("default_cache_behavior", "ordered_cache_behaviors")


def behavior(origin: str, policy: str = "redirect-to-https") -> dict[str, Any]:
    """Give a cache behavior of an example."""
    return {"target_origin_id": origin, "viewer_protocol_policy": policy}


def example(**properties: Any) -> Given:
    """Give a distribution of a bucket and a server."""
    return Given(
        CLOUDFRONT_DISTRIBUTION,
        {
            "origins": [
                {
                    "origin_id": "site",
                    "domain_name": "site.s3.us-east-1.amazonaws.com",
                    "origin_access_control_id": Ref("control"),
                },
                {
                    "origin_id": "api",
                    "domain_name": "api.example.com",
                    "custom_origin_config": {
                        "origin_protocol_policy": "https-only",
                        "origin_ssl_protocols": ["TLSv1.2"],
                    },
                },
            ],
            "default_cache_behavior": behavior("site"),
            "ordered_cache_behaviors": [{**behavior("api"), "path_pattern": "/api/*"}],
            **properties,
        },
    )


def behaviors(distribution: Resource) -> Iterator[Block | Unknown]:
    """Give all cache behaviors, an Unknown for each that is hidden."""
    for name in BEHAVIORS:
        yield from distribution.elements(name)


def is_bucket(origin: Block) -> bool:
    """Tell whether an origin is a bucket asked through S3's API, not a server or a web site.

    Source: Amazon CloudFront Developer Guide, "Use various origins with CloudFront distributions":
    a bucket's web site is a custom origin.
    """
    return not origin["custom_origin_config"] and not origin["vpc_origin_config"]


def serving(distribution: Resource, target: str) -> set[str]:
    """Give the ids of the origins behind a target: itself, or the members of a group.

    Raises UnresolvedError when the groups can't be seen.
    """
    for group in distribution.blocks("origin_groups"):
        if group["origin_id"] == target:
            return {str(member["origin_id"]) for member in group.blocks("members")}
    return {target}
