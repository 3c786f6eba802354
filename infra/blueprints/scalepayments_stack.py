"""From a stack's configuration to a deployed payment platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.scalepayments import Platform
from infra.blueprints.scalepayments_outputs import outputs
from infra.naming import Limit, Names, too_long
from infra.settings.errors import SettingsError, wrong
from infra.settings.scalepayments import ScalePayments
from infra.site import ACCOUNT_DIGITS, available_zones, build_site
from infra.tags import Tags

__all__ = ["deploy", "limited_names"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the platform and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = ScalePayments.load(stack)
    names = Names(before=settings.config.project, after=settings.profile.environment)
    _check_names(settings, names)
    site = build_site(names, _tags(settings), settings.config.region)
    zones = available_zones()[: settings.profile.zones]
    _check_zones(settings, zones)
    return outputs(Platform(settings, site, zones))


def limited_names(settings: ScalePayments) -> list[tuple[str, Limit]]:
    """Return the components whose names AWS keeps short."""
    database = settings.profile.database
    # Bucket names end in the account id.
    buckets = [f"{bucket}-{'0' * ACCOUNT_DIGITS}" for bucket in ("access-logs", "config")]
    return [
        ("alb", Limit.LOAD_BALANCER),
        *((service.short_name, Limit.TARGET_GROUP) for service in settings.services),
        ("redis", Limit.REPLICATION_GROUP),
        ("database", Limit.DATABASE),
        *((f"database-{number + 1}", Limit.DATABASE) for number in range(database.instances)),
        *((bucket, Limit.BUCKET) for bucket in buckets),
        *(
            (f"{service.name}-{part}", Limit.ROLE)
            for service in settings.services
            for part in ("execution", "task")
        ),
        *((role, Limit.ROLE) for role in ("database-monitoring", "flow-logs", "config")),
    ]


def _check_names(settings: ScalePayments, names: Names) -> None:
    problems = too_long(names, limited_names(settings))
    if problems:
        worst = max(problems, key=lambda problem: problem.excess)
        project = settings.config.project
        raise SettingsError(
            [
                wrong(
                    settings.stack,
                    "project",
                    project,
                    f"at most {len(project) - worst.excess} characters: it makes the "
                    f"{worst.limit.label} name {worst.name!r}, and AWS accepts at most "
                    f"{worst.limit.characters} characters there",
                )
            ]
        )


def _check_zones(settings: ScalePayments, zones: tuple[str, ...]) -> None:
    if len(zones) < settings.profile.zones:
        raise SettingsError(
            [
                wrong(
                    settings.stack,
                    "aws:region",
                    settings.config.region,
                    f"a region with at least {settings.profile.zones} availability zones: "
                    f"this one offers {len(zones)} to the account",
                )
            ]
        )


def _tags(settings: ScalePayments) -> Tags:
    config = settings.config
    return Tags(
        {
            "Project": config.project,
            "Environment": str(settings.profile.environment),
            "ManagedBy": "Pulumi",
            "Stack": settings.stack,
            "Owner": config.owner,
            "CostCenter": config.cost_center,
        }
    )
