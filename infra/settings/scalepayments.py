"""Settings of the payment platform: what each environment is like, what a stack must say."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Self

from pydantic import Field, ValidationInfo, field_validator

from infra.naming import Limit
from infra.settings.config import read
from infra.settings.environments import EnvironmentConfig, names_of
from infra.settings.fields import (
    DETECTOR_ID,
    IMAGE,
    RECORDER_NAME,
    TRAIL_ARN,
    ZONE_ID,
    DetectorId,
    DomainName,
    Environment,
    HostedZoneId,
    Image,
    ProjectName,
    RecorderName,
    TrailArn,
)
from infra.settings.lengths import short_enough
from infra.settings.parts import (
    AuroraSettings,
    CacheSettings,
    NatGateways,
    ProtectionSettings,
    RetentionSettings,
    ScalingSettings,
    ServiceSettings,
    Settings,
    TaskSettings,
)

__all__ = [
    "DEV",
    "ENVIRONMENTS",
    "PROD",
    "SERVICES",
    "STAGING",
    "Profile",
    "ScalePayments",
    "StackConfig",
    "limited_names",
]


class Profile(Settings):
    """What an environment is like, whoever deploys it."""

    environment: Environment
    vpc_cidr: IPv4Network
    zones: int = Field(ge=2, le=6)
    nat_gateways: NatGateways
    task: TaskSettings
    scaling: ScalingSettings
    database: AuroraSettings
    cache: CacheSettings
    retention: RetentionSettings
    protection: ProtectionSettings


class Shape(Settings):
    """What a service is like in every environment."""

    name: str
    short_name: str
    priority: int
    uses_database: bool


DEV = Profile(
    environment=Environment.DEV,
    vpc_cidr=IPv4Network("10.0.0.0/16"),
    zones=2,
    nat_gateways="one",
    task=TaskSettings(cpu=256, memory=512),
    scaling=ScalingSettings(minimum=1, maximum=2),
    database=AuroraSettings(
        instance_class="db.t3.medium", instances=1, connections=400, backup_days=1, insights=False
    ),
    cache=CacheSettings(node_type="cache.t4g.micro", nodes=1, snapshot_days=1),
    retention=RetentionSettings(logs=14, key_deletion=7, secret_recovery=7, access_logs=30),
    protection=ProtectionSettings(
        waf=False, guardduty=False, config=False, audit_trail=False, deletion=False
    ),
)

STAGING = Profile(
    environment=Environment.STAGING,
    vpc_cidr=IPv4Network("10.1.0.0/16"),
    zones=2,
    nat_gateways="one-per-zone",
    task=TaskSettings(cpu=512, memory=1024),
    scaling=ScalingSettings(minimum=2, maximum=4),
    database=AuroraSettings(
        instance_class="db.r5.large", instances=2, connections=1600, backup_days=7, insights=True
    ),
    cache=CacheSettings(node_type="cache.t4g.medium", nodes=2, snapshot_days=7),
    retention=RetentionSettings(logs=90, key_deletion=14, secret_recovery=7, access_logs=90),
    protection=ProtectionSettings(
        waf=True, guardduty=True, config=True, audit_trail=True, deletion=False
    ),
)

# Logs are kept for a year: PCI DSS 4.0, requirement 10.5.1.
PROD = Profile(
    environment=Environment.PROD,
    vpc_cidr=IPv4Network("10.2.0.0/16"),
    zones=3,
    nat_gateways="one-per-zone",
    task=TaskSettings(cpu=1024, memory=2048),
    scaling=ScalingSettings(minimum=3, maximum=10),
    database=AuroraSettings(
        instance_class="db.r5.xlarge", instances=3, connections=3300, backup_days=30, insights=True
    ),
    cache=CacheSettings(node_type="cache.r6g.large", nodes=3, snapshot_days=30),
    retention=RetentionSettings(logs=365, key_deletion=30, secret_recovery=30, access_logs=365),
    protection=ProtectionSettings(
        waf=True, guardduty=True, config=True, audit_trail=True, deletion=True
    ),
)

ENVIRONMENTS = {profile.environment: profile for profile in (DEV, STAGING, PROD)}


# Notifications hold no payment data, so that service gets no database credentials (PCI DSS 4.0,
# requirement 7.2.1). The order is that in which the load balancer tries the services' paths.
SERVICES = (
    Shape(name="api", short_name="api", priority=10, uses_database=True),
    Shape(name="payment", short_name="payment", priority=20, uses_database=True),
    Shape(name="notification", short_name="notify", priority=30, uses_database=False),
)


def limited_names(profile: Profile) -> list[tuple[str, Limit]]:
    """Return the components whose names AWS keeps short."""
    return [
        ("alb", Limit.LOAD_BALANCER),
        *((service.short_name, Limit.TARGET_GROUP) for service in SERVICES),
        ("redis", Limit.REPLICATION_GROUP),
        ("database", Limit.DATABASE),
        *((f"database-{n}", Limit.DATABASE) for n in range(1, profile.database.instances + 1)),
        # Bucket names end in a hyphen and the account id, twelve digits.
        *((f"{bucket}-{'0' * 12}", Limit.BUCKET) for bucket in ("access-logs", "config", "audit")),
        *(
            (f"{service.name}-{part}", Limit.ROLE)
            for service in SERVICES
            for part in ("execution", "task")
        ),
        *((role, Limit.ROLE) for role in ("database-monitoring", "flow-logs", "config", "audit")),
    ]


class StackConfig(EnvironmentConfig):
    """What a stack's configuration file says; the fields are its keys.

    A detector, a recorder or a trail that is named here belongs to the account, or to another
    environment in it; the stack then makes none.
    """

    project: ProjectName = "scalepayments"
    domain_name: DomainName
    hosted_zone_id: HostedZoneId | None = Field(default=None, description=ZONE_ID)
    guardduty_detector_id: DetectorId | None = Field(default=None, description=DETECTOR_ID)
    config_recorder_name: RecorderName | None = Field(default=None, description=RECORDER_NAME)
    audit_trail_arn: TrailArn | None = Field(default=None, description=TRAIL_ARN)
    api_image: Image | None = Field(default=None, description=IMAGE)
    payment_image: Image | None = Field(default=None, description=IMAGE)
    notification_image: Image | None = Field(default=None, description=IMAGE)

    @field_validator("project")
    @classmethod
    def _short_enough(cls, project: str, checked: ValidationInfo) -> str:
        environment = checked.data.get("environment")
        if environment is None:
            return project
        names = names_of(project, environment)
        return short_enough(project, names, limited_names(ENVIRONMENTS[environment]))


class ScalePayments(Settings):
    """One stack's settings: its own configuration on its environment's profile."""

    stack: str
    config: StackConfig
    profile: Profile

    @property
    def moot(self) -> list[str]:
        """Give the keys that are set and decide nothing, for the environment has no such guard."""
        guards = self.profile.protection
        there = {
            "guardduty_detector_id": guards.guardduty,
            "config_recorder_name": guards.config,
            "audit_trail_arn": guards.audit_trail,
        }
        return [key for key, has in there.items() if getattr(self.config, key) and not has]

    @classmethod
    def load(cls, stack: str) -> Self:
        """Read the stack's configuration; raise `SettingsError` with all that is wrong in it."""
        config = read(StackConfig, stack)
        return cls(stack=stack, config=config, profile=ENVIRONMENTS[config.environment])

    @property
    def vpc_cidr(self) -> IPv4Network:
        """The VPC's addresses: the stack's own choice, else the environment's."""
        return self.config.vpc_cidr or self.profile.vpc_cidr

    @property
    def services(self) -> tuple[ServiceSettings, ...]:
        """The services, each with its image and the environment's size."""
        return tuple(
            ServiceSettings(
                **shape.model_dump(),
                own_image=getattr(self.config, f"{shape.name}_image"),
                task=self.profile.task,
                scaling=self.profile.scaling,
                uses_cache=True,
            )
            for shape in SERVICES
        )
