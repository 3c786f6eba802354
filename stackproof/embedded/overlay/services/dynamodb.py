"""DynamoDB: replicas in other regions, and settings of a table that moto drops."""

from __future__ import annotations

import copy
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import patches, postprocesses, validates


@patches("dynamodb")
def show_what_is_kept() -> None:
    """Let every description of a table show class, on-demand limits and replicas.

    AWS: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    from moto.dynamodb.models.table import Table

    table_class: Any = Table
    original = table_class.describe

    def describe(table: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        shown: dict[str, Any] = original(table, base_key)
        shown[base_key] |= _more(table)
        return shown

    table_class.describe = describe


def _more(table: Any) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if getattr(table, "stackproof_class", None):
        more["TableClassSummary"] = {"TableClass": table.stackproof_class}
    if getattr(table, "stackproof_limits", None):
        more["OnDemandThroughput"] = table.stackproof_limits
    others = [region for region in _twins(table) if region != table.region_name]
    if others:
        more["Replicas"] = [
            {"RegionName": region, "ReplicaStatus": "ACTIVE"} for region in sorted(others)
        ]
    return more


def _twins(table: Any) -> dict[str, Any]:
    """Give a table and its replicas by region."""
    twins: dict[str, Any] = getattr(table, "stackproof_twins", {})
    return twins


@postprocesses("dynamodb", "CreateTable", "UpdateTable")
def keep(call: Call, answer: dict[str, Any]) -> None:
    """Keep class and limits, change the encryption, make and remove replicas.

    AWS: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    """
    table, given = call.backend("dynamodb").tables[call.params["TableName"]], call.params
    if "TableClass" in given:
        table.stackproof_class = given["TableClass"]
    if "OnDemandThroughput" in given:
        table.stackproof_limits = dict(given["OnDemandThroughput"])
    if call.operation == "UpdateTable" and "SSESpecification" in given:
        table.sse_specification = dict(given["SSESpecification"])
    for update in given.get("ReplicaUpdates", ()):
        if "Create" in update:
            _replicate(call, table, update["Create"]["RegionName"])
        elif "Delete" in update:
            _forget(call, table, update["Delete"]["RegionName"])
    answer["TableDescription"] |= _more(table)


@validates("dynamodb", "UpdateTable")
def refuse_impossible_replicas(call: Call) -> None:
    """Replicate only tables with streams, and no table twice.

    AWS: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateReplicationGroupMemberAction.html
    """
    table = call.backend("dynamodb").tables.get(call.params["TableName"])
    for update in call.params.get("ReplicaUpdates", ()):
        if table is None or "Create" not in update:
            continue
        region = update["Create"]["RegionName"]
        if not (table.stream_specification or {}).get("StreamEnabled"):
            raise AwsError("ValidationException", "Table must have streams enabled to replicate")
        if _backend(call, region).tables.get(table.name) is not None:
            raise AwsError("ValidationException", f"A replica already exists in {region}")


def _backend(call: Call, region: str) -> Any:
    from moto.backends import get_backend

    return get_backend("dynamodb")[call.account][region]


def _replicate(call: Call, table: Any, region: str) -> None:
    twins = _twins(table) or {table.region_name: table}
    twin = copy.copy(table)  # with the same items: what is written to one is in the other
    twin.region_name = region
    twin.table_arn = table.table_arn.replace(f":{table.region_name}:", f":{region}:")
    twin.tags = []
    twins[region] = twin
    for replica in twins.values():
        replica.stackproof_twins = twins
    _backend(call, region).tables[table.name] = twin


def _forget(call: Call, table: Any, region: str) -> None:
    twins = _twins(table)
    if twins.pop(region, None) is None:
        raise AwsError("ReplicaNotFoundException", f"There is no replica in {region}")
    _backend(call, region).tables.pop(table.name, None)
