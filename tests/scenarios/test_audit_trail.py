"""Who called which API is on record: by a trail of the stack's own, or by the account's."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import statements
from stackproof.types import tokens
from tests.scenarios.conftest import Named, RoleStatements

pytestmark = [
    pytest.mark.security,
    pytest.mark.blueprint("nova", "scalepayments"),
    pytest.mark.environments("staging", "prod"),
    pytest.mark.requirement("9.2"),
]


@pytest.fixture(scope="session")
def trail(named: Named) -> Resource:
    """Give the trail, whose ever it is."""
    return named("audit_trail_arn", tokens.CLOUDTRAIL_TRAIL)


def test_every_call_in_every_region_is_on_record(trail: Resource) -> None:
    """The trail is on, and records all regions and the services that have none.

    PCI DSS 10.2.1: an intruder starts in the region that nobody watches.
    """
    assert trail["enable_logging"] is True
    assert trail["is_multi_region_trail"] is True
    assert trail["include_global_service_events"] is True


def test_record_cannot_be_changed_or_read_unseen(trail: Resource) -> None:
    """What the trail writes is signed, and encrypted with a key of the account.

    PCI DSS 10.3.2: whoever did it would change the record first.
    """
    assert trail["enable_log_file_validation"] is True
    assert ":key/" in str(trail["kms_key_id"])


def test_record_can_be_searched_at_once(trail: Resource) -> None:
    """The trail writes to a log group as well, by a role made for it.

    PCI DSS 10.4.1: files in a bucket are for the court, a log group is for tonight.
    """
    assert ":log-group:" in str(trail["cloud_watch_logs_group_arn"])
    assert ":role/" in str(trail["cloud_watch_logs_role_arn"])


@pytest.mark.needs_outputs("audit_bucket_name")
def test_record_has_a_place_of_its_own(
    trail: Resource, outputs: Outputs, named: Named, live: Stack, role_statements: RoleStatements
) -> None:
    """Bucket, log group and key hold nothing but the record, and the role writes nothing else.

    Who may read the application's logs has no business in the record of its administrators.
    """
    group = named("audit_log_group_name", tokens.LOG_GROUP)
    assert trail["s3_bucket_name"] == outputs["audit_bucket_name"]
    assert str(trail["cloud_watch_logs_group_arn"]).removesuffix(":*") == group.arn
    assert trail["kms_key_id"] == outputs["audit_kms_key_arn"]
    users = [r for r in live if r.raw("kms_key_id") == outputs["audit_kms_key_arn"]]
    assert users == [trail]
    role = live.follow_one(trail, "cloud_watch_logs_role_arn", tokens.IAM_ROLE)
    assert role is not None
    for statement in (said for said in role_statements(role) if said.allows):
        assert {*statement.actions} <= {"logs:CreateLogStream", "logs:PutLogEvents"}
        assert all(f":{group['name']}:log-stream:" in arn for arn in statement.resources)


@pytest.mark.needs_outputs("audit_bucket_name")
def test_only_the_trail_writes_to_its_bucket(trail: Resource, named: Named, live: Stack) -> None:
    """The bucket's policy lets CloudTrail in for this trail, and nobody else.

    AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail": without the trail's ARN,
    any customer's trail could write there.
    """
    (policy,) = live.seen_referrers(
        named("audit_bucket_name", tokens.S3_BUCKET), tokens.S3_POLICY, "bucket"
    )
    allowed = [s for s in statements(policy.document("policy")) if s.allows]
    assert allowed
    for statement in allowed:
        assert {*statement.principals} == {("Service", "cloudtrail.amazonaws.com")}
        pinned = [c.values for c in statement.conditions if c.key == "aws:sourcearn"]
        assert pinned == [(trail.arn,)]
