"""The schema of the AWS provider, which programs without an SDK of their own (YAML) go by.

Pulumi: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stackproof.types.table import (
    Form,
    Kind,
    Shape,
    every_token,
    function_of,
    functions,
    type_of,
)

_PLAIN = {
    Form.TEXT: "string",
    Form.DOCUMENT: "string",
    Form.INTEGER: "integer",
    Form.NUMBER: "number",
    Form.BOOLEAN: "boolean",
}
# What may be several things: files and archives, and documents of any kind.
_ANY = {"$ref": "pulumi.json#/Any"}
_CONFIGURATION = {
    "region": {"type": "string"},
    "defaultTags": _ANY,
}


def schema(version: str) -> str:
    """Give the schema as JSON text, made of the table of types."""
    made = _Made()
    resources = {
        token: {
            "properties": made.properties(known.shape),
            "inputProperties": {
                name: value
                for name, value in made.properties(known.shape).items()
                if known.shape.python[name] not in known.outputs
            },
        }
        for token in every_token()
        if (known := type_of(token)) is not None
    }
    answers = {
        token: {
            "inputs": {"type": "object", "properties": made.properties(asked.arguments)},
            "outputs": {"type": "object", "properties": made.properties(asked.result)},
        }
        for token in functions()
        if (asked := function_of(token)) is not None
    }
    return json.dumps(
        {
            "name": "aws",
            "version": version,
            "config": {"variables": _CONFIGURATION},
            "provider": {"inputProperties": _CONFIGURATION},
            "types": made.types,
            "resources": resources,
            "functions": answers,
        }
    )


class _Made:
    """Shapes as the schema has them, each object once."""

    def __init__(self) -> None:
        self.types: dict[str, Any] = {}
        self._names: dict[int, str] = {}

    def properties(self, shape: Shape) -> dict[str, Any]:
        """Give the properties of a shape by their names on the wire."""
        return {shape.wire[name]: self._kind(kind) for name, kind in shape.kinds.items()}

    def _kind(self, kind: Kind) -> Mapping[str, Any]:
        if kind.form in _PLAIN:
            return {"type": _PLAIN[kind.form]}
        if kind.form is Form.OBJECT:
            return {"$ref": f"#/types/{self._object(kind.shape)}"}
        if kind.form is Form.MAP and kind.of:
            return {"type": "object", "additionalProperties": self._kind(kind.of)}
        if kind.form in (Form.LIST, Form.ONE) and kind.of:
            return {"type": "array", "items": self._kind(kind.of)}
        return _ANY

    def _object(self, shape: Shape) -> str:
        name = self._names.get(id(shape))
        if name is None:
            name = f"aws:index/object{len(self._names)}:object{len(self._names)}"
            self._names[id(shape)] = name
            self.types[name] = {"type": "object", "properties": self.properties(shape)}
        return name
