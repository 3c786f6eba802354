"""DynamoDB: items of tables."""

from __future__ import annotations

import json
from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)

_SERVICE = "dynamodb"


@creator
class TableItem(Creator):
    """An item of a table."""

    type = "aws:dynamodb/tableItem:TableItem"
    replace_on = frozenset({"hash_key", "range_key", "table_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the item; one that is already there is refused."""
        self._put(aws, inputs, ConditionExpression="attribute_not_exists(#k)")
        return Created(self._id(inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the item anew; under another key the old one goes."""
        if _item_key(old) != _item_key(new):
            self.delete(aws, id_, old)
        self._put(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the item."""
        with already_gone():
            aws.client(_SERVICE).delete_item(TableName=state["table_name"], Key=_item_key(state))

    def _put(self, aws: Cloud, inputs: Properties, **condition: str) -> None:
        names = {"ExpressionAttributeNames": {"#k": inputs["hash_key"]}} if condition else {}
        aws.client(_SERVICE).put_item(
            TableName=inputs["table_name"], Item=_item(inputs), **condition, **names
        )

    def _id(self, inputs: Properties) -> str:
        values = [next(iter(value.values())) for value in _item_key(inputs).values()]
        names = [inputs[name] for name in ("hash_key", "range_key") if inputs.get(name)]
        pairs = [part for pair in zip(names, values, strict=True) for part in pair]
        return "|".join([inputs["table_name"], *pairs])


def _item(inputs: Properties) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(inputs["item"])
    return item


def _item_key(inputs: Properties) -> dict[str, Any]:
    item = _item(inputs)
    return {
        inputs[name]: item[inputs[name]] for name in ("hash_key", "range_key") if inputs.get(name)
    }
