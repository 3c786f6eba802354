"""API Gateway: REST APIs, what they are made of, and who may use how much of them."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "apigateway"
_ARN = "arn:{partition}:apigateway:{region}::"
_EXECUTION = "arn:{partition}:execute-api:{region}:{account}:"
_BY_ID = {"id": "rest_api_id"}
_OF_API = {"rest_api": "rest_api_id"}
_METHOD = {**_OF_API, "authorization": "authorization_type"}
_INTEGRATION = {**_OF_API, "timeout_milliseconds": "timeout_in_millis"}
_STAGE = {"deployment": "deployment_id", "xray_tracing_enabled": "tracing_enabled"}
_PLAN = {"quota_settings": "quota", "throttle_settings": "throttle"}
# A method, and what hangs on it, is known by where it is.
_PLACE = frozenset({"rest_api", "resource_id", "http_method"})
_PATCHED_STAGE = Call("update_stage", _OF_API, patch=_STAGE)

table(
    Plain(
        type="aws:apigateway/restApi:RestApi",
        service=_SERVICE,
        create=Call("create_rest_api"),
        update=Call("update_rest_api", _BY_ID, patch={}),
        also={"body": Call("put_rest_api", {**_BY_ID, "put_rest_api_mode": "mode"})},
        # What goes with the body, and says nothing without it.
        apart=frozenset({"fail_on_warnings", "parameters", "put_rest_api_mode"}),
        id="{answer[id]}",
        composed={"arn": f"{_ARN}/restapis/{{id}}"},
        delete=Call("delete_rest_api", _BY_ID),
        tagged="arn",
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/resource:Resource",
        service=_SERVICE,
        create=Call("create_resource", _OF_API),
        id="{answer[id]}",
        delete=Call("delete_resource", {**_OF_API, "id": "resource_id"}),
        replace_on=frozenset({"parent_id", "path_part", "rest_api"}),
    ),
    Plain(
        type="aws:apigateway/method:Method",
        service=_SERVICE,
        create=Call("put_method", _METHOD),
        update=Call("update_method", _OF_API, patch={"authorization": "authorization_type"}),
        id="agm-{rest_api}-{resource_id}-{http_method}",
        delete=Call("delete_method", _OF_API),
        replace_on=_PLACE,
        defaults={"api_key_required": False},
    ),
    Plain(
        type="aws:apigateway/methodResponse:MethodResponse",
        service=_SERVICE,
        put=Call("put_method_response", _OF_API),
        id="agmr-{rest_api}-{resource_id}-{http_method}-{status_code}",
        delete=Call("delete_method_response", _OF_API),
        replace_on=_PLACE | {"status_code"},
    ),
    Plain(
        type="aws:apigateway/integration:Integration",
        service=_SERVICE,
        create=Call("put_integration", _INTEGRATION),
        update=Call(
            "update_integration",
            _OF_API,
            patch={
                "integration_http_method": "http_method",
                "timeout_milliseconds": "timeout_in_millis",
            },
        ),
        outputs={
            "cache_namespace": "cacheNamespace",
            "passthrough_behavior": "passthroughBehavior",
        },
        id="agi-{rest_api}-{resource_id}-{http_method}",
        delete=Call("delete_integration", _OF_API),
        replace_on=_PLACE | {"type"},
        defaults={"connection_type": "INTERNET", "timeout_milliseconds": 29000},
    ),
    Plain(
        type="aws:apigateway/integrationResponse:IntegrationResponse",
        service=_SERVICE,
        put=Call("put_integration_response", _OF_API),
        id="agir-{rest_api}-{resource_id}-{http_method}-{status_code}",
        delete=Call("delete_integration_response", _OF_API),
        replace_on=_PLACE | {"status_code"},
    ),
    Plain(
        type="aws:apigateway/deployment:Deployment",
        service=_SERVICE,
        create=Call("create_deployment", _OF_API),
        update=Call("update_deployment", {**_OF_API, "id": "deployment_id"}, patch={}),
        apart=frozenset({"triggers"}),
        outputs={"created_date": "createdDate"},
        id="{answer[id]}",
        delete=Call("delete_deployment", {**_OF_API, "id": "deployment_id"}),
        replace_on=frozenset({"rest_api", "triggers", "variables"}),
    ),
    Plain(
        type="aws:apigateway/stage:Stage",
        service=_SERVICE,
        create=Call("create_stage", {**_OF_API, **_STAGE}),
        update=_PATCHED_STAGE,
        also={
            "access_log_settings": _PATCHED_STAGE,
            "client_certificate_id": _PATCHED_STAGE,
        },
        id="ags-{rest_api}-{stage_name}",
        composed={"arn": f"{_ARN}/restapis/{{rest_api}}/stages/{{stage_name}}"},
        delete=Call("delete_stage", _OF_API),
        tagged="arn",
        replace_on=frozenset({"rest_api", "stage_name"}),
    ),
    Plain(
        type="aws:apigateway/authorizer:Authorizer",
        service=_SERVICE,
        create=Call("create_authorizer", _OF_API),
        update=Call("update_authorizer", {**_OF_API, "id": "authorizer_id"}, patch={}),
        id="{answer[id]}",
        composed={"arn": f"{_ARN}/restapis/{{rest_api}}/authorizers/{{id}}"},
        delete=Call("delete_authorizer", {**_OF_API, "id": "authorizer_id"}),
        replace_on=frozenset({"rest_api"}),
        defaults={
            "authorizer_result_ttl_in_seconds": 300,
            "identity_source": "method.request.header.Authorization",
            "type": "TOKEN",
        },
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/requestValidator:RequestValidator",
        service=_SERVICE,
        create=Call("create_request_validator", _OF_API),
        update=Call(
            "update_request_validator", {**_OF_API, "id": "request_validator_id"}, patch={}
        ),
        id="{answer[id]}",
        delete=Call("delete_request_validator", {**_OF_API, "id": "request_validator_id"}),
        replace_on=frozenset({"rest_api"}),
        defaults={"validate_request_body": False, "validate_request_parameters": False},
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/model:Model",
        service=_SERVICE,
        create=Call("create_model", _OF_API),
        update=Call("update_model", {**_OF_API, "name": "model_name"}, patch={}),
        id="{answer[id]}",
        delete=Call("delete_model", {**_OF_API, "name": "model_name"}),
        replace_on=frozenset({"content_type", "name", "rest_api"}),
        defaults={"schema": "{}"},
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/response:Response",
        service=_SERVICE,
        put=Call("put_gateway_response"),
        id="aggr-{rest_api_id}-{response_type}",
        delete=Call("delete_gateway_response"),
        replace_on=frozenset({"response_type", "rest_api_id"}),
    ),
    Plain(
        type="aws:apigateway/apiKey:ApiKey",
        service=_SERVICE,
        create=Call("create_api_key"),
        update=Call("update_api_key", {"id": "api_key"}, patch={}),
        outputs={"value": "value"},
        id="{answer[id]}",
        composed={"arn": f"{_ARN}/apikeys/{{id}}"},
        delete=Call("delete_api_key", {"id": "api_key"}),
        tagged="arn",
        replace_on=frozenset({"value"}),
        defaults={"description": "Managed by Pulumi", "enabled": True},
        auto_name="name",
        secret_outputs=frozenset({"value"}),
    ),
    Plain(
        type="aws:apigateway/vpcLink:VpcLink",
        service=_SERVICE,
        create=Call("create_vpc_link", {"target_arn": "targetArns"}),
        shapes={"target_arn": lambda arn: [arn]},
        id="{answer[id]}",
        composed={"arn": f"{_ARN}/vpclinks/{{id}}"},
        delete=Call("delete_vpc_link", {"id": "vpc_link_id"}),
        tagged="arn",
        # The AWS provider changes name and description in place, which moto doesn't.
        replace_on=frozenset({"description", "name", "target_arn"}),
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/usagePlan:UsagePlan",
        service=_SERVICE,
        create=Call("create_usage_plan", _PLAN),
        update=Call("update_usage_plan", {"id": "usage_plan_id"}, patch=_PLAN),
        also={
            "product_code": Call("update_usage_plan", {"id": "usage_plan_id"}, patch={}),
        },
        id="{answer[id]}",
        composed={"arn": f"{_ARN}/usageplans/{{id}}"},
        delete=Call("delete_usage_plan", {"id": "usage_plan_id"}),
        tagged="arn",
        auto_name="name",
    ),
    Plain(
        type="aws:apigateway/usagePlanKey:UsagePlanKey",
        service=_SERVICE,
        create=Call("create_usage_plan_key"),
        outputs={"name": "name", "value": "value"},
        id="{answer[id]}",
        delete=Call("delete_usage_plan_key"),
        replace_on=frozenset({"key_id", "key_type", "usage_plan_id"}),
        secret_outputs=frozenset({"value"}),
    ),
    Plain(
        type="aws:apigateway/domainName:DomainName",
        service=_SERVICE,
        create=Call("create_domain_name", {"certificate_private_key": "certificate_private_key"}),
        update=Call("update_domain_name", patch={}),
        outputs={"domain_name_id": "domainNameId", "security_policy": "securityPolicy"},
        id="{domain_name}",
        composed={"arn": f"{_ARN}/domainnames/{{domain_name}}"},
        delete=Call("delete_domain_name"),
        tagged="arn",
        replace_on=frozenset(
            {
                "certificate_body",
                "certificate_chain",
                "certificate_private_key",
                "domain_name",
            }
        ),
    ),
    Plain(
        type="aws:apigateway/basePathMapping:BasePathMapping",
        service=_SERVICE,
        create=Call("create_base_path_mapping", {**_OF_API, "stage_name": "stage"}),
        id="{domain_name}/{base_path}",
        # How AWS calls the mapping of a whole domain.
        shapes={"base_path": lambda path: path or "(none)"},
        defaults={"base_path": ""},
        delete=Call("delete_base_path_mapping"),
        replace_on=frozenset(
            {"base_path", "domain_name", "domain_name_id", "rest_api", "stage_name"}
        ),
    ),
)
