from __future__ import annotations

import pytest

from stackproof.types.tokens import IAM_ROLE, IAM_ROLE_POLICY
from tests.unit.infra.facts import listed, permissions
from tests.unit.infra.program import ACCOUNT, Deployment

# Actions that the Service Authorization Reference gives no resource type.
RESOURCELESS = {
    "cloudwatch:PutMetricData",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}
# EC2 and S3 don't say for which account they take a role.
SILENT = {"ec2.amazonaws.com", "s3.amazonaws.com"}
LOGS = f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group"


def test_no_policy_allows_everything_of_a_service_or_on_everything(nova: Deployment) -> None:
    for policy in nova.all(IAM_ROLE_POLICY):
        for statement in policy.policy():
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in statement["Action"]), policy.name
            if "*" in listed(statement["Resource"]):
                assert set(statement["Action"]) <= RESOURCELESS, policy.name


def test_only_one_service_may_take_a_role_and_for_this_account_only(nova: Deployment) -> None:
    for role in nova.all(IAM_ROLE):
        (trust,) = role.policy("assume_role_policy")
        service = trust["Principal"]["Service"]
        assert trust["Principal"].keys() == {"Service"}
        if service in SILENT:
            assert "Condition" not in trust
        else:
            assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_instances_may_do_exactly_this(nova: Deployment) -> None:
    artifacts = [f"arn:aws:s3:::nova-prod-artifacts-{ACCOUNT}/*"]
    assert permissions(nova, "web") == {
        **{action: ["*"] for action in RESOURCELESS - {"cloudwatch:PutMetricData"}},
        **{
            f"logs:{action}": [f"{LOGS}:/ec2/nova-prod-web:*"]
            for action in ("CreateLogStream", "DescribeLogStreams", "PutLogEvents")
        },
        "rds-db:connect": [f"arn:aws:rds-db:us-west-2:{ACCOUNT}:dbuser:db-RESOURCE/web"],
        "s3:GetObject": artifacts,
        "s3:GetObjectVersion": artifacts,
        "kms:Decrypt": [nova.outputs["storage_kms_key_arn"]],
    }


def test_tasks_may_do_exactly_this(nova: Deployment) -> None:
    data = [f"arn:aws:s3:::nova-prod-data-{ACCOUNT}/*"]
    key = [nova.outputs["storage_kms_key_arn"]]
    assert permissions(nova, "api-task") == {
        "rds-db:connect": [f"arn:aws:rds-db:us-west-2:{ACCOUNT}:dbuser:db-RESOURCE/api"],
        "s3:DeleteObject": data,
        "s3:GetObject": data,
        "s3:PutObject": data,
        "kms:Decrypt": key,
        "kms:GenerateDataKey": key,
        "cloudwatch:PutMetricData": ["*"],
    }


def test_ecs_may_write_the_log_only(nova: Deployment) -> None:
    stream = [f"{LOGS}:/ecs/nova-prod-api:*"]
    assert permissions(nova, "api-execution") == {
        "logs:CreateLogStream": stream,
        "logs:PutLogEvents": stream,
    }


@pytest.mark.parametrize("name", ["web", "api-task"])
def test_the_storage_key_is_used_through_s3_only(nova: Deployment, name: str) -> None:
    (use,) = (s for s in nova.only(IAM_ROLE_POLICY, name).policy() if s["Sid"] == "UseStorageKey")
    assert use["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("backup-plan", "service-role/AWSBackupServiceRolePolicyForBackup"),
        ("database-monitoring", "service-role/AmazonRDSEnhancedMonitoringRole"),
        ("web-deployment", "service-role/AWSCodeDeployRole"),
    ],
)
def test_aws_roles_use_the_policies_made_for_them(nova: Deployment, name: str, policy: str) -> None:
    attachment = nova.only("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name)
    assert attachment["policy_arn"] == f"arn:aws:iam::aws:policy/{policy}"


def test_those_are_the_only_policies_of_aws(nova: Deployment) -> None:
    assert len(nova.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) == 3
