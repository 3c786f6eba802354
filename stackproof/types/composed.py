"""ARNs and addresses that AWS composes of what else is known."""

from __future__ import annotations


def stage_url(endpoint: str, stage: str) -> str:
    """Give the address of a stage of the API at an endpoint."""
    return f"{endpoint}/{'' if stage == '$default' else stage}"


def invocation_arn(partition: str, region: str, arn: str) -> str:
    """Give the ARN by which API Gateway invokes a function, version or alias."""
    path = f"path/2015-03-31/functions/{arn}/invocations"
    return f"arn:{partition}:apigateway:{region}:lambda:{path}"
