from __future__ import annotations

import pytest

from stackproof.types.tokens import IAM_ROLE_POLICY, LAMBDA_FUNCTION, LOG_GROUP
from tests.unit.infra.program import ACCOUNT, Deployment
from tests.unit.infra.serverless.conftest import Configured


@pytest.mark.requirement("4.1")
def test_function_has_the_size_that_was_asked_for(deployment: Deployment) -> None:
    function = deployment.only(LAMBDA_FUNCTION)
    assert (function["memory_size"], function["timeout"]) == (256, 30)
    assert function["name"] == "prod-nova-api-k7q2"


def test_runtime_follows_the_settings(deployment: Deployment, configured: Configured) -> None:
    assert deployment.only(LAMBDA_FUNCTION)["runtime"] == "python3.13"
    assert configured(runtime="python3.12").only(LAMBDA_FUNCTION)["runtime"] == "python3.12"


def test_environment_comes_from_the_configuration(configured: Configured) -> None:
    deployment = configured(log_level="DEBUG", environment="dev", environment_suffix="x1")
    assert deployment.only(LAMBDA_FUNCTION)["environment"]["variables"] == {
        "BUCKET_NAME": "dev-nova-data-x1",
        "ENVIRONMENT": "dev",
        "LOG_LEVEL": "DEBUG",
        "SERVICE_NAME": "dev-nova-api-x1",
    }


def test_function_logs_json_to_the_group_that_was_made_for_it(deployment: Deployment) -> None:
    assert deployment.only(LAMBDA_FUNCTION)["logging_config"] == {
        "log_format": "JSON",
        "log_group": deployment.only(LOG_GROUP, "api")["name"],
    }


def test_function_waits_until_its_role_may_do_what_it_must(deployment: Deployment) -> None:
    assert any(IAM_ROLE_POLICY in urn for urn in deployment.only(LAMBDA_FUNCTION).depends_on)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("api", "/aws/lambda/prod-nova-api-k7q2"),
        ("http", "/aws/apigateway/prod-nova-http-k7q2"),
    ],
)
def test_logs_are_encrypted_and_kept_for_14_days(
    deployment: Deployment, label: str, name: str
) -> None:
    group = deployment.only(LOG_GROUP, label)
    assert (group["name"], group["retention_in_days"]) == (name, 14)
    assert group["kms_key_id"] == f"arn:aws:kms:us-west-2:{ACCOUNT}:key/logs-key"
