"""Parts of HTTP and WebSocket APIs: made, changed and deleted, as API Gateway tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.embedded.errors import EmbeddedError
from stackproof.model import Fail
from stackproof.types.tokens import (
    API,
    API_INTEGRATION,
    API_VPC_LINK,
    LB,
    LB_LISTENER,
    SUBNET,
    VPC,
)
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def asked(world: World, operation: str, **parameters: Any) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = getattr(world.cloud.client("apigatewayv2"), operation)(**parameters)
    return answer


def test_authorizer_by_tokens(world: World) -> None:
    api = world.make(API, protocol_type="HTTP")
    made = world.make(
        "aws:apigatewayv2/authorizer:Authorizer",
        api_id=api.id,
        authorizer_type="JWT",
        identity_sources=["$request.header.Authorization"],
        jwt_configuration={"audiences": ["shop"], "issuer": "https://example.com"},
    )
    world.change(made, jwt_configuration={"audiences": ["web"], "issuer": "https://example.com"})
    shown = asked(world, "get_authorizer", ApiId=api.id, AuthorizerId=made.id)
    assert shown["JwtConfiguration"] == {"Audience": ["web"], "Issuer": "https://example.com"}
    assert shown["IdentitySource"] == ["$request.header.Authorization"]
    world.delete(made)
    world.delete(made)


def test_domain_leads_to_a_stage(world: World) -> None:
    api = world.make(API, protocol_type="HTTP")
    stage = world.make("aws:apigatewayv2/stage:Stage", api_id=api.id, name="prod")
    configuration = {
        "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "endpoint_type": "REGIONAL",
        "security_policy": "TLS_1_2",
    }
    domain = world.make(
        "aws:apigatewayv2/domainName:DomainName",
        domain_name="api.example.com",
        domain_name_configuration=configuration,
        tags=TAGS,
    )
    target = domain["domain_name_configuration"]
    assert target["target_domain_name"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert target["hosted_zone_id"]
    mapping = world.make(
        "aws:apigatewayv2/apiMapping:ApiMapping",
        api_id=api.id,
        domain_name=domain.id,
        stage=stage["name"],
    )
    for made in (domain, mapping):
        assert_shown(world, made)
    (shown,) = asked(world, "get_api_mappings", DomainName=domain.id)["Items"]
    assert (shown["ApiId"], shown["Stage"]) == (api.id, "prod")
    world.change(domain, tags={"More": "1"})
    assert domain["domain_name_configuration"] == target
    with pytest.raises(EmbeddedError, match="cannot change certificate_arn"):
        world.change(
            domain, domain_name_configuration={**configuration, "certificate_arn": "arn:other"}
        )
    for made in (mapping, domain):
        world.delete(made)
        world.delete(made)


def test_deployment(world: World) -> None:
    api = world.make(API, protocol_type="WEBSOCKET")
    made = world.make(
        "aws:apigatewayv2/deployment:Deployment",
        api_id=api.id,
        description="first",
        triggers={"redeploy": "1"},
    )
    world.change(made, description=None)
    assert asked(world, "get_deployment", ApiId=api.id, DeploymentId=made.id)["Description"] == ""
    world.delete(made)
    world.delete(made)


def test_vpc_link(world: World) -> None:
    made = world.make(API_VPC_LINK, subnet_ids=["subnet-1"], security_group_ids=["sg-1"], tags=TAGS)
    assert_shown(world, made)
    world.change(made, name="renamed", tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    assert_gone(world, made)


def test_link_to_what_is_gone_is_found(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.0.0.0/16")
    subnets = [
        world.make(
            SUBNET,
            zone,
            vpc_id=vpc.id,
            cidr_block=f"10.0.{number}.0/24",
            availability_zone=f"us-east-1{zone}",
        ).id
        for number, zone in enumerate("ab")
    ]
    balancer = world.make(LB, internal=True, subnets=subnets, tags=TAGS)
    answer = {
        "type": "fixed-response",
        "fixed_response": {"status_code": "503", "content_type": "text/plain"},
    }
    # The second of each stays: what nobody has isn't looked for.
    listener, _ = (
        world.make(
            LB_LISTENER,
            str(port),
            load_balancer_arn=balancer["arn"],
            port=port,
            default_actions=[answer],
        )
        for port in (80, 81)
    )
    link, _ = (world.make(API_VPC_LINK, name, subnet_ids=subnets) for name in ("used", "other"))
    api = world.make(API, protocol_type="HTTP", tags=TAGS)
    world.make(
        API_INTEGRATION,
        api_id=api.id,
        integration_type="HTTP_PROXY",
        integration_method="ANY",
        connection_type="VPC_LINK",
        connection_id=link.id,
        integration_uri=listener["arn"],
    )

    def verdict() -> list[str]:
        return [
            finding.outcome.property if isinstance(finding.outcome, Fail) else "pass"
            for finding in judge(world.snapshot().stack())
            if finding.control.id == "api-vpc-link-leads-somewhere"
        ]

    assert verdict() == ["pass"]
    world.delete(listener)
    assert verdict() == ["integration_uri"]
    world.delete(link)
    assert verdict() == ["connection_id"]


def test_answers_of_a_websocket(world: World) -> None:
    api = world.make(API, protocol_type="WEBSOCKET")
    integration = world.make(
        "aws:apigatewayv2/integration:Integration", api_id=api.id, integration_type="MOCK"
    )
    route = world.make("aws:apigatewayv2/route:Route", api_id=api.id, route_key="$default")
    made = [
        world.make(
            "aws:apigatewayv2/integrationResponse:IntegrationResponse",
            api_id=api.id,
            integration_id=integration.id,
            integration_response_key="$default",
        ),
        world.make(
            "aws:apigatewayv2/routeResponse:RouteResponse",
            api_id=api.id,
            route_id=route.id,
            route_response_key="$default",
        ),
        world.make(
            "aws:apigatewayv2/model:Model",
            api_id=api.id,
            name="Pet",
            content_type="application/json",
            schema="{}",
        ),
    ]
    response, _, model = made
    world.change(response, template_selection_expression="${request.body.kind}")
    world.change(model, schema='{"type": "object"}')
    shown = asked(world, "get_model", ApiId=api.id, ModelId=model.id)
    assert shown["Schema"] == '{"type": "object"}'
    for one in made:
        world.delete(one)
        world.delete(one)
