"""Secrets Manager: rotation, without running the function that rotates."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses


@handles("secretsmanager", "RotateSecret")
def rotate(call: Call) -> dict[str, Any]:
    """Keep the function and the rules; moto would run the function, which takes Docker.

    AWS: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    """
    secret, function = _secret(call), call.params.get("RotationLambdaARN")
    if function:
        _function(call, function)
        secret.rotation_lambda_arn = function
    if not secret.rotation_lambda_arn:
        raise AwsError("InvalidRequestException", "the secret has no rotation function", 400)
    rules = call.params.get("RotationRules")
    if rules is not None:
        secret.stackproof_rules = dict(rules)
    secret.rotation_requested = secret.rotation_enabled = True
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": secret.default_version_id}


@postprocesses("secretsmanager", "ListSecrets", "DescribeSecret")
def show_rules(call: Call, answer: dict[str, Any]) -> None:
    """Show the rules as they were given, and the function only where there is one.

    AWS: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
    """
    for item in answer.get("SecretList", [answer]):
        if not item.get("RotationLambdaARN"):
            item.pop("RotationLambdaARN", None)
        rules = getattr(_named(call, item["ARN"]), "stackproof_rules", None)
        if rules is not None and item.get("RotationEnabled"):
            item["RotationRules"] = rules


def _function(call: Call, arn: str) -> None:
    functions = call.backend("awslambda")
    try:
        functions.get_function(arn)
    except Exception:  # noqa: BLE001 - moto has a class of its own for each service
        message = f"Lambda was not found: {arn}"
        raise AwsError("ResourceNotFoundException", message, 400) from None


def _secret(call: Call) -> Any:
    secret = _named(call, call.params["SecretId"])
    if secret is None:
        message = "Secrets Manager can't find the specified secret."
        raise AwsError("ResourceNotFoundException", message, 400)
    return secret


def _named(call: Call, name: str) -> Any:
    return call.backend("secretsmanager").secrets.get(name)
