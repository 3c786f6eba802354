"""The schema by which programs without an SDK (YAML) know the provider's types and functions."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from stackproof.embedded.provider.schema import schema
from stackproof.types.table import functions, types


@functools.cache
def made() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema("7.51.1"))
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_type_and_function_is_there() -> None:
    assert {known.token for known in types()} <= set(made()["resources"])
    assert set(functions()) == set(made()["functions"])
    assert "aws:s3/bucketV2:BucketV2" in made()["resources"]


def test_every_object_that_is_referred_to_is_there() -> None:
    told = {f"#/types/{name}" for name in made()["types"]}
    assert {ref for ref in references(made()) if ref.startswith("#")} <= told


def test_properties_have_their_forms_and_outputs_are_no_inputs() -> None:
    queue = made()["resources"]["aws:sqs/queue:Queue"]
    assert queue["properties"]["arn"] == {"type": "string"}
    assert "arn" not in queue["inputProperties"]
    assert queue["inputProperties"]["visibilityTimeoutSeconds"] == {"type": "integer"}
    tags = {"type": "object", "additionalProperties": {"type": "string"}}
    assert queue["inputProperties"]["tags"] == tags
    vpc = made()["functions"]["aws:ec2/getVpc:getVpc"]
    assert vpc["outputs"]["properties"]["cidrBlock"] == {"type": "string"}
