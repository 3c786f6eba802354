"""REST APIs described in Swagger 2.0, as AWS takes them."""

from __future__ import annotations

import json

from tests.integration.services.roundtrip import World

INTEGRATION = {
    "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
    "httpMethod": "POST",
    "type": "aws_proxy",
}


def test_api_described_in_swagger_is_deployed(world: World) -> None:
    method = {"x-amazon-apigateway-integration": INTEGRATION}
    body = {
        "swagger": "2.0",
        "info": {"title": "api", "version": "1.0"},
        "paths": {
            "/{proxy+}": {"x-amazon-apigateway-any-method": method, "parameters": []},
            "/pets": {"get": method},
        },
    }
    api = world.make("aws:apigateway/restApi:RestApi", body=json.dumps(body))
    client = world.cloud.client("apigateway")
    resources = client.get_resources(restApiId=api.id)["items"]
    methods = {item["path"]: sorted(item.get("resourceMethods", ())) for item in resources}
    assert methods == {"/": [], "/pets": ["GET"], "/{proxy+}": ["ANY"]}
    deployment = world.make("aws:apigateway/deployment:Deployment", rest_api=api.id)
    stage = world.make(
        "aws:apigateway/stage:Stage", rest_api=api.id, deployment=deployment.id, stage_name="prod"
    )
    world.delete(stage)
    world.delete(deployment)
    world.delete(api)
