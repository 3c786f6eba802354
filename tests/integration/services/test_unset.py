"""An empty text counts as unset, as the provider has it, unless it says something itself."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.types.tokens import (
    LAMBDA_FUNCTION,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    RDS_INSTANCE,
    SECRET,
    SNS_TOPIC,
)
from stackproof.types.unset import meant
from tests.integration.services.roundtrip import TAGS, World, assert_shown

EMPTY: dict[str, tuple[str, dict[str, Any]]] = {
    "a key": (LOG_GROUP, {"kms_key_id": "", "name_prefix": ""}),
    "a policy": (SNS_TOPIC, {"kms_master_key_id": "", "display_name": "", "policy": ""}),
    "a description": (SECRET, {"description": "", "kms_key_id": ""}),
    "windows and names": (
        RDS_INSTANCE,
        {
            "engine": "postgres",
            "instance_class": "db.t3.micro",
            "allocated_storage": 20,
            "username": "root",
            "password": "not-a-secret",
            "skip_final_snapshot": True,
            "backup_window": "",
            "maintenance_window": "",
            "parameter_group_name": "",
            "kms_key_id": "",
        },
    ),
}


@pytest.mark.parametrize("what", EMPTY)
def test_empty_text_is_not_sent(world: World, what: str) -> None:
    type_, inputs = EMPTY[what]
    full = {name: value for name, value in inputs.items() if value != ""}
    made = world.make(type_, **inputs)
    plain = world.make(type_, "plain", **full)
    settled = {"backup_window", "maintenance_window", "parameter_group_name"} & {*inputs}
    assert {name: made[name] for name in settled} == {name: plain[name] for name in settled}
    world.change(made, tags=TAGS)
    world.delete(made)
    world.delete(plain)


def test_empty_name_is_generated(world: World) -> None:
    made = world.make(SNS_TOPIC, "news", name="")
    assert made["name"].startswith("news-")


def test_empty_pattern_matches_everything(world: World) -> None:
    group = world.make(LOG_GROUP, name="/all")
    made = world.make(
        LOG_METRIC_FILTER,
        log_group_name=group.id,
        pattern="",
        metric_transformation={"name": "n", "namespace": "s", "value": "1"},
    )
    assert_shown(world, made)


def test_words_of_the_user_may_be_empty() -> None:
    inputs = {
        "tags": {"Empty": ""},
        "environment": {"variables": {"FLAG": ""}},
        "file_system_config": {"arn": "", "local_mount_path": "/mnt"},
        "description": "",
    }
    assert meant(LAMBDA_FUNCTION, inputs) == {
        "tags": {"Empty": ""},
        "environment": {"variables": {"FLAG": ""}},
        "file_system_config": {"local_mount_path": "/mnt"},
    }
