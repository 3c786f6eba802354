"""An HTTP API in front of a Lambda function."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.function import Function
from infra.components.logs import LogPolicy, log_group
from infra.settings.functions import RouteSettings, ThrottleSettings
from infra.site import Site

__all__ = ["HttpApi"]

PAYLOAD_FORMAT = "2.0"
# Amazon API Gateway Developer Guide, "Customize HTTP API access logs".
ACCESS_LOG = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "ip": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "error": "$context.integrationErrorMessage",
    }
)
PREFLIGHT_SECONDS = 600


class HttpApi(Component):
    """An API whose routes all lead to one function, deployed by itself, every request logged."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        function: Function,
        routes: Sequence[RouteSettings],
        origins: Sequence[str],
        throttle: ThrottleSettings,
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("HttpApi", name, site, opts)
        self.name = site.name(name)
        self.access_log_group = log_group(self, name, f"/aws/apigateway/{self.name}", logs)
        self.api = aws.apigatewayv2.Api(
            name,
            name=self.name,
            protocol_type="HTTP",
            description=f"The HTTP API in front of {function.name}",
            cors_configuration=aws.apigatewayv2.ApiCorsConfigurationArgs(
                allow_origins=list(origins),
                allow_methods=["DELETE", "GET", "OPTIONS", "PUT"],
                allow_headers=[
                    "authorization",
                    "content-type",
                    "x-amz-date",
                    "x-amz-security-token",
                ],
                max_age=PREFLIGHT_SECONDS,
            ),
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.integration = aws.apigatewayv2.Integration(
            name,
            api_id=self.api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=function.function.invoke_arn,
            payload_format_version=PAYLOAD_FORMAT,
            opts=self.child(),
        )
        self.routes = [self._route(route) for route in routes]
        self.stage = aws.apigatewayv2.Stage(
            name,
            api_id=self.api.id,
            name="$default",
            auto_deploy=True,
            access_log_settings=aws.apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=self.access_log_group.arn, format=ACCESS_LOG
            ),
            default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
                detailed_metrics_enabled=True,
                throttling_burst_limit=throttle.burst,
                throttling_rate_limit=throttle.rate,
            ),
            tags=self.tagged(name),
            opts=self.child(),
        )
        aws.lambda_.Permission(
            name,
            statement_id=f"{name}-invokes",
            action="lambda:InvokeFunction",
            function=function.function.name,
            principal="apigateway.amazonaws.com",
            # It names the account, too; API Gateway isn't documented to send it by itself.
            source_arn=pulumi.Output.concat(self.api.execution_arn, "/*/*"),
            opts=self.child(),
        )
        self.register_outputs({"url": self.stage.invoke_url})

    def _route(self, route: RouteSettings) -> aws.apigatewayv2.Route:
        return aws.apigatewayv2.Route(
            f"{self.label}-{route.label}",
            api_id=self.api.id,
            route_key=route.key,
            target=pulumi.Output.concat("integrations/", self.integration.id),
            authorization_type=route.authorization,
            opts=self.child(),
        )
