"""What names the resource of a finding."""

from __future__ import annotations

from stackproof.record.form import Finding, Resource


def thing(finding: Finding) -> Resource:
    """Give what a finding says of its resource."""
    return Resource(
        status="judged",
        type=finding.type,
        urn=finding.urn,
        name=finding.name,
        owner=finding.owner,
        id=finding.id,
        arn=finding.arn,
        region=finding.region,
    )


def identity(finding: Finding) -> str:
    """Give what names a finding's resource across runs, as `Resource.identity` does."""
    return finding.urn or finding.arn or thing(finding).identity
