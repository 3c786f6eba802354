"""What the stacks of a system say that is deployed to several environments."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from infra.naming import Names
from infra.settings.fields import (
    PRIVATE_NETWORK,
    Email,
    Environment,
    ProjectName,
    Region,
    TagValue,
    VpcCidr,
)
from infra.settings.parts import Settings
from infra.tags import Tags

__all__ = ["EnvironmentConfig", "names_of"]


def names_of(project: str, environment: Environment) -> Names:
    """Name things `<project>-<component>-<environment>`."""
    return Names(before=project, after=environment)


class EnvironmentConfig(Settings):
    """What a stack's configuration file says in each such system; the fields are its keys.

    Without `vpc_cidr` the environment's own addresses are used.
    """

    model_config = ConfigDict(populate_by_name=True)

    region: Region = Field(alias="aws:region")
    environment: Environment = Field(description=f"one of {', '.join(Environment)}")
    project: ProjectName
    owner: TagValue
    cost_center: TagValue
    alert_email: Email
    vpc_cidr: VpcCidr | None = Field(default=None, description=PRIVATE_NETWORK)

    @property
    def names(self) -> Names:
        """How the stack's resources are named."""
        return names_of(self.project, self.environment)

    def tags(self, stack: str) -> Tags:
        """Return what every resource of the stack is tagged with."""
        return Tags(
            {
                "Project": self.project,
                "Environment": str(self.environment),
                "ManagedBy": "Pulumi",
                "Stack": stack,
                "Owner": self.owner,
                "CostCenter": self.cost_center,
            }
        )
