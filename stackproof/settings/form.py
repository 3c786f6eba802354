"""The form of a settings file, from which its published JSON schema is made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stackproof.settings.nightly_form import Nightly
from stackproof.settings.selector import KEYS, RESOURCE
from stackproof.settings.settings import Level


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Chosen(_Strict):
    """Controls by patterns (`*`, `?`, `[ab]`) of which all must match."""

    id: str | None = Field(None, description="A pattern of the control's id.")
    category: str | None = Field(None, description="security, network, iam, ha, dr, …")
    severity: str | None = Field(None, description="critical, high, medium or low.")
    framework: str | None = Field(
        None, description="cis, fsbp, nist, pci or security_hub, or that and an id: `pci/8.*`."
    )
    type: str | None = Field(None, description="A pattern of a Pulumi type: `aws:sqs/*`.")

    @model_validator(mode="after")
    def _says_something(self) -> Chosen:
        if not self.patterns:
            keys = ", ".join(type(self).model_fields)
            raise ValueError(f"it says nothing; its keys are {keys}")
        return self

    @property
    def patterns(self) -> dict[str, str]:
        """Give what is said, by key."""
        told = {key: getattr(self, key) for key in KEYS}
        return {key: pattern for key, pattern in told.items() if pattern is not None}


class Placed(Chosen):
    """Controls by patterns, and the resources that this is about; all when nothing is said."""

    resource: str | None = Field(
        None,
        description="A pattern of a resource's name, in the program or on AWS, URN, id or ARN, as "
        "far as they are known: `*-legacy`.",
    )

    @property
    def patterns(self) -> dict[str, str]:
        """Give what is said, by key."""
        here = {} if self.resource is None else {RESOURCE: self.resource}
        return {**super().patterns, **here}


class Leveled(Chosen):
    """Controls, and their level at preview."""

    level: Level


class Environment(_Strict):
    """What an environment (the tag `Environment`) may lack."""

    tolerates: list[str | Chosen] = Field(
        default_factory=list, description="Controls whose failures are accepted there."
    )


class Rules(_Strict):
    """Which controls hold, and how."""

    select: list[str | Placed] = Field(
        default_factory=list,
        description="Controls that hold, and on which resources, beside those that the profile or "
        "what it extends selects; all hold where nothing is selected.",
    )
    exclude: list[str | Placed] = Field(
        default_factory=list,
        description="Controls that don't hold, whoever selects them, or not on some resources.",
    )
    parameters: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Parameters by the control's id and their names; they go before those of the "
        "profile and of what it extends.",
    )
    levels: list[Leveled] = Field(
        default_factory=list,
        description="Levels at preview; the last that matches counts, those of the profile and of "
        "what it extends come first.",
    )


class Profile(Rules):
    """Rules that a run may choose by their name."""

    extends: list[str] = Field(
        default_factory=list,
        description="Profiles that this adds to: what any of them selects holds, what any excludes "
        "doesn't, and of other things the later one counts.",
    )


# YAML reads 012345678901 without quotes as a number, and the zero is lost.
_Name = Annotated[str, Field(strict=True, description="In quotes: account ids are texts.")]


class Form(Rules):
    """`stackproof.yaml`, or the table `tool.stackproof` of `pyproject.toml`."""

    trusted: list[_Name] = Field(
        default_factory=list,
        description="Accounts, organizations, networks and ids that may have access from outside.",
    )
    own_tags: dict[str, str] = Field(
        default_factory=dict, description="Tags that this stack's resources carry, and no others."
    )
    fail_on: Literal["critical", "high", "medium", "low"] = Field(
        default="low", description="The least severity of a failure that makes a run fail."
    )
    environments: dict[str, Environment] = Field(
        default_factory=dict, description="By the tag `Environment`, what may be lacking there."
    )
    controls: list[str] = Field(
        default_factory=list,
        description="Folders or files of own controls, from this file's folder on.",
    )
    scenarios: list[str] = Field(
        default_factory=list, description="Folders of own scenarios, from this file's folder on."
    )
    types: list[str] = Field(
        default_factory=list,
        description="Folders or files of own resource types, from this file's folder on.",
    )
    nightly: Nightly | None = Field(
        default=None, description="Which stacks `stackproof nightly` looks at, and what is kept."
    )
    waivers: list[dict[str, Any]] = Field(
        default_factory=list,
        description="Failures that are accepted until a day, as in waivers.yaml: control, "
        "resource, reason, owner, until, and if need be stack and expect.",
    )
    profile: str | None = Field(
        default=None, description="The profile that holds; the keys beside it add to it."
    )
    profiles: dict[str, Profile] = Field(
        default_factory=dict, description="Profiles of the project's own, by name."
    )
