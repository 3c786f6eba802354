"""Every setting of every blueprint, with a second value that is as legal as the reference's.

What a stack of the repository says is in its `Pulumi.<stack>.yaml`; here is what another might say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from infra.settings.cicd import StackConfig as Cicd
from infra.settings.nightly import StackConfig as Nightly
from infra.settings.nova import StackConfig as Nova
from infra.settings.scalepayments import StackConfig as ScalePayments
from infra.settings.serverless import StackConfig as Serverless
from infra.settings.tap import Tap

Values = Mapping[str, Any]

REGION = "aws:region"
_IMAGE = "public.ecr.aws/docker/library/httpd:2.4"
# Stand for what is made before the stack: a zone, a detector, a trail.
_ZONE = "Z0123456789ABCDEFGHIJ"
_DETECTOR = "0123456789abcdef0123456789abcdef"
_TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/account"
# What a control refuses of a setting, and whoever chooses it has to waive.
WAIVED: dict[tuple[str, str], dict[str, Any]] = {
    ("tap", "environment_suffix"): {
        "control": "tags-known-environment",
        "resource": "*",
        "reason": "the stack is none of the lasting environments",
        "owner": "platform-team",
        "until": date(2027, 12, 31),
    },
    ("tap", "enable_flow_logs"): {
        "control": "vpc-flow-logs",
        "resource": "*",
        "reason": "the stack's settings switch flow logs off",
        "owner": "platform-team",
        "until": date(2027, 12, 31),
    },
}


@dataclass(frozen=True, slots=True)
class Choices:
    """A blueprint's reference stack, and another legal value for each key of its configuration."""

    stack: str
    settings: type[BaseModel]
    others: Values


CHOICES = {
    "tap": Choices(
        "tap-production",
        Tap,
        {
            REGION: "eu-west-1",
            "environment_suffix": "pr-7",
            "vpc_cidr": "172.16.0.0/20",
            "availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
            "enable_flow_logs": "false",
            "enable_cross_region_replication": "false",
            "backup_region": "eu-central-1",
            "allowed_cidr": "192.168.7.0/24",
            "tags": {"CostCenter": "CC-2000", "Team": "base"},
            "owner": "other-team",
            "alert_email": "others@example.org",
        },
    ),
    "nova": Choices(
        "nova-prod",
        Nova,
        {
            REGION: "eu-central-1",
            "environment": "staging",
            "team": "orion",
            "owner": "Orion Team",
            "allowed_cidr": "192.168.7.0/24",
            "db_backup_retention_days": "14",
            "cross_region_replication_region": "eu-west-1",
            "domain_name": "orion.example.org",
            "hosted_zone_id": _ZONE,
            "alert_email": "others@example.org",
            "audit_trail_arn": _TRAIL,
            "api_image": _IMAGE,
        },
    ),
    "scalepayments": Choices(
        "scalepayments-staging",
        ScalePayments,
        {
            REGION: "eu-central-1",
            "environment": "dev",
            "project": "paybridge",
            "owner": "other-team",
            "cost_center": "CC-9",
            "alert_email": "others@example.org",
            "vpc_cidr": "172.16.0.0/20",
            "domain_name": "pay.example.org",
            "hosted_zone_id": _ZONE,
            "guardduty_detector_id": _DETECTOR,
            "config_recorder_name": "account",
            "audit_trail_arn": _TRAIL,
            "api_image": _IMAGE,
            "payment_image": _IMAGE,
            "notification_image": _IMAGE,
        },
    ),
    "serverless": Choices(
        "serverless-prod",
        Serverless,
        {
            REGION: "eu-central-1",
            "environment": "dev",
            "environment_suffix": "x9",
            "owner": "other-team",
            "alert_email": "others@example.org",
            "allowed_origin": "https://pages.example.org:8443",
            "log_level": "DEBUG",
            "runtime": "python3.12",
        },
    ),
    "cicd": Choices(
        "cicd-prod",
        Cicd,
        {
            REGION: "eu-central-1",
            "environment": "dev",
            "project": "shipyard",
            "owner": "other-team",
            "cost_center": "CC-9",
            "alert_email": "others@example.org",
            "vpc_cidr": "172.16.0.0/20",
            "first_image": _IMAGE,
        },
    ),
    "nightly": Choices(
        "nightly-prod",
        Nightly,
        {
            REGION: "eu-central-1",
            "environment": "dev",
            "project": "watch",
            "owner": "other-team",
            "cost_center": "CC-9",
            "alert_email": "others@example.org",
            "vpc_cidr": "172.16.0.0/20",
            "image_tag": "2.0.0",
            "schedule": "cron(30 23 * * ? *)",
        },
    ),
}
