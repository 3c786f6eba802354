"""The form of a fleet file; `docs/schemas/fleet-1.json` is its published schema."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stackproof.settings.nightly_form import is_a_name, meeting

# YAML reads 012345678901 without quotes as a number, and the zero is lost.
AccountId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
Regions: TypeAlias = list[str] | Literal["all"]

_OF_AN_ACCOUNT = re.compile(r"account \d{12}", re.IGNORECASE)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shared(_Strict):
    """What is said of one account, or under `defaults` for all that say nothing else."""

    role: str | None = Field(
        default=None,
        description="The role that is assumed: its ARN, or a name that it has in each account.",
    )
    external_id: str | None = Field(default=None, description="What that role wants to be told.")
    aws_profile: str | None = Field(
        default=None, description="The profile of the workers' AWS configuration that asks."
    )
    regions: Regions | None = Field(
        default=None,
        description="The regions that are looked into, the first for what has none; or `all`.",
    )
    owner: str | None = Field(default=None, description="Whose the account is.")
    profile: str | None = Field(default=None, description="The profile of controls for it.")


class FleetStack(_Strict):
    """One stack in an account; files from the fleet file's folder on, on each worker."""

    name: str = Field(description="What records call it.")
    outputs: str | None = Field(default=None, description="The file of its outputs.")
    state: str | None = Field(default=None, description="The file of its state.")
    tags: dict[str, str] = Field(
        default_factory=dict, description="The tags of its resources, where it has no such file."
    )
    owner: str | None = Field(default=None, description="Whose it is, if not the account's.")
    profile: str | None = Field(default=None, description="The profile of controls for it.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if bool(self.tags) == bool(self.outputs or self.state):
            raise ValueError("it needs `outputs` or `state` or both, or else `tags`")
        return self


class FleetAccount(Shared):
    """One account: all that is there, or only its stacks where some are named."""

    account: AccountId = Field(description="Its id, in quotes.")
    name: str | None = Field(default=None, description="What records call it; else by its id.")
    stacks: list[FleetStack] = Field(
        default_factory=list, description="What is looked at instead of all that is there."
    )
    whole: bool = Field(
        default=False, description="Look at all that is there beside the named stacks as well."
    )

    @property
    def label(self) -> str:
        """Give what records call it."""
        return self.name or f"account {self.account}"


class Organization(_Strict):
    """The accounts that AWS Organizations lists, each as `defaults` say.

    It is asked from this machine, as the management account or a delegated administrator.
    """

    aws_profile: str | None = Field(default=None, description="The AWS profile that asks.")
    role: str | None = Field(default=None, description="The ARN of the role that asks.")
    external_id: str | None = Field(default=None, description="What that role wants to be told.")
    exclude: list[AccountId] = Field(
        default_factory=list, description="Accounts that are not looked at."
    )


class Rate(_Strict):
    """How much any one account is asked, by all workers together."""

    requests_per_second: float = Field(
        default=20.0, gt=0, allow_inf_nan=False, description="Of one account, retries included."
    )
    at_once: int = Field(
        default=2, ge=1, description="How many regions and stacks of an account at once."
    )


class FleetForm(_Strict):
    """A fleet file: which accounts are looked at, as whom, and how fast."""

    defaults: Shared = Field(default_factory=Shared, description="What holds for all accounts.")
    organization: Organization | None = Field(
        default=None, description="Look at all accounts of an AWS organization."
    )
    accounts: list[FleetAccount] = Field(
        default_factory=list, description="Accounts, and what differs of those of an organization."
    )
    rate: Rate = Field(default_factory=Rate, description="How much an account is asked.")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if not self.accounts and self.organization is None:
            raise ValueError("it names no accounts: write `accounts` or `organization`")
        labels = Counter(account.label for account in self.accounts)
        labels += Counter(stack.name for account in self.accounts for stack in account.stacks)
        if odd := [name for name in labels if not is_a_name(name)]:
            raise ValueError(
                f"records can't call it {odd[0][:40]!r}; give it a name of at most 100 "
                "printable characters, or fewer where they aren't ASCII"
            )
        own = {account.label for account in self.accounts if account.name is None}
        if taken := [name for name in labels if _OF_AN_ACCOUNT.fullmatch(name) and name not in own]:
            raise ValueError(f"{taken[0]!r} is what records call the account with that id")
        ids = Counter(account.account for account in self.accounts)
        if twice := [name for name, number in (ids + labels).items() if number > 1]:
            raise ValueError(f"{twice[0]} is there twice; each account and stack is named once")
        if pair := meeting(labels):
            raise ValueError(f"{pair[0]!r} and {pair[1]!r} have one name for many file systems")
        return self
