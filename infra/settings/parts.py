"""Settings of the components, shared by every blueprint and environment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.services import SAMPLE_COMMAND, SAMPLE_IMAGE

__all__ = [
    "AuroraSettings",
    "BlueGreenSettings",
    "CacheSettings",
    "Container",
    "ContainerSettings",
    "DatabaseSettings",
    "FleetSettings",
    "JobSettings",
    "LogDays",
    "MySqlSettings",
    "NatGateways",
    "ProtectionSettings",
    "RetentionSettings",
    "ScalingSettings",
    "ServiceSettings",
    "Settings",
    "TargetGroupSettings",
    "TaskSettings",
    "TrafficShift",
]

NatGateways = Literal["one", "one-per-zone"]
# AWS CodeDeploy User Guide, "Predefined deployment configurations for an Amazon ECS compute
# platform", without the prefix that they share.
TrafficShift = Literal["ECSAllAtOnce", "ECSCanary10Percent5Minutes", "ECSCanary10Percent15Minutes"]
# CloudWatch Logs API, PutRetentionPolicy: the only accepted numbers of days up to two years.
LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
# Fargate task size: CPU units to the memory sizes (MiB) that go with them.
_FARGATE_SIZES = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
}


class Settings(BaseModel):
    """Values that can't change and don't accept what they don't know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScalingSettings(Settings):
    """How many tasks run, and what makes more of them start."""

    minimum: int = Field(ge=1)
    maximum: int = Field(ge=1)
    cpu_percent: float = Field(default=60, gt=0, le=100)
    memory_percent: float = Field(default=70, gt=0, le=100)
    requests_per_task: int = Field(default=1000, ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.maximum < self.minimum:
            raise ValueError(f"at most {self.maximum} tasks is less than at least {self.minimum}")
        return self


class TaskSettings(Settings):
    """The size of a Fargate task: CPU units (1024 are one vCPU) and memory in MiB."""

    cpu: int
    memory: int

    @model_validator(mode="after")
    def _offered(self) -> Self:
        if self.memory not in _FARGATE_SIZES.get(self.cpu, ()):
            raise ValueError(f"Fargate offers no task of {self.cpu} CPU units, {self.memory} MiB")
        return self


class TargetGroupSettings(Settings):
    """How a load balancer reaches its targets, and tells which of them are well (in seconds)."""

    port: int = Field(ge=1, le=65535)
    protocol: Literal["HTTP", "HTTPS"] = "HTTP"
    target_type: Literal["ip", "instance"] = "ip"
    health_path: str = Field(pattern=r"^/")
    interval: int = Field(default=15, ge=5, le=300)
    timeout: int = Field(default=5, ge=2, le=120)
    healthy: int = Field(default=2, ge=2, le=10)
    unhealthy: int = Field(default=3, ge=2, le=10)


class Container(Protocol):
    """What a Fargate task is made of, whether it serves or comes to an end."""

    @property
    def name(self) -> str:
        """What the container is called."""

    @property
    def task(self) -> TaskSettings:
        """How large the task is."""

    @property
    def image(self) -> str:
        """The image that it is started from."""

    @property
    def command(self) -> tuple[str, ...]:
        """What is run in it; empty where the image says that."""

    @property
    def environment(self) -> dict[str, str]:
        """What it is told, whatever surrounds it."""

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports that it serves."""


class JobSettings(Settings):
    """A container that comes to an end, and serves nobody."""

    name: str
    image: str
    command: tuple[str, ...]
    environment: dict[str, str]
    task: TaskSettings
    ports: tuple[()] = ()


class ContainerSettings(Settings, ABC):
    """A container that serves one TCP port behind a load balancer; the task is its own.

    Without an `own_image` it is the sample service.
    """

    name: str
    own_image: str | None
    port: int = Field(default=8080, ge=1024, le=65535)
    task: TaskSettings

    @property
    @abstractmethod
    def targets(self) -> TargetGroupSettings:
        """How the load balancer reaches the container."""

    @property
    def image(self) -> str:
        """The image that the container is started from."""
        return self.own_image or SAMPLE_IMAGE

    @property
    def command(self) -> tuple[str, ...]:
        """What is run in it; an own image says that itself."""
        return () if self.own_image else SAMPLE_COMMAND

    @property
    def environment(self) -> dict[str, str]:
        """What a container must know to be found well by the load balancer."""
        told = {"PORT": str(self.port), "HEALTH_PATH": self.targets.health_path}
        return told | ({"TLS_MINIMUM_VERSION": "1.2"} if self.targets.protocol == "HTTPS" else {})

    @property
    def ports(self) -> tuple[int, ...]:
        """The one port that is served."""
        return (self.port,)


class ServiceSettings(ContainerSettings):
    """One service behind the load balancer, which speaks TLS to it, too.

    `short_name` is for names that AWS limits to 32 characters.
    """

    short_name: str
    priority: int = Field(ge=1, le=50000)
    port: int = Field(default=8443, ge=1024, le=65535)
    scaling: ScalingSettings
    uses_database: bool
    uses_cache: bool

    @property
    def path(self) -> str:
        """The requests that the load balancer sends to this service."""
        return f"/{self.name}/*"

    @property
    def health_path(self) -> str:
        """Where the service says whether it is well."""
        return f"/{self.name}/health"

    @property
    def targets(self) -> TargetGroupSettings:
        """How the load balancer reaches the service's tasks."""
        return TargetGroupSettings(port=self.port, protocol="HTTPS", health_path=self.health_path)


class BlueGreenSettings(ContainerSettings):
    """A service whose next version runs beside the last one before it takes the traffic over.

    `traffic` says how fast, by one of CodeDeploy's configurations for ECS; the old tasks are kept
    for `keep_minutes` after that, for the way back.
    """

    health_path: str = "/"
    healthy: int = 5
    scaling: ScalingSettings
    traffic: TrafficShift
    keep_minutes: int = Field(ge=0, le=2880)

    @property
    def targets(self) -> TargetGroupSettings:
        """How the load balancer reaches the tasks of either version."""
        return TargetGroupSettings(
            port=self.port, health_path=self.health_path, healthy=self.healthy
        )


class DatabaseSettings(Settings):
    """What RDS databases of every engine have; `connections` is about what the class accepts."""

    instance_class: str = Field(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$")
    connections: int = Field(ge=1, le=5000)
    backup_days: int = Field(ge=1, le=35)
    insights: bool
    engine_version: str
    database_name: str
    port: int
    backup_window: str = "03:00-04:00"
    maintenance_window: str = "sun:04:30-sun:05:30"


class AuroraSettings(DatabaseSettings):
    """An Aurora PostgreSQL cluster.

    It accepts LEAST(memory / 9531392, 5000) connections.
    """

    instances: int = Field(ge=1, le=16)
    engine_version: str = "16.6"
    database_name: str = "payments"
    port: int = 5432


class MySqlSettings(DatabaseSettings):
    """A MySQL instance with a standby in another zone, whose storage (in GiB) grows by itself.

    It accepts memory / 12582880 connections.
    """

    storage: int = Field(ge=20)
    storage_limit: int = Field(ge=20)
    engine_version: str = "8.4.6"
    port: int = 3306

    @model_validator(mode="after")
    def _can_grow(self) -> Self:
        if self.storage_limit <= self.storage:
            raise ValueError(f"{self.storage} GiB of storage can't grow to {self.storage_limit}")
        return self


class FleetSettings(Settings):
    """A group of like instances whose number follows their CPU use; volumes are in GiB."""

    instance_type: str = Field(pattern=r"^[a-z0-9]+\.[a-z0-9]+$")
    minimum: int = Field(ge=1)
    maximum: int = Field(ge=1)
    volume: int = Field(ge=8)
    busy_percent: float = Field(default=75, gt=0, le=100)
    idle_percent: float = Field(default=30, gt=0, le=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.maximum < self.minimum:
            raise ValueError(f"at most {self.maximum} instances is less than {self.minimum}")
        if self.busy_percent <= self.idle_percent:
            raise ValueError(f"idle at {self.idle_percent:g} % is busy at {self.busy_percent:g} %")
        return self


class CacheSettings(Settings):
    """A Redis replication group of one shard."""

    node_type: str = Field(pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$")
    nodes: int = Field(ge=1, le=6)
    snapshot_days: int = Field(ge=1, le=35)
    engine_version: str = "7.1"
    port: int = 6379
    snapshot_window: str = "02:00-03:00"
    maintenance_window: str = "sun:05:30-sun:06:30"


class RetentionSettings(Settings):
    """For how many days things are kept, and can be brought back after a deletion."""

    logs: LogDays
    key_deletion: Annotated[int, Field(ge=7, le=30)]
    secret_recovery: Annotated[int, Field(ge=7, le=30)]
    access_logs: Annotated[int, Field(ge=1)]


class ProtectionSettings(Settings):
    """Guards that cost money or get in the way of experiments."""

    waf: bool
    guardduty: bool
    config: bool
    audit_trail: bool
    deletion: bool
