"""DynamoDB tables, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Cause, Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown, taken
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import DYNAMODB_RESOURCE_POLICY, DYNAMODB_TABLE

_GONE = ("ResourceNotFoundException", "TableNotFoundException")


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn = item["TableName"], item["TableArn"]
    keys = _keys(item["KeySchema"])
    limits = item.get("ProvisionedThroughput") or {}
    stream = item.get("StreamSpecification") or {}
    data = {
        "attributes": [
            {"name": attribute["AttributeName"], "type": attribute["AttributeType"]}
            for attribute in item.get("AttributeDefinitions") or ()
        ],
        "billing_mode": (item.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        "deletion_protection_enabled": item.get("DeletionProtectionEnabled", False),
        "global_secondary_indexes": [
            _index(index) for index in item.get("GlobalSecondaryIndexes") or ()
        ],
        "hash_key": keys["hash_key"],
        "local_secondary_indexes": [
            _local_index(index) for index in item.get("LocalSecondaryIndexes") or ()
        ],
        "name": name,
        "on_demand_throughput": snake(item.get("OnDemandThroughput")),
        "point_in_time_recovery": _recovery(details["backups"]),
        "range_key": keys["range_key"],
        "read_capacity": limits.get("ReadCapacityUnits"),
        "replicas": [_replica(replica) for replica in item.get("Replicas") or ()],
        "server_side_encryption": _encryption(item.get("SSEDescription")),
        "stream_arn": item.get("LatestStreamArn"),
        "stream_enabled": stream.get("StreamEnabled", False),
        "stream_label": item.get("LatestStreamLabel"),
        "stream_view_type": stream.get("StreamViewType"),
        "table_class": (item.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "tags": scope.tags_of(arn),
        "ttl": _ttl(details["expiry"]),
        "write_capacity": limits.get("WriteCapacityUnits"),
    }
    yield shown(scope, DYNAMODB_TABLE, name, data, arn=arn, name=name)
    policy = details["policy"]
    if isinstance(policy, Mapping) and policy.get("Policy"):
        stated = {"policy": policy["Policy"], "resource_arn": arn}
        data = stated | taken(policy, {"revision_id": "RevisionId"})
        yield shown(scope, DYNAMODB_RESOURCE_POLICY, arn, data)


def _keys(schema: Iterable[Item]) -> dict[str, Any]:
    by_kind = {key["KeyType"]: key["AttributeName"] for key in schema}
    return {"hash_key": by_kind["HASH"], "range_key": by_kind.get("RANGE")}


def _local_index(item: Item) -> dict[str, Any]:
    kept = ("name", "non_key_attributes", "projection_type", "range_key")
    index = _index(item)
    return {name: index[name] for name in kept}


def _index(item: Item) -> dict[str, Any]:
    limits = item.get("ProvisionedThroughput") or {}
    projection = item["Projection"]
    return {
        **_keys(item["KeySchema"]),
        "key_schemas": snake(item["KeySchema"]),
        "name": item["IndexName"],
        "non_key_attributes": list(projection.get("NonKeyAttributes") or ()),
        "on_demand_throughput": snake(item.get("OnDemandThroughput")),
        "projection_type": projection.get("ProjectionType"),
        "read_capacity": limits.get("ReadCapacityUnits"),
        "write_capacity": limits.get("WriteCapacityUnits"),
    }


def _encryption(given: Item | None) -> dict[str, Any] | None:
    """Give the encryption with a key of the account's; the one of DynamoDB's own isn't shown."""
    if not given or given.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return None
    return {"enabled": True, "kms_key_arn": given.get("KMSMasterKeyArn")}


def _recovery(backups: Any) -> Any:
    if backups is None or isinstance(backups, Unknown):
        return backups
    given = backups.get("PointInTimeRecoveryDescription") or {}
    return {
        "enabled": given.get("PointInTimeRecoveryStatus") == "ENABLED",
        "recovery_period_in_days": given.get("RecoveryPeriodInDays"),
    }


def _replica(given: Item) -> dict[str, Any]:
    # Both are settings of the table in that region. Source: DynamoDB API Reference,
    # ReplicaDescription.
    elsewhere = Unknown(Cause.UNREADABLE, detail=f"only {given['RegionName']} tells it")
    return {
        "deletion_protection_enabled": elsewhere,
        "kms_key_arn": given.get("KMSMasterKeyId"),
        "point_in_time_recovery": elsewhere,
        "region_name": given["RegionName"],
    }


def _ttl(expiry: Any) -> Any:
    if expiry is None or isinstance(expiry, Unknown):
        return expiry
    if not expiry.get("AttributeName"):
        return None
    on = expiry.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return {"attribute_name": expiry["AttributeName"], "enabled": on}


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Tables are known by their ARNs (tags, outputs, what may use them).
    arns = scope.named(rf"arn:[^:]+:dynamodb:{scope.region}:{scope.account}:table/[^/]+")
    for arn in arns:
        yield {"TableName": arn.rpartition("/")[2]}


def _detail(operation: str, result: str) -> Detail:
    return Detail(
        Ask("dynamodb", operation, result, absent=_GONE),
        lambda item: {"TableName": item["TableName"]},
    )


READERS = (
    Reader(
        types=(DYNAMODB_TABLE, DYNAMODB_RESOURCE_POLICY),
        listing=Ask("dynamodb", "DescribeTable", "Table", absent=_GONE),
        targets=_targets,
        get_parameters=lambda id_, state: {"TableName": id_.rpartition("/")[2]},
        key=lambda item, scope: Key(item["TableName"], item["TableArn"]),
        details={
            "policy": Detail(
                # PolicyNotFoundException: DynamoDB API Reference, GetResourcePolicy.
                Ask("dynamodb", "GetResourcePolicy", absent=_GONE),
                lambda item: {"ResourceArn": item["TableArn"]},
                provides=(DYNAMODB_RESOURCE_POLICY,),
            ),
            "backups": _detail("DescribeContinuousBackups", "ContinuousBackupsDescription"),
            "expiry": _detail("DescribeTimeToLive", "TimeToLiveDescription"),
        },
        build=_build,
        dying=in_state("TableStatus", "DELETING", "ARCHIVING", "ARCHIVED"),
        arn_service="dynamodb",
        referenced=True,
    ),
)
