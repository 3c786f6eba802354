"""Route 53: hosted zone ids as AWS gives them."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.registry import patches


@patches("route53")
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


@patches("route53")
def log_groups_have_plain_arns() -> None:
    """Take a log group by its ARN as programs know it, where moto wants a `:*` after it.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html
    """
    from moto.route53.models import Route53Backend

    backend_class: Any = Route53Backend
    original = backend_class.create_query_logging_config

    def create_query_logging_config(backend: Any, hosted_zone_id: str, log_group_arn: str) -> Any:
        plain = log_group_arn.removesuffix(":*")
        made = original(backend, hosted_zone_id, f"{plain}:*")
        made.cloud_watch_logs_log_group_arn = plain
        return made

    backend_class.create_query_logging_config = create_query_logging_config
