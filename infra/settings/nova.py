"""Settings of the highly available web system: what it is like, what a stack must say."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from infra.naming import Limit, Names
from infra.settings.config import read
from infra.settings.fields import (
    IMAGE,
    TRAIL_ARN,
    ZONE_ID,
    DomainName,
    Email,
    Environment,
    HostedZoneId,
    Image,
    ProjectName,
    Region,
    SourceNetwork,
    TagValue,
    TrailArn,
)
from infra.settings.lengths import short_enough
from infra.settings.parts import (
    FleetSettings,
    MySqlSettings,
    RetentionSettings,
    ScalingSettings,
    ServiceSettings,
    Settings,
    TargetGroupSettings,
    TaskSettings,
)

__all__ = [
    "CRITICAL_BUCKETS",
    "FLEET",
    "RETENTION",
    "VPC_CIDR",
    "WEB_TARGETS",
    "ZONES",
    "Nova",
    "StackConfig",
    "limited_names",
    "names_of",
]

VPC_CIDR = IPv4Network("10.0.0.0/16")
ZONES = 3
FALLBACK_REGION = "us-east-1"
REPLICA_REGION = (
    "an AWS region other than the stack's own, such as eu-west-1 "
    f"(left out, it is {FALLBACK_REGION})"
)
# What can't be had again: what users entrusted to the system, and the revisions that it goes back
# to after a failed deployment.
CRITICAL_BUCKETS = ("data", "artifacts")

FLEET = FleetSettings(instance_type="c5.large", minimum=3, maximum=9, volume=20)
WEB_TARGETS = TargetGroupSettings(
    port=443, protocol="HTTPS", target_type="instance", health_path="/health"
)
RETENTION = RetentionSettings(logs=365, key_deletion=30, secret_recovery=30, access_logs=365)


def names_of(team: str, environment: Environment) -> Names:
    """Name things `<team>-<environment>-<service>`."""
    return Names(before=f"{team}-{environment}")


def limited_names() -> list[tuple[str, Limit]]:
    """Return the components whose names AWS keeps short."""
    buckets = (
        "access-logs",
        "audit",
        *CRITICAL_BUCKETS,
        *(f"{name}-replica" for name in CRITICAL_BUCKETS),
    )
    return [
        ("alb", Limit.LOAD_BALANCER),
        *((name, Limit.TARGET_GROUP) for name in ("web", "api")),
        ("database", Limit.DATABASE),
        # Bucket names end in a hyphen and the account id, twelve digits.
        *((f"{bucket}-{'0' * 12}", Limit.BUCKET) for bucket in buckets),
        *(
            (role, Limit.ROLE)
            for role in (
                "api-execution",
                "api-task",
                "artifacts-replication",
                "audit",
                "backup-plan",
                "database-monitoring",
                "web-deployment",
            )
        ),
    ]


class StackConfig(Settings):
    """What a stack's configuration file says; the fields are its keys."""

    model_config = ConfigDict(populate_by_name=True)

    region: Region = Field(alias="aws:region")
    environment: Environment = Field(
        default=Environment.PROD, description=f"one of {', '.join(Environment)}"
    )
    team: ProjectName = "nova"
    owner: TagValue = "Nova Team"
    allowed_cidr: SourceNetwork
    db_backup_retention_days: Annotated[int, Field(ge=1, le=35)] = Field(
        description="a whole number of days from 1 to 35, such as 14"
    )
    cross_region_replication_region: Region = Field(
        default=FALLBACK_REGION, validate_default=True, description=REPLICA_REGION
    )
    domain_name: DomainName
    hosted_zone_id: HostedZoneId | None = Field(default=None, description=ZONE_ID)
    alert_email: Email
    audit_trail_arn: TrailArn | None = Field(default=None, description=TRAIL_ARN)
    api_image: Image | None = Field(default=None, description=IMAGE)

    @field_validator("team")
    @classmethod
    def _short_enough(cls, team: str, checked: ValidationInfo) -> str:
        environment = checked.data.get("environment")
        if environment is None:
            return team
        return short_enough(team, names_of(team, environment), limited_names())

    @field_validator("cross_region_replication_region")
    @classmethod
    def _elsewhere(cls, replica: str, checked: ValidationInfo) -> str:
        if replica == checked.data.get("region"):
            raise ValueError("the stack's own region")
        return replica


class Nova(Settings):
    """One stack's settings."""

    stack: str
    config: StackConfig

    @classmethod
    def load(cls, stack: str) -> Self:
        """Read the stack's configuration; raise `SettingsError` with all that is wrong in it."""
        return cls(stack=stack, config=read(StackConfig, stack))

    @property
    def names(self) -> Names:
        """How the stack's resources are named."""
        return names_of(self.config.team, self.config.environment)

    @property
    def api(self) -> ServiceSettings:
        """The Fargate service."""
        return ServiceSettings(
            name="api",
            short_name="api",
            own_image=self.config.api_image,
            priority=10,
            task=TaskSettings(cpu=512, memory=1024),
            scaling=ScalingSettings(minimum=3, maximum=9),
            uses_database=True,
            uses_cache=False,
        )

    @property
    def database(self) -> MySqlSettings:
        """The database, whose backups are kept for as long as the stack says."""
        return MySqlSettings(
            instance_class="db.m6i.large",
            connections=630,
            backup_days=self.config.db_backup_retention_days,
            insights=True,
            database_name="nova",
            storage=100,
            storage_limit=500,
        )
