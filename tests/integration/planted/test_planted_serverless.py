"""Defects that an auditor or the one on call would find in the HTTP API on Lambda."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.audited_serverless import AUDITED
from tests.integration.planted.hands import (
    ANYBODY,
    STRANGER,
    bucket_says,
    denied,
    environment,
    integration,
    key_says,
    lent_to,
    no_policies,
    nobody_deletes,
    one_more_alarm,
    route,
    subscriptions_gone,
    topic_says,
)
from tests.integration.planted.on_call import for_another_api, notices_filtered
from tests.integration.planted.planting import (
    Field,
    Literal,
    Seen,
    all_caught,
    better,
    call,
    defect,
    missed,
    none_blamed,
    otherwise,
    use,
)
from tests.integration.planted.reasons import GONE, PROMISE
from tests.mutations.alarms import change_alarm
from tests.mutations.roles import allow, forbid, trust
from tests.mutations.storage import accept_plain_http, change_lifecycle

STACK = "serverless-prod"
DEFAULT = Literal("$default")
FUNCTION, BUCKET, API, ROLE = "$function_name", "$data_bucket_name", "$api_id", "~function_role_arn"
ERRORS, SLOW, FIVES = (
    f"prod-nova-{what}-k7q2" for what in ("api-errors", "api-slow", "http-server-errors")
)


def _function(**changes: Any) -> Any:
    return call("lambda", "update_function_configuration", FunctionName=FUNCTION, **changes)


def _permitted(principal: str, **more: Any) -> Any:
    return call(
        "lambda",
        "add_permission",
        FunctionName=FUNCTION,
        StatementId="for-now",
        Action="lambda:InvokeFunction",
        Principal=principal,
        **more,
    )


def _stage(**changes: Any) -> Any:
    return call("apigatewayv2", "update_stage", ApiId=API, StageName=DEFAULT, **changes)


def _alarm(name: str, **changes: Any) -> Any:
    return use(change_alarm, name, **changes)


def _for_batch(statement: dict[str, Any]) -> None:
    statement["Principal"] = {"Service": "batch.amazonaws.com"}


def _tmp_only(rule: dict[str, Any]) -> None:
    rule.pop("Prefix", None)
    rule["Filter"] = {"Prefix": "tmp/"}


DEFECTS = (
    # The function
    defect(
        "a runtime without support",
        FUNCTION,
        "lambda-supported-runtime",
        _function(Runtime="python3.8"),
    ),
    defect(
        "anybody calls the function",
        f"{FUNCTION} lambda/permission",
        "lambda-permission-not-public",
        _permitted("*"),
    ),
    defect(
        "a stranger's account calls the function",
        FUNCTION,
        "lambda-function-no-external-access",
        _permitted("999999999999"),
    ),
    defect(
        "any bucket calls the function",
        FUNCTION,
        "lambda-permission-guards-deputy",
        _permitted("s3.amazonaws.com"),
    ),
    defect(
        "a public URL of the function",
        FUNCTION,
        "lambda-url-authorization",
        call("lambda", "create_function_url_config", FunctionName=FUNCTION, AuthType="NONE"),
    ),
    defect(
        "the function is switched off",
        FUNCTION,
        "lambda-may-run",
        call(
            "lambda",
            "put_function_concurrency",
            FunctionName=FUNCTION,
            ReservedConcurrentExecutions=0,
        ),
    ),
    defect(
        "a password in the function's environment",
        FUNCTION,
        "lambda-no-secrets-in-environment",
        use(environment, FUNCTION, DATABASE_PASSWORD="hunter2-hunter2"),
    ),
    defect(
        "an access key in the function's environment",
        FUNCTION,
        "lambda-no-secrets-in-environment",
        use(environment, FUNCTION, UPLOAD_KEY="AKIAZ7QXW3PLMN5RTVBK"),
    ),
    missed(
        "the function is told a bucket that it may not use",
        FUNCTION,
        Seen.DRIFTED,
        "a variable's text isn't known to name a bucket",
        use(environment, FUNCTION, BUCKET_NAME="prod-nova-data-old"),
    ),
    defect(
        "the function gives up after a second",
        FUNCTION,
        "lambda-timeout-stated",
        _function(Timeout=1),
    ),
    defect(
        "the function waits longer than its API",
        f"apigatewayv2/integration {FUNCTION}",
        "http-api-outlasts-function",
        _function(Timeout=900),
    ),
    defect(
        "the function's log goes to a group of its own making",
        FUNCTION,
        "lambda-log-group",
        _function(LoggingConfig={"LogFormat": "Text", "LogGroup": "/aws/lambda/elsewhere"}),
    ),
    defect(
        "the API may not call the function",
        f"{FUNCTION} {API} lambda/permission",
        "api-may-invoke",
        call("lambda", "remove_permission", FunctionName=FUNCTION, StatementId="http-invokes"),
    ),
    # Its role
    defect(
        "the role may do nothing",
        f"{ROLE} {FUNCTION}",
        "function-may-do-its-work",
        use(no_policies, ROLE),
    ),
    defect(
        "the function may not log",
        f"{ROLE} {FUNCTION}",
        "function-may-do-its-work",
        use(forbid, ROLE, "logs:PutLogEvents"),
    ),
    defect(
        "the function reads every bucket",
        ROLE,
        "iam-reads-named-data",
        use(allow, ROLE, "s3:GetObject"),
    ),
    defect(
        "the function deletes any table",
        ROLE,
        "iam-no-whole-service",
        use(allow, ROLE, "dynamodb:*"),
    ),
    defect(
        "the function gives itself rights",
        ROLE,
        "iam-no-escalation",
        use(allow, ROLE, "iam:PutRolePolicy"),
    ),
    defect(
        "the function passes any role",
        ROLE,
        "iam-pass-role-limited",
        use(allow, ROLE, ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    ),
    defect(
        "a stranger takes the role",
        ROLE,
        "iam-role-no-external-access",
        use(lent_to, ROLE, STRANGER),
    ),
    defect(
        "Lambda may not take the role",
        f"{ROLE} {FUNCTION}",
        "role-trusts-its-service",
        use(trust, ROLE, _for_batch),
    ),
    # The API
    missed(
        "a route is gone",
        "apigatewayv2/route",
        Seen.VANISHED,
        PROMISE,
        use(route, API, "GET /health"),
    ),
    defect(
        "anybody deletes",
        API,
        "http-api-route-authorization",
        use(route, API, "DELETE /{proxy+}", AuthorizationType="NONE"),
    ),
    defect(
        "a route leads nowhere",
        "apigatewayv2/route",
        "http-api-route-leads-somewhere",
        use(route, API, "GET /", Target="integrations/aaaaaaa"),
    ),
    missed(
        "the API calls a function that isn't there",
        "apigatewayv2/integration",
        Seen.DRIFTED,
        "the function may be another stack's",
        use(
            integration,
            API,
            IntegrationUri="arn:aws:lambda:us-west-2:123456789012:function:prod-nova-old",
        ),
    ),
    defect(
        "the API calls another host over plain HTTP",
        f"apigatewayv2/integration {API}",
        "http-api-integration-https",
        use(
            integration,
            API,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="ANY",
            IntegrationUri="http://198.51.100.7/",
        ),
    ),
    defect(
        "no access log",
        f"{API} $access_log_group_name",
        "http-api-access-logs",
        call("apigatewayv2", "delete_access_log_settings", ApiId=API, StageName=DEFAULT),
    ),
    defect(
        "the access log goes nowhere",
        API,
        "log-group-there",
        _stage(
            AccessLogSettings={
                "DestinationArn": "arn:aws:logs:us-west-2:123456789012:log-group:/aws/gone",
                "Format": '{"id":"$context.requestId","status":"$context.status"}',
            }
        ),
    ),
    defect(
        "no limit to what is asked",
        API,
        "http-api-throttled",
        _stage(
            DefaultRouteSettings={"ThrottlingBurstLimit": 10000, "ThrottlingRateLimit": 10000.0}
        ),
    ),
    defect(
        "everything is throttled",
        API,
        "http-api-throttled",
        _stage(DefaultRouteSettings={"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0.0}),
    ),
    defect("nothing is deployed any more", API, "api-has-stage", _stage(AutoDeploy=False)),
    defect(
        "every page of the web may call with credentials",
        API,
        "http-api-cors-names-origins",
        call(
            "apigatewayv2",
            "update_api",
            ApiId=API,
            CorsConfiguration={
                "AllowOrigins": ["https://*"],
                "AllowMethods": ["*"],
                "AllowHeaders": ["*"],
                "AllowCredentials": True,
            },
        ),
    ),
    defect(
        "the API has no address at all",
        "apigatewayv2/api:Api",
        "api-answers-somewhere",
        call("apigatewayv2", "update_api", ApiId=API, DisableExecuteApiEndpoint=True),
    ),
    # The bucket
    defect(
        "anybody reads the data",
        BUCKET,
        "s3-bucket-policy-not-public",
        use(bucket_says, BUCKET, {**ANYBODY, "Action": "s3:GetObject"}),
    ),
    defect(
        "a stranger's account deletes data",
        BUCKET,
        "s3-bucket-no-external-access",
        use(
            bucket_says,
            BUCKET,
            {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:DeleteObject"},
        ),
    ),
    defect(
        "the data may be made public",
        BUCKET,
        "s3-bucket-blocks-public-access",
        call("s3", "delete_public_access_block", Bucket=BUCKET),
    ),
    defect(
        "earlier versions are not kept",
        BUCKET,
        "s3-bucket-versioned",
        call(
            "s3",
            "put_bucket_versioning",
            Bucket=BUCKET,
            VersioningConfiguration={"Status": "Suspended"},
        ),
    ),
    defect("plain HTTP to the data", BUCKET, "s3-bucket-tls-only", use(accept_plain_http, BUCKET)),
    defect(
        "nothing tidies the bucket",
        BUCKET,
        "s3-bucket-aborts-multipart-uploads",
        call("s3", "delete_bucket_lifecycle", Bucket=BUCKET),
    ),
    defect(
        "only a folder is tidied",
        BUCKET,
        "s3-bucket-aborts-multipart-uploads",
        use(change_lifecycle, BUCKET, _tmp_only),
    ),
    defect(
        "the bucket's access list is for all users",
        BUCKET,
        "s3-bucket-acl-not-public",
        call("s3", "put_bucket_acl", Bucket=BUCKET, ACL="public-read"),
    ),
    # Logs and alarms
    defect(
        "the function's log is kept for ever",
        "$function_log_group_name",
        "cloudwatch-log-retention",
        call("logs", "delete_retention_policy", logGroupName="$function_log_group_name"),
    ),
    defect(
        "the access log is kept for a day",
        "$access_log_group_name",
        "cloudwatch-log-retention",
        call(
            "logs", "put_retention_policy", logGroupName="$access_log_group_name", retentionInDays=1
        ),
    ),
    defect(
        "the function's log is in plain",
        "$function_log_group_name",
        "cloudwatch-log-customer-key",
        call("logs", "disassociate_kms_key", logGroupName="$function_log_group_name"),
    ),
    defect(
        "the access log's group is gone",
        "$access_log_group_name $api_id",
        "log-group-there",
        call("logs", "delete_log_group", logGroupName="$access_log_group_name"),
    ),
    defect(
        "the logs' key is disabled",
        "~logs_kms_key_arn $function_log_group_name",
        "kms-key-enabled",
        call("kms", "disable_key", KeyId="$logs_kms_key_arn"),
    ),
    defect(
        "the logs' key is anybody's",
        "~logs_kms_key_arn",
        "kms-key-policy-not-public",
        use(key_says, "$logs_kms_key_arn", {**ANYBODY, "Action": "kms:Decrypt"}),
    ),
    defect(
        "the alerts' key isn't rotated",
        "~alerts_kms_key_arn",
        "kms-key-rotation",
        call("kms", "disable_key_rotation", KeyId="$alerts_kms_key_arn"),
    ),
    defect(
        "the alerts' key is about to be deleted",
        "~alerts_kms_key_arn $alerts_topic_arn",
        "kms-key-enabled",
        call("kms", "schedule_key_deletion", KeyId="$alerts_kms_key_arn", PendingWindowInDays=7),
    ),
    defect(
        "the alarm on errors is muted",
        ERRORS,
        "cloudwatch-alarm-has-action",
        call("cloudwatch", "disable_alarm_actions", AlarmNames=[ERRORS]),
    ),
    defect(
        "an alarm about a function of old",
        ERRORS,
        "cloudwatch-alarm-metric-reported",
        _alarm(ERRORS, Dimensions=[{"Name": "FunctionName", "Value": "prod-nova-api-old"}]),
    ),
    defect(
        "slower than the function can be",
        f"{SLOW} {FUNCTION}",
        "cloudwatch-alarm-can-go-off",
        _alarm(SLOW, Threshold=60000.0),
    ),
    defect(
        "an alarm about fast answers",
        SLOW,
        "cloudwatch-alarm-can-go-off",
        _alarm(SLOW, ComparisonOperator="LessThanThreshold"),
    ),
    defect(
        "an alarm tells nobody",
        FIVES,
        "cloudwatch-alarm-has-action",
        _alarm(FIVES, AlarmActions=[]),
    ),
    defect(
        "an alarm about a metric of REST APIs",
        FIVES,
        "cloudwatch-alarm-metric-reported",
        _alarm(FIVES, MetricName="5XXError"),
    ),
    missed(
        "the alarm on server errors is gone",
        FIVES,
        Seen.VANISHED,
        GONE,
        call("cloudwatch", "delete_alarms", AlarmNames=[FIVES]),
    ),
    defect(
        "nobody hears the alerts",
        "$alerts_topic_arn",
        "sns-topic-has-subscription",
        use(subscriptions_gone, "$alerts_topic_arn"),
    ),
    defect(
        "anybody sends alerts",
        "$alerts_topic_arn",
        "sns-topic-policy-not-public",
        use(topic_says, "$alerts_topic_arn", {"Effect": "Allow", "Principal": {"AWS": "*"}}),
    ),
    # What the one on call finds
    defect(
        "another API may call the function",
        f"{FUNCTION} {API} lambda/permission",
        "api-may-invoke",
        use(for_another_api, FUNCTION),
    ),
    defect(
        "nobody may ask for its health",
        f"{API} $access_log_group_name",
        "http-api-throttled",
        _stage(
            RouteSettings={"GET /health": {"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0.0}}
        ),
    ),
    defect(
        "all alerts are filtered out",
        f"{ERRORS} $alerts_topic_arn",
        "cloudwatch-alarm-reaches-somebody",
        use(notices_filtered, "$alerts_topic_arn"),
    ),
    missed(
        "the function begins where there is no code",
        FUNCTION,
        Seen.DRIFTED,
        "only the code tells what is in it",
        _function(Handler="gone.handle"),
    ),
    *AUDITED,
)
IMPROVEMENTS = (
    better(
        "a log kept longer",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$function_log_group_name",
            retentionInDays=731,
        ),
    ),
    better(
        "an access log kept longer",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$access_log_group_name",
            retentionInDays=731,
        ),
    ),
    better("a second alarm", use(one_more_alarm, SLOW, "prod-nova-api-slower-k7q2")),
    better("more memory", _function(MemorySize=512)),
    better("traces", _function(TracingConfig={"Mode": "Active"})),
    better("a newer Python", _function(Runtime="python3.14")),
    better(
        "capacity of its own",
        call(
            "lambda",
            "put_function_concurrency",
            FunctionName=FUNCTION,
            ReservedConcurrentExecutions=50,
        ),
    ),
    better("data that nobody deletes", use(nobody_deletes, BUCKET)),
    better("a role that may do less", use(denied, ROLE, "iam:*")),
    better(
        "keys rotated twice a year",
        call("kms", "enable_key_rotation", KeyId="$logs_kms_key_arn", RotationPeriodInDays=180),
    ),
    otherwise(
        "fewer requests a second",
        _stage(
            DefaultRouteSettings={
                "ThrottlingBurstLimit": 60,
                "ThrottlingRateLimit": 30.0,
                "DetailedMetricsEnabled": True,
            }
        ),
    ),
    otherwise(
        "health for callers with an identity only",
        use(route, API, "GET /health", AuthorizationType="AWS_IAM"),
    ),
)


def test_defects_are_caught(field: Field) -> None:
    all_caught(field, DEFECTS)


def test_improvements_are_not_blamed(field: Field) -> None:
    none_blamed(field, IMPROVEMENTS)
