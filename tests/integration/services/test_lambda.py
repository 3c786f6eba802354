"""Functions, permissions and aliases: made, changed, read back, deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.provider.wire import ARCHIVE, ASSET, SIGNATURE
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import LAMBDA_ALIAS, LAMBDA_FUNCTION, LAMBDA_PERMISSION
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    found,
)

HIDDEN = ("code", "publish", "skip_destroy")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def code(text: str) -> dict[str, Any]:
    """Give an AssetArchive of one file as it is on Pulumi's wire."""
    asset = {SIGNATURE: ASSET, "text": text}
    return {SIGNATURE: ARCHIVE, "assets": {"handler.py": asset}}


def function(world: World, **more: Any) -> Made:
    role = world.make("aws:iam/role:Role", assume_role_policy=json.dumps(TRUST))
    settings = {
        "runtime": "python3.12",
        "handler": "handler.handle",
        "code": code("def handle(event, context): ..."),
        "role": role["arn"],
        "tags": TAGS,
    }
    return world.make(LAMBDA_FUNCTION, **{**settings, **more})


def test_function_shows_what_was_declared_and_changed(world: World) -> None:
    queue = world.cloud.arn("sqs", "dead-letters")
    made = function(
        world,
        memory_size=256,
        timeout=30,
        description="Answers",
        environment={"variables": {"BUCKET": "prod-nova-data", "logLevel": "INFO"}},
        dead_letter_config={"target_arn": queue},
        tracing_config={"mode": "Active"},
        logging_config={"log_format": "JSON", "application_log_level": "INFO"},
        ephemeral_storage={"size": 1024},
        architectures=["arm64"],
        reserved_concurrent_executions=5,
    )
    assert_shown(world, made, hidden=HIDDEN)
    world.change(
        made,
        timeout=20,
        environment={"variables": {"BUCKET": "other"}},
        tracing_config={"mode": "PassThrough"},
        logging_config={"log_format": "Text", "log_group": "/functions/roundtrip"},
        ephemeral_storage={"size": 2048},
        reserved_concurrent_executions=6,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made, hidden=HIDDEN)
    assert_gone(world, made)


def test_settings_that_a_program_takes_away_are_gone(world: World) -> None:
    made = function(
        world,
        description="Answers",
        environment={"variables": {"BUCKET": "prod-nova-data"}},
        dead_letter_config={"target_arn": world.cloud.arn("sqs", "dead-letters")},
        tracing_config={"mode": "Active"},
        reserved_concurrent_executions=5,
    )
    world.change(
        made,
        description=None,
        environment=None,
        dead_letter_config=None,
        tracing_config=None,
        reserved_concurrent_executions=None,
    )
    assert_shown(world, made, hidden=HIDDEN)
    shown: Any = world.read(made)
    names = ("description", "environment", "dead_letter_config")
    assert [shown.data[name] for name in names] == [None, None, None]
    assert shown.data["tracing_config"] == {"mode": "PassThrough"}
    assert shown.data["reserved_concurrent_executions"] == -1


def test_same_code_has_the_same_hash_and_other_code_another(world: World, tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("def handle(event, context): ...")
    one = function(world)
    same = function(world, code={SIGNATURE: ARCHIVE, "path": str(tmp_path)})
    assert one["code_sha256"] == same["code_sha256"] == same["source_code_hash"]
    world.change(one, code=code("def handle(event, context): return 1"))
    assert one["code_sha256"] != same["code_sha256"]
    assert_shown(world, one, hidden=HIDDEN)


def test_permission_shows_what_was_declared(world: World) -> None:
    made = function(world)
    permission = world.make(
        LAMBDA_PERMISSION,
        action="lambda:InvokeFunction",
        function=made["name"],
        principal="apigateway.amazonaws.com",
        source_arn=world.cloud.arn("execute-api", "abcdefghij/*/*"),
        source_account=world.cloud.account,
    )
    by_arn = world.make(
        LAMBDA_PERMISSION,
        action="lambda:InvokeFunctionUrl",
        function=made["arn"],
        principal="*",
        function_url_auth_type="NONE",
    )
    assert_shown(world, permission)
    shown: Any = world.read(by_arn)
    assert shown.data["function"] == made["arn"], "a refresh keeps the program's words"
    assert shown.data["function_url_auth_type"] == "NONE"
    assert_gone(world, permission)
    assert_gone(world, by_arn)
    assert_gone(world, made)


def test_alias_shows_what_was_declared_and_changed(world: World) -> None:
    made = function(world, publish=True)
    alias = world.make(
        LAMBDA_ALIAS, "live", function_name=made["name"], function_version=made["version"]
    )
    permission = world.make(
        LAMBDA_PERMISSION,
        action="lambda:InvokeFunction",
        function=made["name"],
        qualifier=alias["name"],
        principal="events.amazonaws.com",
    )
    assert_shown(world, alias)
    assert_shown(world, permission)
    world.change(made, code=code("def handle(event, context): return 2"))
    weights = {"additional_version_weights": {"1": 0.1}}
    world.change(alias, function_version=made["version"], routing_config=weights)
    assert_shown(world, alias)
    world.change(alias, description="All of it", routing_config=None)
    assert_shown(world, alias)
    assert_gone(world, permission)
    assert_gone(world, alias)


def test_function_shows_all_but_what_is_denied(world: World, server: Server) -> None:
    made = function(world, reserved_concurrent_executions=5)
    inject(server, Fault("deny", service="lambda", operation="GetFunctionConcurrency"))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    data = found(snapshot.stack(), made).data
    unknown = {name: value for name, value in data.items() if isinstance(value, Unknown)}
    assert set(unknown) == {"reserved_concurrent_executions"}
    assert unknown["reserved_concurrent_executions"].cause is Cause.ACCESS_DENIED


def test_permissions_that_are_denied_are_a_gap(world: World, server: Server) -> None:
    made = function(world)
    world.make(
        LAMBDA_PERMISSION, action="lambda:*", function=made["name"], principal="s3.amazonaws.com"
    )
    inject(server, Fault("deny", service="lambda", operation="GetPolicy"))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    assert snapshot.gaps[LAMBDA_PERMISSION].cause is Cause.ACCESS_DENIED
