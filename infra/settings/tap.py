"""Settings of the base platform: what a stack may say, and what holds when it doesn't."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from infra.naming import Limit, Names
from infra.settings.config import read
from infra.settings.errors import Refused
from infra.settings.fields import (
    PRIVATE_NETWORK,
    Email,
    EnvironmentSuffix,
    ExtraTags,
    Region,
    SourceNetwork,
    Switch,
    TagValue,
    VpcCidr,
    ZoneNames,
)
from infra.settings.lengths import short_enough
from infra.settings.parts import Settings

__all__ = ["LIMITED_NAMES", "OWN_TAGS", "PROJECT", "Tap", "names_of"]

PROJECT = "tap"
# What the program itself tags; a stack's own tags can't replace these.
OWN_TAGS = (
    "environment",
    "Environment",
    "Project",
    "ManagedBy",
    "Stack",
    "Owner",
    "Component",
    "Name",
)
LIMITED_NAMES = (
    # Bucket names end in a hyphen and the account id, twelve digits.
    *((f"{bucket}-{'0' * 12}", Limit.BUCKET) for bucket in ("data", "backup", "logs")),
    *((role, Limit.ROLE) for role in ("flow-logs", "replication")),
)


def names_of(suffix: str) -> Names:
    """Name things `tap-<component>-<suffix>`."""
    return Names(before=PROJECT, after=suffix)


class Tap(Settings):
    """One stack's settings; the fields are the keys of its configuration."""

    model_config = ConfigDict(populate_by_name=True, validate_default=True)

    region: Region = Field(alias="aws:region")
    environment_suffix: EnvironmentSuffix
    vpc_cidr: VpcCidr = Field(default=IPv4Network("10.0.0.0/16"), description=PRIVATE_NETWORK)
    availability_zones: ZoneNames = ("us-east-1a", "us-east-1b")
    enable_flow_logs: Switch = True
    enable_cross_region_replication: Switch = True
    backup_region: Region = "us-west-2"
    allowed_cidr: SourceNetwork = IPv4Network("10.0.0.0/8")
    tags: ExtraTags = Field(default_factory=dict)
    owner: TagValue = "platform-team"
    alert_email: Email

    @classmethod
    def load(cls, stack: str) -> Self:
        """Read the stack's configuration; raise `SettingsError` with all that is wrong in it."""
        return read(cls, stack)

    @field_validator("environment_suffix")
    @classmethod
    def _short_enough(cls, suffix: str) -> str:
        return short_enough(suffix, names_of(suffix), LIMITED_NAMES)

    @field_validator("availability_zones")
    @classmethod
    def _of_the_region(cls, zones: tuple[str, ...], checked: ValidationInfo) -> tuple[str, ...]:
        region = checked.data.get("region")
        if region and not all(re.fullmatch(f"{region}[a-z]", zone) for zone in zones):
            raise Refused(
                f"availability zones of the stack's region, such as [{region}a, {region}b]"
            )
        return zones

    @field_validator("backup_region")
    @classmethod
    def _elsewhere(cls, region: str, checked: ValidationInfo) -> str:
        needed = checked.data.get("enable_cross_region_replication") is not False
        if needed and region == checked.data.get("region"):
            raise Refused(f"another AWS region than the stack's own, {region}")
        return region

    @field_validator("tags")
    @classmethod
    def _additional(cls, tags: dict[str, str]) -> dict[str, str]:
        # IAM takes keys that differ in case only for the same.
        taken = {tag.lower() for tag in OWN_TAGS}
        lowered = [key.lower() for key in tags]
        if taken & set(lowered) or len(set(lowered)) != len(lowered):
            raise Refused(
                "a map of tags whose keys differ, not in case only, from one another and from "
                f"{', '.join(OWN_TAGS)}"
            )
        return tags
