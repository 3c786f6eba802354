"""Trails of the account and of its organization, as AWS says them in a member account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types.tokens import CLOUDTRAIL_TRAIL
from tests.unit.sights.real_answers import OTHER, arn, read

ORGANIZATION = arn("cloudtrail", "trail/organization", OTHER)


def trails(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer as CloudTrail does in a member account: shadows only to who asks for them."""
    asked = parameters.get("trailNameList")
    shown = parameters.get("includeShadowTrails", True) and asked in (None, [ORGANIZATION])
    trail = {
        "Name": "organization",
        "TrailARN": ORGANIZATION,
        "S3BucketName": "records",
        "HomeRegion": "us-east-1",
        "IsMultiRegionTrail": True,
        "IsOrganizationTrail": True,
        "IncludeGlobalServiceEvents": True,
        "LogFileValidationEnabled": True,
        "KmsKeyId": arn("kms", "key/1", OTHER),
    }
    return {"trailList": [trail] if shown else []}


def seen(*keys: str, tags: object = None) -> Snapshot:
    return read(
        {
            "cloudtrail:DescribeTrails": trails,
            "cloudtrail:GetTrailStatus": {"IsLogging": True},
            "cloudtrail:GetEventSelectors": {"TrailARN": ORGANIZATION, "EventSelectors": []},
            "cloudtrail:ListTags": tags,
        },
        *keys,
    )


@pytest.mark.parametrize("tags", [None, Unknown(Cause.ACCESS_DENIED)])
def test_organizations_trail_that_is_named_is_read_and_not_the_stacks(tags: object) -> None:
    snapshot = seen(ORGANIZATION, tags=tags)
    assert [r for r in snapshot.resources if r.type == CLOUDTRAIL_TRAIL] == []
    trail = snapshot.stack().look_up(ORGANIZATION, CLOUDTRAIL_TRAIL)
    assert trail is not None
    assert trail.account == OTHER
    assert trail["enable_logging"] is True
    assert trail["is_organization_trail"] is True
    if tags is not None:
        with pytest.raises(UnresolvedError):
            trail["tags"]


def test_organizations_trail_that_nobody_names_is_not_asked_for() -> None:
    snapshot = seen(arn("cloudtrail", "trail/own"))
    assert snapshot.stack().around(CLOUDTRAIL_TRAIL) == ()
