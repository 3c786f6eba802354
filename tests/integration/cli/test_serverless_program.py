"""A function behind an HTTP API: its code arrives through the real CLI as through the engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stackproof.embedded import engine
from stackproof.embedded.project import find_project, stack_config
from stackproof.embedded.server.control import Server
from tests.integration.cli.conftest import REGION, Cli

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    ),
)
function = aws.lambda_.Function(
    "function",
    runtime="python3.12",
    handler="handler.handle",
    role=role.arn,
    memory_size=256,
    timeout=30,
    code=pulumi.AssetArchive({".": pulumi.FileArchive("functions")}),
    environment={"variables": {"LOG_LEVEL": "INFO", "bucketName": "data"}},
)
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "integration",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=function.invoke_arn,
    payload_format_version="2.0",
)
route = aws.apigatewayv2.Route(
    "route",
    api_id=api.id,
    route_key="GET /health",
    target=integration.id.apply(lambda id_: f"integrations/{id_}"),
)
stage = aws.apigatewayv2.Stage("stage", name="$default", api_id=api.id, auto_deploy=True)
permission = aws.lambda_.Permission(
    "permission",
    action="lambda:InvokeFunction",
    function=function.arn,
    principal="apigateway.amazonaws.com",
    source_arn=api.execution_arn.apply(lambda arn: f"{arn}/*/*"),
)
pulumi.export("hash", function.source_code_hash)
pulumi.export("name", function.name)
pulumi.export("url", stage.invoke_url)
"""
FUNCTION = "aws:lambda/function:Function::function"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("serverless")
    (made / "Pulumi.yaml").write_text("name: serverless\nruntime: python\nmain: program/\n")
    (made / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (made / "program" / "functions").mkdir(parents=True)
    (made / "program" / "__main__.py").write_text(PROGRAM)
    (made / "program" / "functions" / "handler.py").write_text("def handle(event, context): ...\n")
    return made


def test_code_is_deployed_kept_and_changed(
    cli: Callable[[Path, str], Cli],
    cloud_server: Server,
    client: Callable[[str], Any],
    folder: Path,
) -> None:
    pulumi = cli(folder, "dev")
    pulumi("up", "--yes", "--skip-preview")
    before = pulumi.json("stack", "output", "--json")
    shown = client("lambda").get_function_configuration(FunctionName=before["name"])
    assert shown["CodeSha256"] == before["hash"]
    assert shown["Environment"]["Variables"] == {"LOG_LEVEL": "INFO", "bucketName": "data"}

    project = find_project(folder)
    config = stack_config(project, "dev")
    made = engine.run(project, "dev", config, cloud_server.endpoint)
    assert made.outputs["hash"] == before["hash"]

    pulumi("preview", "--refresh", "--expect-no-changes")

    handler = folder / "program" / "functions" / "handler.py"
    handler.write_text("def handle(event, context): return 1\n")
    ids = pulumi.ids()
    pulumi("up", "--yes", "--skip-preview")
    after = pulumi.json("stack", "output", "--json")
    assert after["hash"] != before["hash"]
    assert pulumi.ids()[FUNCTION] == ids[FUNCTION]
    policy = json.loads(client("lambda").get_policy(FunctionName=after["name"])["Policy"])
    assert len(policy["Statement"]) == 1

    pulumi("destroy", "--yes", "--skip-preview")
    left = {function["FunctionName"] for function in client("lambda").list_functions()["Functions"]}
    assert after["name"] not in left
