"""Settings of the delivery system: what each environment is like, what a stack must say."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Self

from pydantic import Field, ValidationInfo, field_validator

from infra.naming import Limit
from infra.settings.config import read
from infra.settings.environments import EnvironmentConfig, names_of
from infra.settings.fields import (
    IMAGE,
    Environment,
    Image,
    ProjectName,
)
from infra.settings.lengths import short_enough
from infra.settings.parts import (
    BlueGreenSettings,
    LogDays,
    NatGateways,
    ScalingSettings,
    Settings,
    TaskSettings,
    TrafficShift,
)

__all__ = [
    "BUILD_LOG_DAYS",
    "CONTAINER_LOG_DAYS",
    "ENVIRONMENTS",
    "KEEP_IMAGES",
    "LIMITED_NAMES",
    "ZONES",
    "Cicd",
    "Profile",
    "StackConfig",
]

# The same in every environment.
ZONES = 2
KEEP_IMAGES = 10
CONTAINER_LOG_DAYS: LogDays = 30
BUILD_LOG_DAYS: LogDays = 14
TASK = TaskSettings(cpu=512, memory=1024)


class Profile(Settings):
    """What an environment is like, whoever deploys it.

    `key_deletion` and `history` (of who reached what, and of what ran) are days, `keep_minutes`
    is for how long the last version stays for the way back.
    """

    environment: Environment
    vpc_cidr: IPv4Network
    nat_gateways: NatGateways
    scaling: ScalingSettings
    traffic: TrafficShift
    keep_minutes: int
    key_deletion: int = Field(ge=7, le=30)
    history: LogDays
    waf: bool
    deletion_protection: bool


DEV = Profile(
    environment=Environment.DEV,
    vpc_cidr=IPv4Network("10.20.0.0/16"),
    nat_gateways="one",
    scaling=ScalingSettings(minimum=1, maximum=2),
    traffic="ECSAllAtOnce",
    keep_minutes=5,
    key_deletion=7,
    history=30,
    waf=False,
    deletion_protection=False,
)

STAGING = Profile(
    environment=Environment.STAGING,
    vpc_cidr=IPv4Network("10.21.0.0/16"),
    nat_gateways="one-per-zone",
    scaling=ScalingSettings(minimum=2, maximum=4),
    traffic="ECSCanary10Percent5Minutes",
    keep_minutes=15,
    key_deletion=14,
    history=90,
    waf=True,
    deletion_protection=False,
)

PROD = Profile(
    environment=Environment.PROD,
    vpc_cidr=IPv4Network("10.22.0.0/16"),
    nat_gateways="one-per-zone",
    scaling=ScalingSettings(minimum=2, maximum=10),
    traffic="ECSCanary10Percent15Minutes",
    keep_minutes=60,
    key_deletion=30,
    history=365,
    waf=True,
    deletion_protection=True,
)

ENVIRONMENTS = {profile.environment: profile for profile in (DEV, STAGING, PROD)}

# The components whose names AWS keeps short.
LIMITED_NAMES = (
    ("alb", Limit.LOAD_BALANCER),
    ("blue", Limit.TARGET_GROUP),
    ("green", Limit.TARGET_GROUP),
    # Bucket names end in a hyphen and the account id, twelve digits.
    *((f"{bucket}-{'0' * 12}", Limit.BUCKET) for bucket in ("access-logs", "artifacts")),
    *(
        (role, Limit.ROLE)
        for role in (
            "app-execution",
            "app-task",
            "build",
            "deployment",
            "flow-logs",
            "pipeline",
            "pipeline-start",
        )
    ),
)


class StackConfig(EnvironmentConfig):
    """What a stack's configuration file says; the fields are its keys."""

    project: ProjectName = "cicd"
    first_image: Image | None = Field(default=None, description=IMAGE)

    @field_validator("project")
    @classmethod
    def _short_enough(cls, project: str, checked: ValidationInfo) -> str:
        environment = checked.data.get("environment")
        if environment is None:
            return project
        return short_enough(project, names_of(project, environment), LIMITED_NAMES)


class Cicd(Settings):
    """One stack's settings: its own configuration on its environment's profile."""

    stack: str
    config: StackConfig
    profile: Profile

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
    def service(self) -> BlueGreenSettings:
        """The service that is delivered, as it is before the first delivery."""
        profile = self.profile
        return BlueGreenSettings(
            name="app",
            own_image=self.config.first_image,
            task=TASK,
            scaling=profile.scaling,
            traffic=profile.traffic,
            keep_minutes=profile.keep_minutes,
        )
