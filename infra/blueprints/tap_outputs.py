"""What the base platform tells those who build on it."""

from __future__ import annotations

from typing import Any

from infra.blueprints import shared_outputs
from infra.blueprints.tap import BasePlatform
from infra.settings.config import settings_output
from infra.settings.tap import PROJECT

__all__ = ["outputs"]


def outputs(platform: BasePlatform, stack: str) -> dict[str, Any]:
    """Return the stack's outputs; groups, buckets and log groups by what they are for."""
    settings, network = platform.settings, platform.network
    common = {
        "project": PROJECT,
        "environment": settings.environment_suffix,
        "stack": stack,
        "blueprint": "tap",
        "region": platform.site.region,
        "account_id": platform.site.account_id,
        "settings": settings_output(settings),
        "alerts_topic_arn": platform.alerts.arn,
        **shared_outputs.alarms(platform.alarms.alarms),
    }
    elsewhere = (
        {"backup_region": settings.backup_region}
        if settings.enable_cross_region_replication
        else {}
    )
    return {
        **common,
        **elsewhere,
        "vpc_id": network.vpc.id,
        "public_subnet_ids": [subnet.id for subnet in network.public_subnets],
        "private_subnet_ids": [subnet.id for subnet in network.private_subnets],
        "security_group_ids": {use: group.id for use, group in platform.security_groups.items()},
        "s3_bucket_names": {use: bucket.bucket.id for use, bucket in platform.buckets.items()},
        "cloudwatch_log_groups": {
            use: log_group.group.name for use, log_group in platform.log_groups.items()
        },
    }
