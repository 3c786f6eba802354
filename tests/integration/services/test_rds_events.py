"""Who is told of what happens to databases: made, read back, tagged and deleted."""

from __future__ import annotations

from stackproof.types.tokens import RDS_EVENT_SUBSCRIPTION
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_event_subscription_round_trip(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic", name="failures", tags=TAGS)
    made = world.make(
        RDS_EVENT_SUBSCRIPTION,
        name="failures",
        sns_topic=topic["arn"],
        source_type="db-cluster",
        source_ids=["orders"],
        event_categories=["failure", "maintenance"],
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(made, tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    assert_gone(world, made)
