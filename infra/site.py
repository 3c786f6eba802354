"""Where a stack is built: its account and region, and how its resources are named and tagged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pulumi_aws as aws

from infra.naming import Names
from infra.settings.errors import SettingsError, wrong
from infra.tags import Tags

__all__ = ["Site", "available_zones", "build_site", "first_zones"]


@dataclass(frozen=True, slots=True)
class Site:
    """What every component needs to know besides its own settings."""

    names: Names
    tags: Tags
    region: str
    account_id: str
    partition: str

    def name(self, component: str) -> str:
        """Return the physical name of a component's resource."""
        return self.names.of(component)

    def tagged(self, component: str, label: str) -> dict[str, str]:
        """Return the tags of the resource that `label` names within `component`."""
        return self.tags.of(component, self.names.of(label))

    def in_region(self, region: str) -> Site:
        """Return the same site as it is seen from another region."""
        return replace(self, region=region)

    def arn(self, service: str, resource: str) -> str:
        """Compose the ARN of a resource in this account and region.

        Used where a name is enough to know the ARN, so that policies are readable at preview.
        """
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def bucket_arn(self, bucket: str) -> str:
        """Compose the ARN of a bucket, which has neither account nor region."""
        return f"arn:{self.partition}:s3:::{bucket}"

    def managed_policy_arn(self, path: str) -> str:
        """Compose the ARN of an AWS-managed IAM policy."""
        return f"arn:{self.partition}:iam::aws:policy/{path}"


def build_site(names: Names, tags: Tags, region: str) -> Site:
    """Ask AWS whose account this is and complete the site with it."""
    return Site(
        names=names,
        tags=tags,
        region=region,
        account_id=aws.get_caller_identity().account_id,
        partition=aws.get_partition().partition,
    )


def available_zones() -> tuple[str, ...]:
    """Return the region's ordinary availability zones (no local zones), sorted by name."""
    zones = aws.get_availability_zones(
        state="available",
        filters=[
            aws.GetAvailabilityZonesFilterArgs(name="opt-in-status", values=["opt-in-not-required"])
        ],
    )
    return tuple(sorted(zones.names))


def first_zones(count: int, stack: str, region: str) -> tuple[str, ...]:
    """Return the region's first availability zones; raise `SettingsError` if it has too few."""
    zones = available_zones()
    if len(zones) < count:
        expected = (
            f"a region with at least {count} availability zones; "
            f"this one offers {len(zones)} to the account"
        )
        raise SettingsError([wrong(stack, "aws:region", region, expected)])
    return zones[:count]
