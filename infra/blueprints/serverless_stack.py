"""From a stack's configuration to a deployed serverless API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints import shared_outputs
from infra.blueprints.serverless import Api
from infra.components.function import HANDLER
from infra.settings.config import settings_output
from infra.settings.serverless import Serverless
from infra.site import build_site
from infra.tags import Tags

__all__ = ["deploy"]

PROJECT = "nova-serverless"


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the API and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Serverless.load(stack)
    site = build_site(settings.names, _tags(settings), settings.config.region)
    return _outputs(Api(settings, site))


def _tags(settings: Serverless) -> Tags:
    return Tags(
        {
            "Project": PROJECT,
            "Environment": str(settings.config.environment),
            "ManagedBy": "Pulumi",
            "Stack": settings.stack,
            "Owner": settings.config.owner,
        }
    )


def _outputs(api: Api) -> dict[str, Any]:
    function = api.function
    return {
        "project": PROJECT,
        "environment": str(api.settings.config.environment),
        "stack": api.settings.stack,
        "blueprint": "serverless",
        "region": api.site.region,
        "account_id": api.site.account_id,
        "settings": settings_output(api.settings.config),
        "api_id": api.api.api.id,
        "api_url": api.api.stage.invoke_url,
        "api_routes": [route.route_key for route in api.api.routes],
        "function_name": function.function.name,
        "function_arn": function.function.arn,
        "function_handler": HANDLER,
        "function_code_sha256": function.package.sha256,
        "function_role_arn": function.role.arn,
        "function_log_group_name": function.log_group.name,
        "access_log_group_name": api.api.access_log_group.name,
        "data_bucket_name": api.data.bucket.id,
        "alerts_topic_arn": api.alerts.arn,
        **shared_outputs.alarms(api.alarms.alarms),
        "logs_kms_key_arn": api.logs_key.arn,
        "alerts_kms_key_arn": api.alerts_key.arn,
    }
