"""Connections and triggers of Glue: made and deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stackproof.types.tokens import GLUE_CONNECTION
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_connection_has_its_properties_and_goes(world: World) -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://host/db", "USERNAME": "a"}
    connection = world.make(
        GLUE_CONNECTION,
        "warehouse",
        connection_properties=properties,
        physical_connection_requirements={
            "availability_zone": "us-east-1a",
            "security_group_id_lists": ["sg-1"],
            "subnet_id": "subnet-1",
        },
        tags=TAGS,
    )
    name = connection["name"]
    glue = world.cloud.client("glue")
    shown = glue.get_connection(Name=name)["Connection"]
    assert shown["ConnectionProperties"] == properties
    assert shown["PhysicalConnectionRequirements"]["SecurityGroupIdList"] == ["sg-1"]
    assert_shown(world, connection)
    assert_gone(world, connection)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_connection(Name=name)


def test_trigger_starts_a_job_by_the_clock(world: World) -> None:
    trigger = world.make(
        "aws:glue/trigger:Trigger",
        "nightly",
        type="SCHEDULED",
        schedule="cron(0 1 * * ? *)",
        actions=[{"job_name": "load"}],
    )
    glue = world.cloud.client("glue")
    shown = glue.get_trigger(Name=trigger.id)["Trigger"]
    assert shown["Schedule"] == "cron(0 1 * * ? *)"
    assert shown["Actions"] == [{"JobName": "load"}]
    world.delete(trigger)
    world.delete(trigger)
