"""The serverless API, each value of its lines made untrue."""

from __future__ import annotations

import json
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import alarm_on, change_alarm, silence, unsubscribe_all
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.roles import allow, forbid, trust_everybody_in
from tests.mutations.storage import (
    accept_plain_http,
    allow_public,
    change_lifecycle,
    encrypt_with,
    keep_logs,
    logs_in_plain,
    refuse_tls,
    suspend_versions,
)


def _function(**changes: Any) -> Act:
    return lambda aws, outputs: aws("lambda").update_function_configuration(
        FunctionName=outputs["function_name"], **changes
    )


def _permit(principal: str) -> Act:
    return lambda aws, outputs: aws("lambda").add_permission(
        FunctionName=outputs["function_name"],
        StatementId="more",
        Action="lambda:InvokeFunction",
        Principal=principal,
    )


def _not_called(aws: Aws, outputs: Outputs) -> None:
    name = outputs["function_name"]
    policy = json.loads(aws("lambda").get_policy(FunctionName=name)["Policy"])
    for statement in policy["Statement"]:
        aws("lambda").remove_permission(FunctionName=name, StatementId=statement["Sid"])


def _in_a_network(aws: Aws, outputs: Outputs) -> object:
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return _function(VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": []})(aws, outputs)


def _environment(**changes: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        name = outputs["function_name"]
        found = aws("lambda").get_function_configuration(FunctionName=name)["Environment"]
        return aws("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": {**found["Variables"], **changes}}
        )

    return act


def _role(outputs: Outputs) -> str:
    return str(outputs["function_role_arn"]).rpartition("/")[2]


def _route(aws: Aws, outputs: Outputs, key: str) -> str:
    found = aws("apigatewayv2").get_routes(ApiId=outputs["api_id"])["Items"]
    return next(str(route["RouteId"]) for route in found if route["RouteKey"] == key)


def _no_route(key: str) -> Act:
    return lambda aws, outputs: aws("apigatewayv2").delete_route(
        ApiId=outputs["api_id"], RouteId=_route(aws, outputs, key)
    )


def _integration(**changes: object) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        api = aws("apigatewayv2")
        (found,) = api.get_integrations(ApiId=outputs["api_id"])["Items"]
        return api.update_integration(
            ApiId=outputs["api_id"], IntegrationId=found["IntegrationId"], **changes
        )

    return act


def _stage(**changes: Any) -> Act:
    return lambda aws, outputs: aws("apigatewayv2").update_stage(
        ApiId=outputs["api_id"], StageName="$default", **changes
    )


def _cors(**changes: object) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        api = aws("apigatewayv2")
        found = api.get_api(ApiId=outputs["api_id"])["CorsConfiguration"]
        return api.update_api(ApiId=outputs["api_id"], CorsConfiguration={**found, **changes})

    return act


def _another_log(aws: Aws, outputs: Outputs) -> object:
    other = f"arn:aws:logs:{outputs['region']}:{outputs['account_id']}:log-group:other"
    found = aws("apigatewayv2").get_stage(ApiId=outputs["api_id"], StageName="$default")
    settings = {**found["AccessLogSettings"], "DestinationArn": other}
    return _stage(AccessLogSettings=settings)(aws, outputs)


def _fewer_facts_in_the_log(aws: Aws, outputs: Outputs) -> object:
    found = aws("apigatewayv2").get_stage(ApiId=outputs["api_id"], StageName="$default")
    settings = {**found["AccessLogSettings"], "Format": '{"id":"$context.requestId"}'}
    return _stage(AccessLogSettings=settings)(aws, outputs)


def _bucket(outputs: Outputs) -> str:
    return str(outputs["data_bucket_name"])


def _rings(what: str, metric: str, **changes: Any) -> Mutation:
    return Mutation(
        "4.4", what, lambda aws, outputs: change_alarm(aws, alarm_on(aws, metric), **changes)
    )


def _public(setting: str) -> Mutation:
    return Mutation(
        "4.3",
        f"{setting} off",
        lambda aws, outputs: allow_public(aws, _bucket(outputs), setting),
    )


def _add_route(aws: Aws, outputs: Outputs) -> object:
    (found,) = aws("apigatewayv2").get_integrations(ApiId=outputs["api_id"])["Items"]
    return aws("apigatewayv2").create_route(
        ApiId=outputs["api_id"],
        RouteKey="POST /more",
        Target=f"integrations/{found['IntegrationId']}",
    )


GROUPS = (
    Group(
        "serverless-prod",
        (
            Mutation("4.1", "half the memory", _function(MemorySize=128)),
            Mutation("4.1", "a second less", _function(Timeout=29)),
            Mutation("4.1", "an old runtime", _function(Runtime="python3.9")),
            Mutation("4.1", "another bucket in the environment", _environment(BUCKET_NAME="x")),
            Mutation("4.1", "another environment", _environment(ENVIRONMENT="test")),
            Mutation("4.1", "no log level", _environment(LOG_LEVEL="LOUD")),
            Mutation(
                "4.1",
                "another log group",
                _function(LoggingConfig={"LogGroup": "/aws/lambda/other", "LogFormat": "JSON"}),
            ),
            Mutation(
                "4.1",
                "log kept a week",
                lambda aws, outputs: keep_logs(aws, outputs["function_log_group_name"], 7),
            ),
            Mutation(
                "4.1",
                "log in plain",
                lambda aws, outputs: logs_in_plain(aws, outputs["function_log_group_name"]),
            ),
            Mutation(
                "4.1",
                "may write every log",
                lambda aws, outputs: allow(aws, _role(outputs), "logs:PutLogEvents"),
            ),
            Mutation(
                "4.1",
                "may read every bucket",
                lambda aws, outputs: allow(aws, _role(outputs), "s3:GetObject"),
            ),
            Mutation(
                "4.1",
                "may not write its log",
                lambda aws, outputs: forbid(aws, _role(outputs), "logs:PutLogEvents"),
            ),
            Mutation(
                "4.1",
                "may not keep documents",
                lambda aws, outputs: forbid(aws, _role(outputs), "s3:PutObject"),
            ),
            Mutation(
                "4.2",
                "no API",
                lambda aws, outputs: aws("apigatewayv2").delete_api(ApiId=outputs["api_id"]),
            ),
            Mutation("4.2", "no route to /", _no_route("GET /")),
            Mutation("4.2", "no route to /health", _no_route("GET /health")),
            Mutation("4.2", "no route below", _no_route("GET /{proxy+}")),
            Mutation("4.2", "one more route", _add_route),
            Mutation("4.2", "payload format 1.0", _integration(PayloadFormatVersion="1.0")),
            Mutation(
                "4.2",
                "routes lead to another function",
                lambda aws, outputs: _integration(
                    IntegrationUri=str(outputs["function_arn"]).replace("api", "other")
                )(aws, outputs),
            ),
            Mutation(
                "4.1", "code of others in front", _environment(AWS_LAMBDA_EXEC_WRAPPER="/opt/x")
            ),
            Mutation("4.1", "stands in a network", _in_a_network),
            Mutation(
                "4.1",
                "switched off",
                lambda aws, outputs: aws("lambda").put_function_concurrency(
                    FunctionName=outputs["function_name"], ReservedConcurrentExecutions=0
                ),
            ),
            Mutation(
                "4.1",
                "others may take the role",
                lambda aws, outputs: trust_everybody_in(aws, _role(outputs)),
            ),
            Mutation(
                "4.1",
                "runs with another role",
                lambda aws, outputs: _function(Role=f"{outputs['function_role_arn']}-other")(
                    aws, outputs
                ),
            ),
            Mutation("4.2", "another account may call the function", _permit("999999999999")),
            Mutation("4.2", "anybody may call the function", _permit("*")),
            Mutation("4.2", "the API may not call the function", _not_called),
            Mutation(
                "4.2",
                "the function has an address",
                lambda aws, outputs: aws("lambda").create_function_url_config(
                    FunctionName=outputs["function_name"], AuthType="NONE"
                ),
            ),
            Mutation(
                "4.2",
                "the address switched off",
                lambda aws, outputs: aws("apigatewayv2").update_api(
                    ApiId=outputs["api_id"], DisableExecuteApiEndpoint=True
                ),
            ),
            Mutation(
                "4.2",
                "/health wants a signature",
                lambda aws, outputs: aws("apigatewayv2").update_route(
                    ApiId=outputs["api_id"],
                    RouteId=_route(aws, outputs, "GET /health"),
                    AuthorizationType="AWS_IAM",
                ),
            ),
            Mutation("4.2", "the API gives up at once", _integration(TimeoutInMillis=50)),
            Mutation("4.2", "the function called by GET", _integration(IntegrationMethod="GET")),
            Mutation("4.2", "pages act with cookies", _cors(AllowCredentials=True)),
            Mutation("4.2", "browsers may send no signature", _cors(AllowHeaders=[])),
            Mutation("4.2", "any header", _cors(AllowHeaders=["*"])),
            Mutation(
                "4.2",
                "nobody reaches /health",
                _stage(
                    RouteSettings={
                        "GET /health": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}
                    }
                ),
            ),
            Mutation("4.2", "changes wait for a deployment", _stage(AutoDeploy=False)),
            Mutation("4.2", "any origin", _cors(AllowOrigins=["*"])),
            Mutation("4.2", "one method more", _cors(AllowMethods=["GET", "PUT", "POST"])),
            Mutation("4.2", "no origin", _cors(AllowOrigins=[])),
            Mutation("4.2", "requests logged elsewhere", _another_log),
            Mutation("4.2", "less in the access log", _fewer_facts_in_the_log),
            Mutation(
                "4.3",
                "versions suspended",
                lambda aws, outputs: suspend_versions(aws, _bucket(outputs)),
            ),
            Mutation(
                "4.3",
                "encrypted by KMS",
                lambda aws, outputs: encrypt_with(aws, _bucket(outputs), "aws:kms"),
            ),
            *map(
                _public,
                (
                    "BlockPublicAcls",
                    "IgnorePublicAcls",
                    "BlockPublicPolicy",
                    "RestrictPublicBuckets",
                ),
            ),
            Mutation(
                "4.3",
                "plain HTTP accepted",
                lambda aws, outputs: accept_plain_http(aws, _bucket(outputs)),
            ),
            Mutation(
                "4.3",
                "TLS refused instead",
                lambda aws, outputs: refuse_tls(aws, _bucket(outputs)),
            ),
            Mutation(
                "4.3",
                "no lifecycle",
                lambda aws, outputs: change_lifecycle(
                    aws, _bucket(outputs), lambda rule: rule.update(Status="Disabled")
                ),
            ),
            _rings("alarm after 100 errors", "Errors", Threshold=100.0),
            _rings("alarm after a day of errors", "Errors", Period=86400),
            _rings(
                "alarm when there are no errors", "Errors", ComparisonOperator="LessThanThreshold"
            ),
            _rings("alarm on throttles instead", "Errors", MetricName="Throttles"),
            _rings("alarm over the timeout", "Duration", Threshold=30_000.0),
            _rings("alarm on the average duration", "Duration", Statistic="Average"),
            _rings(
                "alarm of another function",
                "Duration",
                Dimensions=[{"Name": "FunctionName", "Value": "other"}],
            ),
            Mutation(
                "4.4",
                "alarm silenced",
                lambda aws, outputs: silence(aws, alarm_on(aws, "Errors")),
            ),
            _rings("alarm tells nobody", "Errors", AlarmActions=[]),
            Mutation(
                "4.4",
                "nobody reads the topic",
                lambda aws, outputs: unsubscribe_all(aws, outputs["alerts_topic_arn"]),
            ),
        ),
    ),
)
