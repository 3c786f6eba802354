"""Whatever the stack: whom its alarms tell hears of it."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.reasoning.access import statements
from stackproof.reasoning.alarms import tells
from stackproof.types import tokens

pytestmark = pytest.mark.monitoring


def topics(live: Stack) -> list[Resource]:
    """Give the stack's topics that its alarms tell."""
    told = {arn for alarm in live.all(tokens.METRIC_ALARM) for arn in tells(alarm)}
    return [topic for topic in live.all(tokens.SNS_TOPIC) if topic.arn in told]


@pytest.mark.types(tokens.METRIC_ALARM)
def test_topics_that_alarms_tell_refuse_nobody(live: Stack) -> None:
    """No policy of a topic that alarms tell refuses everybody to publish, unconditionally.

    An alarm that is refused on its way rings for nobody, and looks as if it had.
    """
    for topic in topics(live):
        for policy in live.seen_referrers(topic, tokens.SNS_TOPIC_POLICY, "arn"):
            for statement in statements(policy.document("policy")):
                refused = not statement.allows and statement.everybody
                assert statement.conditions or not refused, topic.name


@pytest.mark.types(tokens.METRIC_ALARM)
def test_somebody_reads_the_topics_that_alarms_tell(live: Stack) -> None:
    """Each topic that alarms tell has a confirmed subscription that filters nothing.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    for topic in topics(live):
        readers = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
        hears = [r for r in readers if not r["pending_confirmation"] and not r["filter_policy"]]
        assert hears, f"nobody hears of {topic.name}"
