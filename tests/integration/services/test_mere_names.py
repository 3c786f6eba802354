"""What outputs name by a mere name is found, tags or none, and asked for only when it is missed."""

from __future__ import annotations

from stackproof.embedded.frame.base import session
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, guard, take
from stackproof.types.tokens import S3_BUCKET
from tests.integration.services.roundtrip import TAGS, World


def read(world: World, *keys: str) -> Snapshot:
    chosen = [reader for reader in readers() if reader.trigger in ("s3", "sns")]
    return take(
        Aws(guard(readers()), world.cloud.endpoint, session()),
        chosen,
        regions=[world.cloud.region],
        keys=keys,
        own_tags={"Project": "roundtrip", "Environment": "test"},
    )


def test_bucket_that_lost_its_tags_is_found_by_its_name(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic", name="mere-names", tags=TAGS)
    bucket = world.make(S3_BUCKET)
    found = read(world, topic.id, "mere-names", bucket.id)
    assert bucket.id in {resource.id for resource in found.stack().all(S3_BUCKET)}


def test_nothing_more_is_asked_when_every_name_is_met(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic", name="mere-names", tags=TAGS)
    assert "s3" not in read(world, topic.id, "mere-names", world.cloud.region, "test").calls
