"""DynamoDB: tables with their indexes, streams and replicas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "dynamodb"
_UNAVAILABLE = (
    "global_table_witness",
    "import_table",
    "restore_backup_arn",
    "restore_date_time",
    "restore_source_name",
    "restore_source_table_arn",
    "restore_to_latest_time",
)
_PROVISIONED = "PROVISIONED"


@creator
class Table(Creator):
    """A table."""

    type = "aws:dynamodb/table:Table"
    joined_later = frozenset({"replicas"})
    replace_on = frozenset({"hash_key", "local_secondary_indexes", "name", "range_key"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"billing_mode": _PROVISIONED}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the table, then what AWS sets apart: expiry, backups and replicas."""
        _refuse(inputs)
        client, name = aws.client(_SERVICE), physical_name(inputs)
        given = {
            **_settings(inputs),
            "global_secondary_indexes": _indexes(inputs) or None,
            "key_schema": _keys(inputs),
            "local_secondary_indexes": _local_indexes(inputs) or None,
            "table_class": inputs.get("table_class"),
            "table_name": name,
            "tags": inputs.get("tags"),
        }
        client.create_table(**parameters(aws, _SERVICE, "create_table", given))
        self._set_apart(aws, name, {}, inputs)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings and indexes, which AWS takes one by one."""
        _refuse(new)
        client = aws.client(_SERVICE)
        settings = _settings(new)
        for given in (
            {name: value for name, value in settings.items() if value != _settings(old)[name]},
            {"table_class": new.get("table_class") if changed(old, new, "table_class") else None},
            *({"global_secondary_index_updates": [change]} for change in _index_changes(old, new)),
        ):
            request = parameters(aws, _SERVICE, "update_table", given)
            if request:
                # An index's attributes must be known together with it.
                attributes = parameters(
                    aws,
                    _SERVICE,
                    "update_table",
                    {"attribute_definitions": settings["attribute_definitions"]},
                )
                client.update_table(TableName=id_, **attributes | request)
        self._set_apart(aws, id_, old, new)
        retag(aws, _SERVICE, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the table, its replicas first."""
        client = aws.client(_SERVICE)
        with already_gone():
            for replica in state.get("replicas") or ():
                _replicate(client, id_, "Delete", replica["region_name"])
            client.delete_table(TableName=id_)

    def _set_apart(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        client = aws.client(_SERVICE)
        if changed(old, new, "ttl"):
            ttl = new.get("ttl") or {**old["ttl"], "enabled": False}
            client.update_time_to_live(
                TableName=name,
                TimeToLiveSpecification={
                    "AttributeName": ttl["attribute_name"],
                    "Enabled": ttl.get("enabled", False),
                },
            )
        if changed(old, new, "point_in_time_recovery"):
            recovery = new.get("point_in_time_recovery") or {"enabled": False}
            wanted: dict[str, Any] = {"PointInTimeRecoveryEnabled": recovery["enabled"]}
            if recovery["enabled"] and recovery.get("recovery_period_in_days"):
                wanted["RecoveryPeriodInDays"] = int(recovery["recovery_period_in_days"])
            client.update_continuous_backups(
                TableName=name, PointInTimeRecoverySpecification=wanted
            )
        before, now = _regions(old), _regions(new)
        for region in sorted(before - now):
            _replicate(client, name, "Delete", region)
        for region in sorted(now - before):
            _replicate(client, name, "Create", region)


table(
    Plain(
        type="aws:dynamodb/resourcePolicy:ResourcePolicy",
        service=_SERVICE,
        put=Call("put_resource_policy"),
        id="{resource_arn}",
        delete=Call("delete_resource_policy"),
        replace_on=frozenset({"resource_arn"}),
    ),
)


def _refuse(inputs: Properties) -> None:
    for name in _UNAVAILABLE:
        if inputs.get(name):
            raise EmbeddedError(f"{name} of {Table.type} is not available on the embedded AWS")


def _settings(inputs: Properties) -> dict[str, Any]:
    """Give what both the creation and a change of a table take."""
    provisioned = inputs.get("billing_mode", _PROVISIONED) == _PROVISIONED
    streams = bool(inputs.get("stream_enabled"))
    view = {"stream_view_type": inputs.get("stream_view_type")} if streams else {}
    encryption = inputs.get("server_side_encryption")
    return {
        "attribute_definitions": [
            {"attribute_name": attribute["name"], "attribute_type": attribute["type"]}
            for attribute in inputs.get("attributes") or ()
        ],
        "billing_mode": inputs.get("billing_mode", _PROVISIONED),
        "deletion_protection_enabled": bool(inputs.get("deletion_protection_enabled")),
        "on_demand_throughput": inputs.get("on_demand_throughput"),
        "provisioned_throughput": _throughput(inputs) if provisioned else None,
        "sse_specification": _encryption(encryption) if encryption else None,
        "stream_specification": {"stream_enabled": streams, **view},
        "warm_throughput": inputs.get("warm_throughput"),
    }


def _throughput(given: Properties) -> dict[str, Any]:
    return {
        "read_capacity_units": given.get("read_capacity"),
        "write_capacity_units": given.get("write_capacity"),
    }


def _encryption(given: Properties) -> dict[str, Any]:
    key = given.get("kms_key_arn")
    kind = {"sse_type": "KMS", "kms_master_key_id": key} if key else {}
    return {"enabled": given["enabled"], **kind}


def _keys(given: Properties) -> list[dict[str, str]]:
    """Give the keys of a table or an index, in AWS's order."""
    if given.get("key_schemas"):
        return [dict(schema) for schema in given["key_schemas"]]
    pairs = ((given.get("hash_key"), "HASH"), (given.get("range_key"), "RANGE"))
    return [{"attribute_name": name, "key_type": kind} for name, kind in pairs if name]


def _projection(given: Properties) -> dict[str, Any]:
    attributes = given.get("non_key_attributes") or None
    return {"projection_type": given["projection_type"], "non_key_attributes": attributes}


def _local_indexes(inputs: Properties) -> list[dict[str, Any]]:
    return [
        {
            "index_name": index["name"],
            "key_schema": _keys({**index, "hash_key": inputs["hash_key"]}),
            "projection": _projection(index),
        }
        for index in inputs.get("local_secondary_indexes") or ()
    ]


def _indexes(inputs: Properties) -> list[dict[str, Any]]:
    provisioned = inputs.get("billing_mode", _PROVISIONED) == _PROVISIONED
    return [
        {
            "index_name": index["name"],
            "key_schema": _keys(index),
            "on_demand_throughput": index.get("on_demand_throughput"),
            "projection": _projection(index),
            "provisioned_throughput": _throughput(index) if provisioned else None,
            "warm_throughput": index.get("warm_throughput"),
        }
        for index in inputs.get("global_secondary_indexes") or ()
    ]


def _index_changes(old: Properties, new: Properties) -> Iterator[dict[str, Any]]:
    before, now = ({index["index_name"]: index for index in _indexes(side)} for side in (old, new))
    for name, index in before.items():
        if name not in now or _shape(now[name]) != _shape(index):
            yield {"delete": {"index_name": name}}
    for name, index in now.items():
        if name not in before or _shape(before[name]) != _shape(index):
            yield {"create": index}
        elif index != before[name]:
            yield {"update": index}


def _shape(index: Mapping[str, Any]) -> tuple[Any, Any]:
    """Give what AWS doesn't change of an index."""
    return index["key_schema"], index["projection"]


def _regions(properties: Properties) -> set[str]:
    return {replica["region_name"] for replica in properties.get("replicas") or ()}


def _replicate(client: Any, name: str, action: str, region: str) -> None:
    client.update_table(TableName=name, ReplicaUpdates=[{action: {"RegionName": region}}])
