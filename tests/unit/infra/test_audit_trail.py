"""The audit trail of each system that has one: what it records, where to, and who may touch it."""

from __future__ import annotations

import pytest

from tests.unit.infra.program import ACCOUNT, Deployment, changed_config, declared, run_program

TRAIL = "aws:cloudtrail/trail:Trail"
STACKS = ("scalepayments-staging", "scalepayments-prod", "nova-prod")
ACCOUNTS_OWN = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/account"
ORGANIZATIONS = "arn:aws:cloudtrail:us-east-1:210987654321:trail/organization"


@pytest.fixture(params=STACKS)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    return declared(request.param)


def test_trail_records_every_region_signed_and_encrypted(deployment: Deployment) -> None:
    trail = deployment.only(TRAIL)
    key = deployment.only("aws:kms/key:Key", "audit-key")
    assert trail["is_multi_region_trail"] is True
    assert trail["include_global_service_events"] is True
    assert trail["enable_log_file_validation"] is True
    assert trail["enable_logging"] is True
    assert trail["kms_key_id"] == deployment.outputs["audit_kms_key_arn"]
    assert key["enable_key_rotation"] is True


def test_trail_has_a_bucket_and_a_log_group_of_its_own(deployment: Deployment) -> None:
    trail = deployment.only(TRAIL)
    group = deployment.only("aws:cloudwatch/logGroup:LogGroup", "audit")
    assert trail["s3_bucket_name"] == deployment.outputs["audit_bucket_name"]
    assert group["name"] == f"/aws/cloudtrail/{trail['name']}"
    assert group["kms_key_id"] == deployment.outputs["logs_kms_key_arn"]
    assert trail["cloud_watch_logs_group_arn"].endswith(":*")
    assert trail["cloud_watch_logs_role_arn"].endswith("role/" + trail["name"])


def test_role_may_write_to_the_trails_streams_only(deployment: Deployment) -> None:
    trail = deployment.only(TRAIL)
    (statement,) = deployment.only("aws:iam/rolePolicy:RolePolicy", "audit").policy()
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(
        f":log-group:/aws/cloudtrail/{trail['name']}:log-stream:{ACCOUNT}_CloudTrail_*"
    )
    role = deployment.only("aws:iam/role:Role", "audit")
    (trust,) = role.policy("assume_role_policy")
    assert trust["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_only_this_trail_may_write_to_the_bucket_and_use_the_key(deployment: Deployment) -> None:
    trail = deployment.only(TRAIL)
    arn = f"arn:aws:cloudtrail:{trail.region}:{ACCOUNT}:trail/{trail['name']}"
    documents = (
        deployment.only("aws:s3/bucketPolicy:BucketPolicy", "audit").policy(),
        deployment.only("aws:kms/key:Key", "audit-key").policy(),
    )
    for document in documents:
        served = [s for s in document if "Service" in s["Principal"]]
        assert len(served) == 2
        for statement in served:
            assert statement["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}
            assert statement["Condition"]["StringEquals"]["aws:SourceArn"] == arn
    (delivers,) = [s for s in documents[0] if s["Action"] == ["s3:PutObject"]]
    assert delivers["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/*")


def test_dev_has_no_trail_of_its_own() -> None:
    assert declared("scalepayments-dev").all(TRAIL) == []


@pytest.mark.parametrize("stack", ["scalepayments-staging", "nova-prod"])
@pytest.mark.parametrize("named", [ACCOUNTS_OWN, ORGANIZATIONS])
def test_trail_that_is_named_takes_the_place_of_the_stacks(stack: str, named: str) -> None:
    deployment = run_program(stack, changed_config(stack, {"audit_trail_arn": named}))
    assert deployment.all(TRAIL) == []
    assert not [r.name for r in deployment.resources if r.name.startswith("audit")]
    assert deployment.outputs["audit_trail_arn"] == named
    assert deployment.outputs["account_wide"] == [named]
    assert "audit_bucket_name" not in deployment.outputs


def test_dev_says_that_what_it_is_told_of_guards_decides_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = {
        "guardduty_detector_id": "0123456789abcdef" * 2,
        "config_recorder_name": "theirs",
        "audit_trail_arn": ACCOUNTS_OWN,
    }
    for stack, silent in (("scalepayments-dev", False), ("scalepayments-staging", True)):
        caplog.clear()
        run_program(stack, changed_config(stack, told))
        said = [r.message for r in caplog.records if "decides nothing" in r.message]
        assert [key for key in told if any(key in one for one in said)] == (
            [] if silent else [*told]
        )
