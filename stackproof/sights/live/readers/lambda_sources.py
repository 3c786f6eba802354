"""What functions read from and are reached by, as AWS shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown, taken, time_text
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    LAMBDA_EVENT_CONFIG,
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_FUNCTION,
    LAMBDA_URL,
)

_MAPPING_NAMES = {
    "batch_size": "BatchSize",
    "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
    "event_source_arn": "EventSourceArn",
    "function_arn": "FunctionArn",
    "function_response_types": "FunctionResponseTypes",
    "kms_key_arn": "KMSKeyArn",
    "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
    "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
    "maximum_retry_attempts": "MaximumRetryAttempts",
    "parallelization_factor": "ParallelizationFactor",
    "queues": "Queues",
    "starting_position": "StartingPosition",
    "topics": "Topics",
    "tumbling_window_in_seconds": "TumblingWindowInSeconds",
}


def _build_mapping(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    failure = (item.get("DestinationConfig") or {}).get("OnFailure") or {}
    target = failure.get("Destination")
    arn = item["EventSourceMappingArn"]
    data = {
        **taken(item, _MAPPING_NAMES),
        "destination_config": {"on_failure": {"destination_arn": target}} if target else None,
        "enabled": item["State"] in ("Creating", "Enabled", "Enabling"),
        "filter_criteria": snake(item.get("FilterCriteria")) or None,
        "last_modified": time_text(item.get("LastModified")),
        "last_processing_result": item.get("LastProcessingResult"),
        "metrics_config": snake(item.get("MetricsConfig")) or None,
        "scaling_config": snake(item.get("ScalingConfig")) or None,
        "source_access_configurations": snake(item.get("SourceAccessConfigurations")) or None,
        "state": item["State"],
        "state_transition_reason": item.get("StateTransitionReason"),
        "tags": scope.tags_of(arn),
        "uuid": item["UUID"],
    }
    yield shown(scope, LAMBDA_EVENT_SOURCE_MAPPING, item["UUID"], data, arn=arn)


def _build_url(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, qualifier = item["FunctionName"], _qualifier(item)
    data = {
        "authorization_type": item["AuthType"],
        "cors": snake(item.get("Cors")) or None,
        "function_arn": item["FunctionArn"],
        "function_name": name,
        "function_url": item["FunctionUrl"],
        "invoke_mode": item.get("InvokeMode", "BUFFERED").upper(),
        "qualifier": qualifier,
    }
    yield shown(scope, LAMBDA_URL, name, data)


def _build_invoke_config(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, qualifier = item["FunctionName"], _qualifier(item)
    data = {
        "destination_config": _destinations(item.get("DestinationConfig") or {}),
        "function_name": name,
        "maximum_event_age_in_seconds": item.get("MaximumEventAgeInSeconds"),
        "maximum_retry_attempts": item.get("MaximumRetryAttempts"),
        "qualifier": qualifier,
    }
    yield shown(scope, LAMBDA_EVENT_CONFIG, name, data)


def _qualifier(item: Item) -> str | None:
    qualifier = item["FunctionArn"].partition(":function:")[2].partition(":")[2]
    return None if qualifier in ("", "$LATEST") else str(qualifier)


def _destinations(given: Item) -> dict[str, Any] | None:
    return {name: target for name, target in snake(given).items() if target} or None


def _of_each_function(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for name in scope.ids(LAMBDA_FUNCTION):
        yield {"FunctionName": name}


def _of_one(id_: str, state: Item) -> Mapping[str, Any]:
    return {"FunctionName": state["function_name"]}


READERS = (
    Reader(
        types=(LAMBDA_EVENT_SOURCE_MAPPING,),
        listing=Ask("lambda", "ListEventSourceMappings", "EventSourceMappings"),
        key=lambda item, scope: Key(
            item["UUID"], item["EventSourceMappingArn"], parent_ids=(item["FunctionArn"],)
        ),
        build=_build_mapping,
        dying=in_state("State", "Deleting"),
        arn_service="lambda",
    ),
    Reader(
        types=(LAMBDA_URL,),
        listing=Ask("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs"),
        targets=_of_each_function,
        get_parameters=_of_one,
        key=lambda item, scope: Key(
            item["FunctionName"], tags={}, parent_ids=(item["FunctionName"],)
        ),
        build=_build_url,
        arn_service="lambda",
        parents=(LAMBDA_FUNCTION,),
        parent_fields=("FunctionName",),
    ),
    Reader(
        types=(LAMBDA_EVENT_CONFIG,),
        listing=Ask("lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs"),
        targets=_of_each_function,
        get_parameters=_of_one,
        key=lambda item, scope: Key(
            item["FunctionName"], tags={}, parent_ids=(item["FunctionName"],)
        ),
        build=_build_invoke_config,
        arn_service="lambda",
        parents=(LAMBDA_FUNCTION,),
        parent_fields=("FunctionName",),
    ),
)
