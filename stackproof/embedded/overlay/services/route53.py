"""Route 53: hosted zone ids as AWS gives them."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.registry import mends


@mends("route53")
def zone_ids_start_with_z() -> None:
    """Let every zone's id start with Z, by which programs and readers know one.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html
    """
    from moto.route53 import models

    module: Any = models
    original = module.create_route53_zone_id

    def create_route53_zone_id(*arguments: Any, **options: Any) -> str:
        return f"Z{original(*arguments, **options)[1:]}"

    module.create_route53_zone_id = create_route53_zone_id
