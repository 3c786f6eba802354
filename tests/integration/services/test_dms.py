"""Migrations of databases: made and read back, as the Database Migration Service tells."""

from __future__ import annotations

from stackproof.types.tokens import DMS_ENDPOINT, DMS_REPLICATION_INSTANCE
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_replication_instance_shows_what_was_declared(world: World) -> None:
    made = world.make(
        DMS_REPLICATION_INSTANCE,
        replication_instance_id="copies",
        replication_instance_class="dms.t3.small",
        allocated_storage=20,
        multi_az=True,
        tags=TAGS,
    )
    assert made["publicly_accessible"] is False
    assert_shown(world, made)
    assert_gone(world, made)


def test_endpoint_shows_what_was_declared(world: World) -> None:
    made = world.make(
        DMS_ENDPOINT,
        endpoint_id="orders",
        endpoint_type="source",
        engine_name="postgres",
        server_name="db.example.com",
        port=5432,
        database_name="orders",
        username="copy",
        password="Not-a-secret-1",
        ssl_mode="require",
        tags=TAGS,
    )
    assert_shown(world, made, hidden=("password",))
    assert_gone(world, made)
