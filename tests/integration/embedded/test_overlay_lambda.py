"""Lambda on the embedded AWS keeps the settings that a function was given."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from .conftest import Clients

QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead-letters"


@pytest.fixture(scope="module")
def settings(aws: Clients) -> dict[str, Any]:
    """What every function of these tests is made of."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr("handler.py", "def handle(event, context): ...")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    role = aws("iam").create_role(
        RoleName="overlay-lambda", AssumeRolePolicyDocument=json.dumps(document)
    )
    return {
        "Role": role["Role"]["Arn"],
        "Runtime": "python3.12",
        "Handler": "handler.handle",
        "Code": {"ZipFile": buffer.getvalue()},
    }


def test_created_function_keeps_its_settings(aws: Clients, settings: dict[str, Any]) -> None:
    client = aws("lambda")
    made = client.create_function(
        FunctionName="kept",
        DeadLetterConfig={"TargetArn": QUEUE},
        LoggingConfig={"LogFormat": "JSON"},
        **settings,
    )
    listed = {item["FunctionName"]: item for item in client.list_functions()["Functions"]}
    alone = client.get_function(FunctionName="kept")["Configuration"]
    for seen in (made, listed["kept"], alone):
        assert seen["DeadLetterConfig"] == {"TargetArn": QUEUE}
        assert seen["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": "/aws/lambda/kept"}


def test_function_without_settings_logs_where_aws_does(
    aws: Clients, settings: dict[str, Any]
) -> None:
    made = aws("lambda").create_function(FunctionName="plain", **settings)
    assert made["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/plain"}
    assert "DeadLetterConfig" not in made


def test_update_changes_tracing_storage_and_dead_letters(
    aws: Clients, settings: dict[str, Any]
) -> None:
    client = aws("lambda")
    client.create_function(
        FunctionName="changed", DeadLetterConfig={"TargetArn": QUEUE}, **settings
    )
    changed = client.update_function_configuration(
        FunctionName="changed",
        DeadLetterConfig={"TargetArn": ""},
        TracingConfig={"Mode": "Active"},
        EphemeralStorage={"Size": 1024},
    )
    assert changed["TracingConfig"] == {"Mode": "Active"}
    assert changed["EphemeralStorage"] == {"Size": 1024}
    assert "DeadLetterConfig" not in changed


def test_permission_has_the_conditions_that_it_was_given(
    aws: Clients, settings: dict[str, Any]
) -> None:
    client = aws("lambda")
    client.create_function(FunctionName="invoked", **settings)
    client.add_permission(
        FunctionName="invoked",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="AWS_IAM",
    )
    policy = json.loads(client.get_policy(FunctionName="invoked")["Policy"])
    condition = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    assert policy["Statement"][0]["Condition"] == condition
