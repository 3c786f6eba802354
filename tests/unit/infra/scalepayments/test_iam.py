from __future__ import annotations

import json

import pytest

from infra.components.images import pull_statements
from infra.iam import allow
from stackproof.types.tokens import IAM_ROLE, IAM_ROLE_POLICY
from tests.unit.infra.facts import listed, permissions
from tests.unit.infra.program import (
    ACCOUNT,
    PROJECT,
    Deployment,
    run_program,
    stack_config,
)

# Actions that the Service Authorization Reference gives no resource type.
RESOURCELESS = {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"}
LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group"
SECRETS = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret"
SERVICES = ("api", "payment", "notification")


def test_no_policy_allows_everything_of_a_service_or_on_everything(deployment: Deployment) -> None:
    statements = [s for policy in deployment.all(IAM_ROLE_POLICY) for s in policy.policy()]
    assert statements
    for statement in statements:
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"])
        if "*" in listed(statement["Resource"]):
            assert set(statement["Action"]) <= RESOURCELESS


def test_only_one_service_of_this_account_may_take_a_role(deployment: Deployment) -> None:
    for role in deployment.all(IAM_ROLE):
        (trust,) = role.policy("assume_role_policy")
        assert trust["Action"] == "sts:AssumeRole"
        assert trust["Principal"].keys() == {"Service"}
        assert isinstance(trust["Principal"]["Service"], str)
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_flow_logs_may_write_to_their_log_group_only(staging: Deployment) -> None:
    assert permissions(staging, "flow-logs") == {
        action: [f"{LOGS}:/aws/vpc/scalepayments-flow-logs-staging:*"]
        for action in ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    }


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_two_roles_of_its_own(staging: Deployment, service: str) -> None:
    task = staging.only("aws:ecs/taskDefinition:TaskDefinition", service)
    assert task["execution_role_arn"].endswith(f"scalepayments-{service}-execution-staging")
    assert task["task_role_arn"].endswith(f"scalepayments-{service}-task-staging")


@pytest.mark.requirement("3.15", "3.21")
@pytest.mark.parametrize("service", SERVICES)
def test_ecs_may_write_the_services_log_and_read_its_secrets_only(
    staging: Deployment, service: str
) -> None:
    database = f"{SECRETS}:rds!cluster-database"
    redis = f"{SECRETS}/scalepayments-redis-auth-token-staging-Ab12Cd"
    secrets = [redis] if service == "notification" else [database, redis]
    stream = [f"{LOGS}:/ecs/scalepayments-{service}-staging:*"]
    assert permissions(staging, f"{service}-execution") == {
        "logs:CreateLogStream": stream,
        "logs:PutLogEvents": stream,
        "secretsmanager:GetSecretValue": secrets,
        "kms:Decrypt": [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/secrets-key"],
    }


def test_secrets_are_decrypted_through_secrets_manager_only(deployment: Deployment) -> None:
    for service in SERVICES:
        statements = deployment.only(IAM_ROLE_POLICY, f"{service}-execution").policy()
        (decrypt,) = [s for s in statements if s["Action"] == ["kms:Decrypt"]]
        via = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
        assert decrypt["Condition"] == {"StringEquals": via}


@pytest.mark.parametrize("service", ["api", "payment"])
def test_a_service_logs_in_to_the_database_as_itself(staging: Deployment, service: str) -> None:
    allowed = permissions(staging, f"{service}-task")
    assert allowed["rds-db:connect"] == [
        f"arn:aws:rds-db:us-east-1:{ACCOUNT}:dbuser:cluster-RESOURCE/{service}"
    ]
    assert allowed.keys() == {"rds-db:connect", "cloudwatch:PutMetricData"}


def test_notifications_have_no_way_into_the_database(deployment: Deployment) -> None:
    assert permissions(deployment, "notification-task").keys() == {"cloudwatch:PutMetricData"}
    task = deployment.only("aws:ecs/taskDefinition:TaskDefinition", "notification")
    assert "DATABASE" not in task["container_definitions"]


def test_a_service_publishes_its_own_metrics_only(staging: Deployment) -> None:
    (statement,) = staging.only(IAM_ROLE_POLICY, "notification-task").policy()
    namespace = {"cloudwatch:namespace": "scalepayments-notification-staging"}
    assert statement["Condition"] == {"StringEquals": namespace}


def test_config_may_deliver_to_its_bucket_only(staging: Deployment) -> None:
    bucket = f"arn:aws:s3:::scalepayments-config-staging-{ACCOUNT}"
    key = [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/config-key"]
    assert permissions(staging, "config") == {
        "s3:GetBucketAcl": [bucket],
        "s3:ListBucket": [bucket],
        "s3:PutObject": [f"{bucket}/AWSLogs/{ACCOUNT}/Config/*"],
        "kms:Decrypt": key,
        "kms:GenerateDataKey": key,
    }


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("config", "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"),
        (
            "database-monitoring",
            "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        ),
    ],
)
def test_aws_roles_use_the_policies_made_for_them(prod: Deployment, name: str, policy: str) -> None:
    attachment = prod.only("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name)
    assert attachment["policy_arn"] == policy


def test_keys_serve_the_account_and_the_services_that_write_with_them(
    deployment: Deployment,
) -> None:
    users = {
        key.name: [statement["Principal"] for statement in key.policy()]
        for key in deployment.all("aws:kms/key:Key")
    }
    account = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    services = {
        "logs-key": ["logs.us-east-1.amazonaws.com"],
        "alerts-key": ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"],
        "config-key": ["config.amazonaws.com"],
        "audit-key": ["cloudtrail.amazonaws.com"],
    }
    for name, (first, *others) in users.items():
        assert first == account
        assert all(other == {"Service": services[name]} for other in others)
        assert bool(others) == (name in services)


def test_services_use_keys_for_this_account_only(prod: Deployment) -> None:
    for key in prod.all("aws:kms/key:Key"):
        for statement in key.policy()[1:]:
            assert ACCOUNT in json.dumps(statement["Condition"])


def test_a_public_image_needs_no_permission() -> None:
    assert pull_statements(["public.ecr.aws/nginx/nginx-unprivileged:1.28.0"], "aws") == []


def test_a_private_image_is_pulled_from_its_own_repository_only() -> None:
    image = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/pay/api:1.2.3"
    repository = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/pay/api"
    log_in, pull = pull_statements([image], "aws")
    assert (log_in["Action"], log_in["Resource"]) == (["ecr:GetAuthorizationToken"], "*")
    assert pull["Resource"] == [repository]
    config = {**stack_config("scalepayments-dev"), f"{PROJECT}:api_image": image}
    deployment = run_program("scalepayments-dev", config)
    assert permissions(deployment, "api-execution")["ecr:BatchGetImage"] == [repository]
    assert "ecr:BatchGetImage" not in permissions(deployment, "payment-execution")
    task = deployment.only("aws:ecs/taskDefinition:TaskDefinition", "api")
    (container,) = json.loads(task["container_definitions"])
    assert container["image"] == image
    assert "command" not in container


def test_a_statement_has_only_the_parts_it_needs() -> None:
    assert allow("Read", ["s3:GetObject"], "arn:aws:s3:::b/*") == {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": "arn:aws:s3:::b/*",
    }
