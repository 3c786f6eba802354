"""Defects of the serverless API."""

from __future__ import annotations

from stackproof.demo.plants.base import Client, Plant

_ANYBODY = "anybody-invokes-"


def _anybody_invokes(client: Client, statement: str) -> object:
    return client("lambda").add_permission(
        FunctionName=statement.removeprefix(_ANYBODY),
        StatementId=statement,
        Action="lambda:InvokeFunction",
        Principal="*",
    )


def _secret_in_the_open(client: Client, function: str) -> object:
    variables = {"DATABASE_PASSWORD": "correct-horse-battery-staple"}
    return client("lambda").update_function_configuration(
        FunctionName=function, Environment={"Variables": variables}
    )


SERVERLESS = (
    Plant(
        "everybody allowed to invoke the function",
        "lambda-permission-not-public",
        lambda outputs: f"{_ANYBODY}{outputs['function_name']}",
        _anybody_invokes,
    ),
    Plant(
        "a password written into the function's environment",
        "lambda-no-secrets-in-environment",
        lambda outputs: str(outputs["function_name"]),
        _secret_in_the_open,
    ),
    Plant(
        "public-access block of the data bucket removed",
        "s3-bucket-blocks-public-access",
        lambda outputs: str(outputs["data_bucket_name"]),
        lambda client, bucket: client("s3").delete_public_access_block(Bucket=bucket),
    ),
    Plant(
        "retention of the function's log dropped",
        "cloudwatch-log-retention",
        lambda outputs: str(outputs["function_log_group_name"]),
        lambda client, group: client("logs").delete_retention_policy(logGroupName=group),
    ),
    Plant(
        "alarm on the function's errors switched off",
        "cloudwatch-alarm-has-action",
        lambda outputs: outputs.list("alarm_names")[0],
        lambda client, alarm: client("cloudwatch").disable_alarm_actions(AlarmNames=[alarm]),
    ),
)
