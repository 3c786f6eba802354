"""API Gateway: settings that belong to an account, an API or a stage, not to themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)
from stackproof.embedded.frame.patches import patches

_SERVICE = "apigateway"
# Where a method's settings are in the paths of patch operations.
# AWS: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
_SETTINGS = {
    "cache_data_encrypted": "caching/dataEncrypted",
    "cache_ttl_in_seconds": "caching/ttlInSeconds",
    "caching_enabled": "caching/enabled",
    "data_trace_enabled": "logging/dataTrace",
    "logging_level": "logging/loglevel",
    "metrics_enabled": "metrics/enabled",
    "require_authorization_for_cache_control": "caching/requireAuthorizationForCacheControl",
    "throttling_burst_limit": "throttling/burstLimit",
    "throttling_rate_limit": "throttling/rateLimit",
    "unauthorized_cache_control_header_strategy": "caching/unauthorizedCacheControlHeaderStrategy",
}


@creator
class Account(Creator):
    """The role by which API Gateway writes logs in a region."""

    type = "aws:apigateway/account:Account"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the role."""
        return Created("api-gateway-account", self._set(aws, {}, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Set the role anew."""
        return self._set(aws, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the role away."""
        self._set(aws, state, {})

    def _set(self, aws: Cloud, old: Properties, new: Properties) -> dict[str, Any]:
        client, role = aws.client(_SERVICE), new.get("cloudwatch_role_arn") or ""
        if role != (old.get("cloudwatch_role_arn") or ""):
            operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
            client.update_account(patchOperations=[operation])
        answer = client.get_account()
        return {
            "api_key_version": answer.get("apiKeyVersion"),
            "cloudwatch_role_arn": answer.get("cloudwatchRoleArn", ""),
            "features": answer.get("features") or [],
            "throttle_settings": [
                {
                    "burst_limit": answer["throttleSettings"]["burstLimit"],
                    "rate_limit": answer["throttleSettings"]["rateLimit"],
                }
            ],
        }


@creator
class RestApiPolicy(Creator):
    """Who may call an API."""

    type = "aws:apigateway/restApiPolicy:RestApiPolicy"
    replace_on = frozenset({"rest_api_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the policy."""
        self._set(aws, inputs["rest_api_id"], {}, inputs)
        return Created(inputs["rest_api_id"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the policy anew."""
        self._set(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the policy away."""
        with already_gone():
            self._set(aws, id_, state, {})

    def _set(self, aws: Cloud, api: str, old: Properties, new: Properties) -> None:
        before, now = ({"policy": side.get("policy")} for side in (old, new))
        aws.client(_SERVICE).update_rest_api(
            restApiId=api, patchOperations=list(patches(before, now))
        )


@creator
class MethodSettings(Creator):
    """What a stage logs, measures, caches and throttles of a method."""

    type = "aws:apigateway/methodSettings:MethodSettings"
    replace_on = frozenset({"method_path", "rest_api", "stage_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the settings."""
        self._set(aws, inputs, list(_operations(inputs, {}, inputs["settings"])))
        where = (inputs["rest_api"], inputs["stage_name"], inputs["method_path"])
        return Created("-".join(where))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the settings that differ."""
        self._set(aws, new, list(_operations(new, old["settings"], new["settings"])))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take all settings of the method away."""
        with already_gone():
            self._set(aws, state, [{"op": "remove", "path": f"/{_path(state)}"}])

    def _set(self, aws: Cloud, where: Properties, operations: list[Any]) -> None:
        aws.client(_SERVICE).update_stage(
            restApiId=where["rest_api"], stageName=where["stage_name"], patchOperations=operations
        )


def _path(where: Properties) -> str:
    """Write a method's path: all but its last slash is part of the resource's name."""
    resource, _, method = str(where["method_path"]).rpartition("/")
    return f"{resource.replace('/', '~1')}/{method}"


def _operations(
    where: Properties, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    for name, place in _SETTINGS.items():
        if new.get(name) is not None and new[name] != old.get(name):
            text = str(new[name])
            value = text.lower() if isinstance(new[name], bool) else text
            yield {"op": "replace", "path": f"/{_path(where)}/{place}", "value": value}
