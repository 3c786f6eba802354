"""Settings of the serverless API: what a stack must say, and what is always so."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from infra.naming import Limit, Names
from infra.settings.config import read
from infra.settings.fields import Email, Environment, EnvironmentSuffix, Region, TagValue
from infra.settings.functions import FunctionSettings, RouteSettings, Runtime, ThrottleSettings
from infra.settings.lengths import short_enough
from infra.settings.parts import RetentionSettings, Settings

__all__ = ["ROUTES", "THROTTLE", "Serverless", "StackConfig", "names_of"]

# Whoever changes or reads documents says who he is; whether the API is well is no secret.
# ANY would take browsers' OPTIONS as well, which are never signed, and API Gateway would refuse
# them instead of answering by the CORS settings.
ROUTES = (
    RouteSettings(label="root", key="GET /", authorization="NONE"),
    RouteSettings(label="health", key="GET /health", authorization="NONE"),
    RouteSettings(label="read", key="GET /{proxy+}", authorization="AWS_IAM"),
    RouteSettings(label="write", key="PUT /{proxy+}", authorization="AWS_IAM"),
    RouteSettings(label="delete", key="DELETE /{proxy+}", authorization="AWS_IAM"),
)
THROTTLE = ThrottleSettings(rate=50, burst=100)
RETENTION = RetentionSettings(logs=14, key_deletion=30, secret_recovery=30, access_logs=90)
MEMORY = 256
TIMEOUT = 30
_LIMITED = (("data", Limit.BUCKET), ("api", Limit.FUNCTION), ("api", Limit.ROLE))

Origin = Annotated[
    str,
    StringConstraints(pattern=r"^https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?$"),
    Field(
        description="the https origin of the web pages that call the API, such as "
        "https://app.example.com"
    ),
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    Field(description="one of DEBUG, INFO, WARNING, ERROR"),
]


def names_of(environment: Environment, suffix: str) -> Names:
    """Name things `<environment>-nova-<component>-<suffix>`."""
    return Names(before=f"{environment}-nova", after=suffix)


class StackConfig(Settings):
    """What a stack's configuration file says; the fields are its keys."""

    model_config = ConfigDict(populate_by_name=True)

    region: Region = Field(alias="aws:region")
    environment: Environment = Field(description=f"one of {', '.join(Environment)}")
    environment_suffix: EnvironmentSuffix
    owner: TagValue
    alert_email: Email
    allowed_origin: Origin
    log_level: LogLevel
    runtime: Runtime = Field(
        default="python3.13",
        description="a Python runtime that Lambda supports: python3.12, python3.13 or python3.14",
    )

    @field_validator("environment_suffix")
    @classmethod
    def _short_enough(cls, suffix: str, checked: ValidationInfo) -> str:
        environment = checked.data.get("environment")
        if environment is None:
            return suffix
        return short_enough(suffix, names_of(environment, suffix), _LIMITED)


class Serverless(Settings):
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
        return names_of(self.config.environment, self.config.environment_suffix)

    @property
    def function(self) -> FunctionSettings:
        """The function behind the API."""
        return FunctionSettings(runtime=self.config.runtime, memory=MEMORY, timeout=TIMEOUT)
