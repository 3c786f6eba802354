"""What functions read from, are built on and are reached by: made, changed, read, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import (
    LAMBDA_EVENT_CONFIG,
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_LAYER_VERSION,
    LAMBDA_URL,
)
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown
from tests.integration.services.test_lambda import code, function


def test_mapping_of_a_queue_shows_what_was_declared_and_changed(world: World) -> None:
    queue = world.make("aws:sqs/queue:Queue")
    made = world.make(
        LAMBDA_EVENT_SOURCE_MAPPING,
        event_source_arn=queue["arn"],
        function_name=function(world)["arn"],
        batch_size=5,
        filter_criteria={"filters": [{"pattern": json.dumps({"body": {"kind": ["cat"]}})}]},
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximum_concurrency": 2},
        tags=TAGS,
    )
    assert made.id == made["uuid"]
    assert made["state"] == "Enabled"
    assert_shown(world, made, hidden=("function_name",))
    world.change(made, batch_size=8, enabled=False, filter_criteria=None, tags={"More": "1"})
    assert made["state"] == "Disabled"
    shown: Any = world.read(made)
    assert (shown.data["batch_size"], shown.data["enabled"]) == (8, False)
    assert (shown.data["filter_criteria"], shown.data["tags"]) == (None, {"More": "1"})
    assert_gone(world, made)


def test_mapping_of_a_table_tells_where_failures_go(world: World) -> None:
    table = world.make(
        "aws:dynamodb/table:Table",
        attributes=[{"name": "id", "type": "S"}],
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        stream_enabled=True,
        stream_view_type="NEW_IMAGE",
    )
    queue = world.make("aws:sqs/queue:Queue")
    made = world.make(
        LAMBDA_EVENT_SOURCE_MAPPING,
        event_source_arn=table["stream_arn"],
        function_name=function(world)["name"],
        starting_position="LATEST",
        destination_config={"on_failure": {"destination_arn": queue["arn"]}},
        maximum_retry_attempts=3,
        tags=TAGS,
    )
    assert_shown(world, made, hidden=("function_name",))


def test_url_shows_what_was_declared_and_changed(world: World) -> None:
    reached = function(world)
    made = world.make(
        LAMBDA_URL,
        function_name=reached["name"],
        authorization_type="NONE",
        cors={"allow_origins": ["*"], "max_age": 60},
    )
    assert made["function_url"].startswith("https://")
    assert made["function_arn"] == reached["arn"]
    assert_shown(world, made)
    world.change(made, authorization_type="AWS_IAM", invoke_mode="RESPONSE_STREAM")
    assert_shown(world, made)
    with pytest.raises(EmbeddedError, match=r"^cors of aws:lambda/functionUrl:FunctionUrl cannot"):
        world.change(made, cors=None)
    world.delete(made)
    world.delete(made)
    assert world.read(made) is None


def test_invoke_config_shows_what_was_declared_and_changed(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic")
    made = world.make(
        LAMBDA_EVENT_CONFIG,
        function_name=function(world)["name"],
        destination_config={"on_failure": {"destination": topic["arn"]}},
        maximum_event_age_in_seconds=120,
        maximum_retry_attempts=0,
    )
    assert_shown(world, made)
    world.change(made, destination_config=None, maximum_retry_attempts=1)
    assert_shown(world, made)
    assert_gone(world, made)


def test_layer_is_published_and_used(world: World) -> None:
    made = world.make(
        LAMBDA_LAYER_VERSION,
        "libs",
        layer_name="libs",
        code=code("LIB = 1"),
        compatible_runtimes=["python3.12"],
        description="libraries",
    )
    assert made.id == f"{made['layer_arn']}:{made['version']}"
    assert made["source_code_size"] > 0
    assert_shown(world, made, hidden=("code",))
    user = function(world, layers=[made.id])
    assert user["name"]
    kept = world.make(
        LAMBDA_LAYER_VERSION, "kept", layer_name="libs", code=code("LIB = 2"), skip_destroy=True
    )
    assert (made["version"], kept["version"]) == ("1", "2")
    world.delete(kept)
    world.delete(made)
    world.delete(made)
    versions = world.cloud.client("lambda").list_layer_versions(LayerName="libs")["LayerVersions"]
    assert [one["Version"] for one in versions] == [2]
