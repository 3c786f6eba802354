"""A REST API with a table, a state machine and a distribution, through the real CLI and the engine.

The names of many properties differ between a program, the wire and AWS: here all three meet.
"""

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

config = pulumi.Config()
role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
table = aws.dynamodb.Table(
    "orders",
    attributes=[{"name": "id", "type": "S"}, {"name": "customerId", "type": "S"}],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    global_secondary_indexes=[
        {"name": "byCustomer", "hash_key": "customerId", "projection_type": "ALL"}
    ],
    stream_enabled=True,
    stream_view_type="NEW_IMAGE",
    ttl={"attribute_name": "until", "enabled": True},
    point_in_time_recovery={"enabled": True},
)
function = aws.lambda_.Function(
    "answer",
    runtime="python3.12",
    handler="handler.handle",
    role=role.arn,
    code=pulumi.AssetArchive({"handler.py": pulumi.StringAsset("def handle(e, c): ...")}),
)
aws.lambda_.EventSourceMapping(
    "feed",
    event_source_arn=table.stream_arn,
    function_name=function.arn,
    starting_position="LATEST",
)
machine = aws.sfn.StateMachine(
    "flow",
    role_arn=role.arn,
    definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
)
api = aws.apigateway.RestApi("shop", description=config.get("words") or "first")
orders = aws.apigateway.Resource(
    "orders", rest_api=api.id, parent_id=api.root_resource_id, path_part="{orderId}"
)
method = aws.apigateway.Method(
    "get",
    rest_api=api.id,
    resource_id=orders.id,
    http_method="GET",
    authorization="NONE",
    request_parameters={"method.request.path.orderId": True},
)
integration = aws.apigateway.Integration(
    "get",
    rest_api=api.id,
    resource_id=orders.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=function.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "now",
    rest_api=api.id,
    triggers={"redeployNow": "1"},
    opts=pulumi.ResourceOptions(depends_on=[integration]),
)
stage = aws.apigateway.Stage(
    "prod",
    rest_api=api.id,
    deployment=deployment.id,
    stage_name="prod",
    variables={"tableName": table.name},
    xray_tracing_enabled=True,
)
aws.apigateway.MethodSettings(
    "all",
    rest_api=api.id,
    stage_name=stage.stage_name,
    method_path="*/*",
    settings={"metrics_enabled": True},
)
site = aws.cloudfront.Distribution(
    "site",
    enabled=True,
    is_ipv6_enabled=True,
    origins=[
        {
            "origin_id": "api",
            "domain_name": stage.invoke_url.apply(lambda url: url.split("/")[2]),
            "origin_path": "/prod",
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
            },
        }
    ],
    default_cache_behavior={
        "target_origin_id": "api",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "min_ttl": 0,
        "default_ttl": 60,
        "max_ttl": 600,
        "forwarded_values": {"query_string": True, "cookies": {"forward": "none"}},
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
pulumi.export("url", stage.invoke_url)
pulumi.export("site", site.domain_name)
pulumi.export("table", table.name)
pulumi.export("machine", machine.arn)
pulumi.export("api", api.id)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rest")
    (made / "Pulumi.yaml").write_text("name: rest\nruntime: python\n")
    (made / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (made / "__main__.py").write_text(PROGRAM)
    return made


def test_program_is_deployed_refreshed_changed_and_destroyed(
    cli: Callable[[Path, str], Cli],
    cloud_server: Server,
    client: Callable[[str], Any],
    folder: Path,
) -> None:
    pulumi = cli(folder, "dev")
    pulumi("up", "--yes", "--skip-preview")
    made = pulumi.json("stack", "output", "--json")
    stages = client("apigateway").get_stages(restApiId=made["api"])["item"]
    assert [one["variables"] for one in stages] == [{"tableName": made["table"]}]
    assert stages[0]["methodSettings"]["*/*"]["metricsEnabled"] is True
    table = client("dynamodb").describe_table(TableName=made["table"])["Table"]
    assert table["GlobalSecondaryIndexes"][0]["KeySchema"][0]["AttributeName"] == "customerId"

    pulumi("preview", "--refresh", "--expect-no-changes")

    ids = pulumi.ids()
    pulumi("up", "--yes", "--skip-preview", "--config", "words=second")
    shown = client("apigateway").get_rest_api(restApiId=made["api"])
    assert shown["description"] == "second"
    assert pulumi.ids() == ids

    pulumi("destroy", "--yes", "--skip-preview")
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert not client("cloudfront").list_distributions()["DistributionList"].get("Items")
    assert client("apigateway").get_rest_apis()["items"] == []


def test_engine_makes_the_same_as_the_cli(cloud_server: Server, folder: Path) -> None:
    project = find_project(folder)
    config = stack_config(project, "dev")
    made = engine.run(project, "dev", config, cloud_server.endpoint)
    assert made.outputs["url"].endswith(".amazonaws.com/prod")
    assert made.outputs["site"].endswith(".cloudfront.net")
    machine = next(one for one in made.resources if one.type.startswith("aws:sfn/"))
    assert json.loads(machine.state["definition"])["StartAt"] == "End"
