"""What AWS has where a program leaves a property unset, for those that change what a thing does.

Somebody can set these beside the program. Only what AWS fills in for nobody stands here, by itself
or through another resource: what it computes, and what a companion says of the same thing, is no
change. Each service's API Reference tells the default of the operation that makes the resource;
those that controls go by stand in `defaults`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.types import tokens as t
from stackproof.types.defaults import DEFAULTS

_CACHED: Final = "default_cache_behavior"
# By type and property, a dotted path for a nested one.
LEFT_UNSET: Final[Mapping[str, Mapping[str, Any]]] = {
    t.API: {"cors_configuration": None, "disable_execute_api_endpoint": False},
    t.API_STAGE: {"stage_variables": None},
    t.AUTOSCALING_GROUP: {"protect_from_scale_in": False, "suspended_processes": None},
    t.CLOUDFRONT_DISTRIBUTION: {
        f"{_CACHED}.function_associations": None,
        f"{_CACHED}.lambda_function_associations": None,
        "custom_error_responses": None,
    },
    t.CLOUDTRAIL_TRAIL: {"enable_logging": True},
    t.CLOUDWATCH_COMPOSITE_ALARM: {
        "actions_enabled": True,
        "actions_suppressor": None,
        "alarm_actions": None,
    },
    t.CODEBUILD_PROJECT: {
        "file_system_locations": None,
        "secondary_artifacts": None,
        "secondary_sources": None,
        "vpc_config": None,
    },
    t.COGNITO_USER_POOL: {"lambda_config": None},
    t.ECS_SERVICE: {"enable_execute_command": False},
    t.EVENT_RULE: {"state": "ENABLED"},
    t.EVENT_TARGET: {"input": None, "input_path": None, "input_transformer": None},
    t.LAMBDA_EVENT_SOURCE_MAPPING: {"enabled": True, "filter_criteria": None},
    t.LAMBDA_FUNCTION: {
        "code_signing_config_arn": None,
        "dead_letter_config": None,
        "environment": None,
        "file_system_config": None,
        "layers": None,
        "vpc_config": None,
    },
    t.LAMBDA_URL: {"cors": None},
    t.LOG_GROUP: {"kms_key_id": None, "retention_in_days": 0},
    t.METRIC_ALARM: {
        "actions_enabled": True,
        "alarm_actions": None,
        "datapoints_to_alarm": None,
        "treat_missing_data": "missing",
    },
    t.ROUTE53_HEALTH_CHECK: {"disabled": False, "invert_healthcheck": False},
    t.SCHEDULER_SCHEDULE: {"end_date": None, "start_date": None, "state": "ENABLED"},
    t.SNS_SUBSCRIPTION: {
        "delivery_policy": None,
        "filter_policy": None,
        "raw_message_delivery": False,
        "redrive_policy": None,
    },
    t.SQS_QUEUE: {
        "delay_seconds": 0,
        "message_retention_seconds": 345600,
        "visibility_timeout_seconds": 30,
    },
    t.SUBNET: {"assign_ipv6_address_on_creation": False},
}
# What says the same by another name: a program that sets this sets the other.
_OTHER_NAMES: Final[Mapping[tuple[str, str], str]] = {(t.EVENT_RULE, "state"): "is_enabled"}


def left_unset(type_: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the properties that a program left unset of a type, and what AWS has there then."""
    documented = {
        name: default.value
        for name, default in DEFAULTS.get(type_, {}).items()
        if not default.beside or default.beside in inputs
    }
    for path, default in {**documented, **LEFT_UNSET.get(type_, {})}.items():
        *outer, name = path.split(".")
        place: Any = inputs
        for part in outer:
            place = place.get(part) if isinstance(place, Mapping) else None
        other = _OTHER_NAMES.get((type_, path))
        if isinstance(place, Mapping) and name not in place and other not in place:
            yield path, default
