"""Parts of REST APIs that no reader shows: made, changed and deleted, as API Gateway tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.model import Resource
from stackproof.types.tokens import APIGATEWAY_REST_API, APIGATEWAY_VPC_LINK
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:answer"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def asked(world: World, operation: str, **parameters: Any) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = getattr(world.cloud.client("apigateway"), operation)(**parameters)
    return answer


def assert_deleted(world: World, made: Made, operation: str, **parameters: Any) -> None:
    """Delete twice, as an interrupted run does."""
    world.delete(made)
    world.delete(made)
    client = world.cloud.client("apigateway")
    with pytest.raises(client.exceptions.NotFoundException):
        getattr(client, operation)(**parameters)


def staged(world: World) -> str:
    """Make an API with a stage called prod, and give its id."""
    api = world.make(APIGATEWAY_REST_API)
    place = {"rest_api": api.id, "resource_id": api["root_resource_id"], "http_method": "GET"}
    world.make("aws:apigateway/method:Method", **place, authorization="NONE")
    world.make("aws:apigateway/integration:Integration", **place, type="MOCK")
    deployment = world.make("aws:apigateway/deployment:Deployment", rest_api=api.id)
    world.make(
        "aws:apigateway/stage:Stage",
        rest_api=api.id,
        deployment=deployment.id,
        stage_name="prod",
    )
    return api.id


def test_authorizer(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API)
    made = world.make(
        "aws:apigateway/authorizer:Authorizer", rest_api=api.id, authorizer_uri=URI, name="gate"
    )
    world.change(made, authorizer_result_ttl_in_seconds=60, identity_validation_expression="x.*")
    answer = asked(world, "get_authorizer", restApiId=api.id, authorizerId=made.id)
    assert answer["authorizerResultTtlInSeconds"] == 60
    assert answer["identityValidationExpression"] == "x.*"
    assert answer["identitySource"] == "method.request.header.Authorization"
    assert_deleted(world, made, "get_authorizer", restApiId=api.id, authorizerId=made.id)


def test_request_validator(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API)
    made = world.make("aws:apigateway/requestValidator:RequestValidator", rest_api=api.id)
    world.change(made, validate_request_body=True)
    which = {"restApiId": api.id, "requestValidatorId": made.id}
    answer = asked(world, "get_request_validator", **which)
    assert (answer["validateRequestBody"], answer["validateRequestParameters"]) == (True, False)
    assert_deleted(world, made, "get_request_validator", **which)


def test_model(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API)
    made = world.make(
        "aws:apigateway/model:Model", rest_api=api.id, name="Pet", content_type="application/json"
    )
    world.change(made, schema='{"type": "object"}', description="a pet")
    answer = asked(world, "get_model", restApiId=api.id, modelName="Pet")
    assert (answer["schema"], answer["description"]) == ('{"type": "object"}', "a pet")
    assert_deleted(world, made, "get_model", restApiId=api.id, modelName="Pet")


def test_gateway_response(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API)
    made = world.make(
        "aws:apigateway/response:Response",
        rest_api_id=api.id,
        response_type="DEFAULT_4XX",
        response_parameters={"gatewayresponse.header.Origin": "'*'"},
    )
    world.change(made, status_code="404")
    which = {"restApiId": api.id, "responseType": "DEFAULT_4XX"}
    answer = asked(world, "get_gateway_response", **which)
    assert answer["statusCode"] == "404"
    assert answer["responseParameters"] == {"gatewayresponse.header.Origin": "'*'"}
    assert_deleted(world, made, "get_gateway_response", **which)


def test_usage_plan_with_its_key(world: World) -> None:
    api = staged(world)
    plan = world.make(
        "aws:apigateway/usagePlan:UsagePlan",
        api_stages=[{"api_id": api, "stage": "prod"}],
        quota_settings={"limit": 100, "period": "DAY"},
        tags=TAGS,
    )
    key = world.make("aws:apigateway/apiKey:ApiKey", tags=TAGS)
    for made in (plan, key):
        assert_shown(world, made)
    of_plan = world.make(
        "aws:apigateway/usagePlanKey:UsagePlanKey",
        usage_plan_id=plan.id,
        key_id=key.id,
        key_type="API_KEY",
    )
    assert of_plan["value"] == key["value"]
    world.change(
        plan,
        api_stages=None,
        quota_settings=None,
        throttle_settings={"burst_limit": 5, "rate_limit": 2.5},
        tags={"More": "1"},
    )
    world.change(key, enabled=False, description="off")
    answer = asked(world, "get_usage_plan", usagePlanId=plan.id)
    assert answer["throttle"] == {"burstLimit": 5, "rateLimit": 2.5}
    assert not answer["apiStages"]
    assert not answer.get("quota")
    assert answer["tags"] == {"More": "1"}
    shown = asked(world, "get_api_key", apiKey=key.id)
    assert (shown["enabled"], shown["description"]) == (False, "off")
    world.delete(of_plan)
    world.delete(of_plan)
    assert_deleted(world, key, "get_api_key", apiKey=key.id)
    assert_deleted(world, plan, "get_usage_plan", usagePlanId=plan.id)


def test_throttles_of_a_method_in_a_plan_are_refused(world: World) -> None:
    stage = {"api_id": "a", "stage": "prod", "throttles": [{"path": "/", "rate_limit": 1}]}
    with pytest.raises(EmbeddedError, match=r"^api_stages\.throttles of aws:apigateway/usagePlan"):
        world.make("aws:apigateway/usagePlan:UsagePlan", api_stages=[stage])


def test_domain_with_its_mapping(world: World) -> None:
    api = staged(world)
    domain = world.make(
        "aws:apigateway/domainName:DomainName",
        domain_name="api.example.com",
        regional_certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/1",
        endpoint_configuration={"types": "REGIONAL"},
        tags=TAGS,
    )
    mapping = world.make(
        "aws:apigateway/basePathMapping:BasePathMapping",
        domain_name=domain.id,
        rest_api=api,
        stage_name="prod",
    )
    which = {"domainName": domain.id, "basePath": "(none)"}
    assert asked(world, "get_base_path_mapping", **which)["stage"] == "prod"
    for made in (domain, mapping):
        assert_shown(world, made)
    world.change(domain, security_policy="TLS_1_2", tags={"More": "1"})
    answer = asked(world, "get_domain_name", domainName=domain.id)
    assert (answer["securityPolicy"], answer["tags"]) == ("TLS_1_2", {"More": "1"})
    assert_deleted(world, mapping, "get_base_path_mapping", **which)
    assert_deleted(world, domain, "get_domain_name", domainName=domain.id)


def test_account_takes_a_role_for_its_logs(world: World) -> None:
    role = "arn:aws:iam::123456789012:role/logs"
    made = world.make("aws:apigateway/account:Account", cloudwatch_role_arn=role)
    assert asked(world, "get_account")["cloudwatchRoleArn"] == role
    assert made["throttle_settings"] == [{"burst_limit": 5000, "rate_limit": 10000.0}]
    told = world.read(made)
    assert isinstance(told, Resource)
    assert told["cloudwatch_role_arn"] == role
    assert told["throttle_settings"] == made["throttle_settings"]
    world.change(made, cloudwatch_role_arn=f"{role}-more")
    assert asked(world, "get_account")["cloudwatchRoleArn"] == f"{role}-more"
    world.delete(made)
    assert not asked(world, "get_account").get("cloudwatchRoleArn")


def test_policy_of_an_api(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = world.make(
        "aws:apigateway/restApiPolicy:RestApiPolicy", rest_api_id=api.id, policy=policy
    )
    assert asked(world, "get_rest_api", restApiId=api.id)["policy"] == policy
    world.delete(made)
    world.delete(made)
    assert not asked(world, "get_rest_api", restApiId=api.id).get("policy")


def test_method_settings(world: World) -> None:
    api = staged(world)
    made = world.make(
        "aws:apigateway/methodSettings:MethodSettings",
        rest_api=api,
        stage_name="prod",
        method_path="*/*",
        settings={"metrics_enabled": True, "logging_level": "INFO"},
    )
    assert_shown(world, made)
    world.change(made, settings={"metrics_enabled": True, "throttling_burst_limit": 9})
    assert_shown(world, made)
    settings = asked(world, "get_stage", restApiId=api, stageName="prod")["methodSettings"]["*/*"]
    assert (settings["metricsEnabled"], settings["throttlingBurstLimit"]) == (True, 9)
    world.delete(made)
    world.delete(made)
    assert not asked(world, "get_stage", restApiId=api, stageName="prod").get("methodSettings")


def test_vpc_link(world: World) -> None:
    made = world.make(
        APIGATEWAY_VPC_LINK,
        name="orders",
        target_arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/orders/1",
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(made, tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    assert_gone(world, made)
