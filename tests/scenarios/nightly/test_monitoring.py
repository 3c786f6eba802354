"""Somebody hears of a run that ended badly, and of a day without one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.alarms import in_silence, tells
from stackproof.reasoning.events import lets_through, stopped_task_event
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [
    pytest.mark.monitoring,
    pytest.mark.blueprint("nightly"),
    pytest.mark.requirement("9.4"),
]


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 137, None])
def test_a_run_that_ended_badly_is_noticed(
    code: int | None, named: Named, outputs: Outputs
) -> None:
    """The rule lets through each way in which a run ends badly, also when it never started.

    A run that could not look must not be taken for one that found nothing.
    """
    rule = named("failure_rule_arn", tokens.EVENT_RULE)
    cluster = str(named("cluster_name", tokens.ECS_CLUSTER).arn)
    task = f"{cluster.replace(':cluster/', ':task/')}/0123456789abcdef"
    assert rule["state"] == "ENABLED"
    pattern = rule.document("event_pattern")
    assert lets_through(pattern, stopped_task_event(cluster, code, arn=task))


def test_a_run_that_found_all_well_wakes_nobody(named: Named) -> None:
    """The rule lets through neither a run that ended well nor tasks of another cluster.

    A notice each night is one that nobody reads.
    """
    pattern = named("failure_rule_arn", tokens.EVENT_RULE).document("event_pattern")
    cluster = str(named("cluster_name", tokens.ECS_CLUSTER).arn)
    task = f"{cluster.replace(':cluster/', ':task/')}/0123456789abcdef"
    assert not lets_through(pattern, stopped_task_event(cluster, 0, arn=task))
    assert not lets_through(pattern, stopped_task_event(f"{cluster}-2", 1, arn=task))


def test_the_notice_is_published_to_the_topic(topic: Resource, named: Named, live: Stack) -> None:
    """The rule tells the topic what happened, by the topic's policy and not by a role.

    EventBridge fails to deliver to an encrypted topic when it is given a role, and says nothing.
    """
    rule = named("failure_rule_arn", tokens.EVENT_RULE)
    targets = [t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"]]
    told = [target for target in targets if target["arn"] == topic.arn]
    assert any(not target["role_arn"] and not target["input"] for target in told)


def test_a_day_without_a_run_is_noticed(
    topic: Resource, named: Named, outputs: Outputs, live: Stack
) -> None:
    """Ends of runs are counted in their log, and a day without one sets off an alarm.

    What doesn't run says nothing: not of what it would have found, and not of itself.
    """
    group = named("task_log_group_name", tokens.LOG_GROUP)
    (counted,) = (
        item
        for item in live.all(tokens.LOG_METRIC_FILTER)
        if item["log_group_name"] == group["name"]
    )
    (name,) = outputs.list("alarm_names")
    alarm = live.look_up(name, tokens.METRIC_ALARM)
    assert alarm is not None
    for read, written in (("namespace", "namespace"), ("metric_name", "name")):
        assert alarm[read] == counted.text(f"metric_transformation.{written}")
    assert in_silence(alarm) == timedelta(days=1)
    assert topic.arn in tells(alarm)


def test_somebody_reads_the_topic(topic: Resource, live: Stack) -> None:
    """The topic has an e-mail subscription that its reader has confirmed.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    readers = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    confirmed = [reader for reader in readers if reader["pending_confirmation"] is False]
    assert "email" in [reader["protocol"] for reader in confirmed]
