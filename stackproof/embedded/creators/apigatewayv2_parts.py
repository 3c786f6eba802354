"""API Gateway v2: who may call, where APIs are reached, and pieces of WebSocket APIs."""

from __future__ import annotations

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "apigatewayv2"
_AUTHORIZER = {"audiences": "audience", "identity_sources": "identity_source"}

table(
    Plain(
        type="aws:apigatewayv2/authorizer:Authorizer",
        service=_SERVICE,
        create=Call("create_authorizer", _AUTHORIZER),
        update=Call("update_authorizer", {**_AUTHORIZER, "id": "authorizer_id"}),
        id="{answer[AuthorizerId]}",
        delete=Call("delete_authorizer", {"id": "authorizer_id"}),
        replace_on=frozenset({"api_id", "authorizer_type"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:apigatewayv2/apiMapping:ApiMapping",
        service=_SERVICE,
        create=Call("create_api_mapping"),
        id="{answer[ApiMappingId]}",
        delete=Call("delete_api_mapping", {"id": "api_mapping_id"}),
        # The AWS provider changes all but these in place, which moto doesn't.
        replace_on=frozenset({"api_id", "api_mapping_key", "domain_name", "stage"}),
    ),
    Plain(
        type="aws:apigatewayv2/deployment:Deployment",
        service=_SERVICE,
        create=Call("create_deployment"),
        update=Call("update_deployment", {"id": "deployment_id"}),
        apart=frozenset({"triggers"}),
        outputs={"auto_deployed": "AutoDeployed"},
        id="{answer[DeploymentId]}",
        delete=Call("delete_deployment", {"id": "deployment_id"}),
        cleared={"description": ""},
        replace_on=frozenset({"api_id", "triggers"}),
    ),
    Plain(
        type="aws:apigatewayv2/vpcLink:VpcLink",
        service=_SERVICE,
        create=Call("create_vpc_link"),
        update=Call("update_vpc_link", {"id": "vpc_link_id"}),
        id="{answer[VpcLinkId]}",
        composed={"arn": "arn:{partition}:apigateway:{region}::/vpclinks/{id}"},
        delete=Call("delete_vpc_link", {"id": "vpc_link_id"}),
        tagged="arn",
        replace_on=frozenset({"security_group_ids", "subnet_ids"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:apigatewayv2/model:Model",
        service=_SERVICE,
        create=Call("create_model"),
        update=Call("update_model", {"id": "model_id"}),
        id="{answer[ModelId]}",
        delete=Call("delete_model", {"id": "model_id"}),
        cleared={"description": ""},
        replace_on=frozenset({"api_id"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:apigatewayv2/integrationResponse:IntegrationResponse",
        service=_SERVICE,
        create=Call("create_integration_response"),
        update=Call("update_integration_response", {"id": "integration_response_id"}),
        id="{answer[IntegrationResponseId]}",
        delete=Call("delete_integration_response", {"id": "integration_response_id"}),
        replace_on=frozenset({"api_id", "integration_id"}),
    ),
    Plain(
        type="aws:apigatewayv2/routeResponse:RouteResponse",
        service=_SERVICE,
        create=Call("create_route_response"),
        id="{answer[RouteResponseId]}",
        delete=Call("delete_route_response", {"id": "route_response_id"}),
        replace_on=frozenset({"api_id", "route_id"}),
    ),
)


@creator
class DomainName(Creator):
    """A domain at which APIs are reached."""

    type = "aws:apigatewayv2/domainName:DomainName"
    replace_on = frozenset({"domain_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the domain; AWS says where its name is to point."""
        given = {**inputs, "domain_name_configurations": [inputs["domain_name_configuration"]]}
        request = parameters(aws, _SERVICE, "create_domain_name", given)
        made = aws.client(_SERVICE).create_domain_name(**request)
        return Created(made["DomainName"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags; moto changes nothing else of a domain."""
        if changed(old, new, "mutual_tls_authentication", "routing_mode"):
            self.refuse(old, new)
        wanted = new["domain_name_configuration"]
        before = old["domain_name_configuration"]
        if any(before.get(name) != value for name, value in wanted.items()):
            self.refuse(before, wanted)
        retag(aws, _SERVICE, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the domain."""
        with already_gone():
            aws.client(_SERVICE).delete_domain_name(DomainName=id_)
