"""Settings of the nightly runs: what a stack must say, and what is always so."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from infra.naming import Limit
from infra.settings.config import read
from infra.settings.environments import EnvironmentConfig, names_of
from infra.settings.fields import ProjectName
from infra.settings.lengths import short_enough
from infra.settings.parts import JobSettings, RetentionSettings, Settings, TaskSettings

__all__ = ["KEEP_IMAGES", "RETENTION", "ZONES", "Nightly", "StackConfig"]

ZONES = 2
KEEP_IMAGES = 10
VPC_CIDR = IPv4Network("10.30.0.0/20")
RETENTION = RetentionSettings(logs=365, key_deletion=30, secret_recovery=30, access_logs=365)
# Five stacks, one after the other, take 500 MB.
TASK = TaskSettings(cpu=1024, memory=2048)
LIMITED_NAMES = (
    # Bucket names end in a hyphen and the account id, twelve digits.
    *((f"{bucket}-{'0' * 12}", Limit.BUCKET) for bucket in ("history", "access-logs")),
    *(
        (role, Limit.ROLE)
        for role in ("stackproof-execution", "stackproof-task", "schedule", "flow-logs")
    ),
)


def _fixed(tag: str) -> str:
    if tag == "latest":
        raise ValueError("latest is whatever was pushed last")
    return tag


# Amazon EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler".
DailyCron = Annotated[
    str,
    StringConstraints(pattern=r"^cron\([0-5]?\d (?:[01]?\d|2[0-3]) \* \* \? \*\)$"),
]
ImageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"),
    AfterValidator(_fixed),
    Field(
        description="the tag, other than latest, of an image in the stack's repository, such as "
        "1.2.3: that of the Containerfile, with your stackproof.yaml in /project"
    ),
]


class StackConfig(EnvironmentConfig):
    """What a stack's configuration file says; the fields are its keys."""

    project: ProjectName = "nightly"
    image_tag: ImageTag
    schedule: DailyCron = Field(
        default="cron(0 2 * * ? *)",
        description="an hour of every day, in UTC, such as cron(0 2 * * ? *)",
    )

    @field_validator("project")
    @classmethod
    def _short_enough(cls, project: str, checked: ValidationInfo) -> str:
        environment = checked.data.get("environment")
        if environment is None:
            return project
        return short_enough(project, names_of(project, environment), LIMITED_NAMES)


class Nightly(Settings):
    """One stack's settings."""

    stack: str
    config: StackConfig

    @classmethod
    def load(cls, stack: str) -> Self:
        """Read the stack's configuration; raise `SettingsError` with all that is wrong in it."""
        return cls(stack=stack, config=read(StackConfig, stack))

    @property
    def vpc_cidr(self) -> IPv4Network:
        """The VPC's addresses: the stack's own choice, else those of all such stacks."""
        return self.config.vpc_cidr or VPC_CIDR

    def job(self, repository: str, history: str) -> JobSettings:
        """Give the task that runs each night, and keeps its records at `history`."""
        return JobSettings(
            name="stackproof",
            image=f"{repository}:{self.config.image_tag}",
            command=("nightly", "--history", history),
            # The only folder that it may write to.
            environment={"HOME": "/tmp"},
            task=TASK,
        )
