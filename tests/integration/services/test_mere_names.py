"""What outputs name by a mere name is found, tags or none, and asked for only when it is missed."""

from __future__ import annotations

from stackproof.embedded.frame.base import session
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, guard, take
from stackproof.types.mere_names import is_name
from stackproof.types.tokens import CLOUDTRAIL_TRAIL, S3_BUCKET
from tests.integration.services.roundtrip import TAGS, World


def read(world: World, *keys: str) -> Snapshot:
    chosen = [reader for reader in readers() if reader.arn_service in ("cloudtrail", "s3", "sns")]
    return take(
        Aws(guard(readers()), world.cloud.endpoint, session()),
        chosen,
        regions=[world.cloud.region],
        keys=keys,
        names=[key for key in keys if is_name(key, "of")],
        own_tags={"Project": "roundtrip", "Environment": "test"},
    )


def test_bucket_that_lost_its_tags_is_found_by_its_name(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic", name="mere-names", tags=TAGS)
    bucket = world.make(S3_BUCKET)
    found = read(world, topic.id, "mere-names", bucket.id)
    assert bucket.id in {resource.id for resource in found.stack().all(S3_BUCKET)}


def test_bucket_that_a_trail_names_is_not_met_by_that(world: World) -> None:
    bucket = world.make(S3_BUCKET, tags={"Project": "another", "Environment": "test"})
    trail = world.make(CLOUDTRAIL_TRAIL, s3_bucket_name=bucket.id, tags=TAGS)
    found = read(world, str(trail.state["arn"]), bucket.id)
    assert bucket.id in {resource.id for resource in found.foreign if resource.type == S3_BUCKET}


def test_nothing_more_is_asked_when_every_name_is_met(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic", name="mere-names", tags=TAGS)
    assert "s3" not in read(world, topic.id, "mere-names", world.cloud.region, "test").calls
