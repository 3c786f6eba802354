"""Trails: made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import CLOUDTRAIL_TRAIL
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

# AWS tells what a trail watches for, but only of trails that watch.
HIDDEN = ("insight_selectors",)


def bucket(world: World) -> str:
    return world.make("aws:s3/bucket:Bucket").id


def test_trail_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    made = world.make(
        CLOUDTRAIL_TRAIL,
        s3_bucket_name=bucket(world),
        s3_key_prefix="trail",
        enable_log_file_validation=True,
        is_multi_region_trail=True,
        kms_key_id=key["arn"],
        event_selectors=[
            {
                "read_write_type": "All",
                "include_management_events": True,
                "data_resources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
            }
        ],
        insight_selectors=[{"insight_type": "ApiCallRateInsight"}],
        tags=TAGS,
    )
    assert made.id == f"arn:aws:cloudtrail:us-east-1:123456789012:trail/{made['name']}"
    assert_shown(world, made, hidden=HIDDEN)
    world.change(
        made,
        enable_logging=False,
        is_multi_region_trail=False,
        kms_key_id=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made, hidden=HIDDEN)
    shown: Any = world.read(made)
    assert (shown.data["kms_key_id"], shown.data["enable_logging"]) == (None, False)
    world.change(made, enable_logging=True, tags=TAGS)
    assert_shown(world, made, hidden=HIDDEN)
    assert_gone(world, made)


def test_trail_may_select_by_fields(world: World) -> None:
    made = world.make(
        CLOUDTRAIL_TRAIL,
        s3_bucket_name=bucket(world),
        advanced_event_selectors=[
            {
                "name": "writes",
                "field_selectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.ARN", "starts_withs": ["arn:aws:s3:::a/"]},
                ],
            }
        ],
        tags=TAGS,
    )
    assert_shown(world, made)


def test_trail_whose_status_is_denied_is_there_and_unknown(world: World, server: Server) -> None:
    made = world.make(CLOUDTRAIL_TRAIL, s3_bucket_name=bucket(world), tags=TAGS)
    inject(server, Fault("deny", service="cloudtrail", operation="GetTrailStatus"))
    try:
        shown = found(world.snapshot().stack(), made)
    finally:
        clear(server)
    hidden = shown.data["enable_logging"]
    assert isinstance(hidden, Unknown)
    assert hidden.cause is Cause.ACCESS_DENIED
    assert shown.data["is_multi_region_trail"] is False
