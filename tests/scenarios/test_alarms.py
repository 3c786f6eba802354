"""Whatever the stack: its alarms go off when they were meant to, and tell those they should."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import statements
from stackproof.reasoning.alarms import after, in_silence, signal, tells
from stackproof.types import tokens

pytestmark = [pytest.mark.monitoring, pytest.mark.needs_outputs("alarm_settings")]

Pair = tuple[Resource, Block]


@pytest.fixture(scope="session")
def alarms(outputs: Outputs, live: Stack) -> list[Pair]:
    """Give each alarm as AWS has it, and what the program told it."""
    pairs = []
    for name, told in outputs["alarm_settings"].items():
        alarm = live.look_up(name, tokens.METRIC_ALARM)
        assert alarm is not None, f"AWS does not have the alarm {name}"
        pairs.append((alarm, Block(json.loads(told), name)))
    assert pairs
    return pairs


def beside(*thresholds: float) -> Iterator[float]:
    """Give the values at which one of two alarms may go off and the other may not."""
    for threshold in thresholds:
        yield from (threshold - 1e-6, threshold, threshold + 1e-6)


@pytest.mark.requirement("1.10", "2.6", "3.19", "4.4")
def test_alarms_read_what_they_were_meant_to(alarms: list[Pair]) -> None:
    """Every alarm reads the metric, dimensions, statistic and unit that the program gave it.

    An alarm on a dimension or in a unit that nothing reports stays silent for ever.
    """
    for alarm, told in alarms:
        assert signal(alarm) == signal(told), alarm.name
        assert (alarm["unit"] or None) == (told["unit"] or None), alarm.name


@pytest.mark.requirement("1.10", "2.6", "3.19", "4.4")
def test_alarms_go_off_when_they_were_meant_to(alarms: list[Pair]) -> None:
    """Every alarm goes off at the values that the program meant, after the time that it meant.

    A threshold that nothing reaches, or a day of waiting, is no alarm; one that cries at every
    spike is switched off by the first who is woken.
    """
    for alarm, told in alarms:
        values = beside(*(one.number("threshold") or 0 for one in (alarm, told)))
        for value in values:
            assert after(alarm, value) == after(told, value), f"{alarm.name} at {value}"


def test_silence_is_an_alarm_where_it_was_meant_to_be(alarms: list[Pair]) -> None:
    """Where a metric must be there its absence sets the alarm off; where it counts, it doesn't.

    What died reports nothing: taken for good news, that is the quietest outage of all.
    """
    for alarm, told in alarms:
        assert in_silence(alarm) == in_silence(told), alarm.name


@pytest.mark.requirement("1.10", "2.6", "3.19", "4.4")
def test_alarms_tell_whom_they_were_meant_to(alarms: list[Pair]) -> None:
    """Every alarm has its actions on, and acts on all that the program named, at least.

    An alarm without an action is a lamp in an empty room.
    """
    for alarm, told in alarms:
        assert tells(alarm) >= tells(told), alarm.name


@pytest.mark.requirement("1.10", "2.6", "3.19", "4.4", "5.5")
def test_the_topic_passes_everything_on(outputs: Outputs, live: Stack) -> None:
    """The alerts topic refuses nobody unconditionally, and a reader by e-mail filters nothing.

    An alarm that is filtered out on its way rings for nobody, and looks as if it had.
    """
    topic = outputs["alerts_topic_arn"]
    for policy in live.all(tokens.SNS_TOPIC_POLICY):
        if policy["arn"] == topic:
            spoken = statements(policy.document("policy"))
            assert all(s.allows or not s.everybody or s.conditions for s in spoken)
    readers = [s for s in live.all(tokens.SNS_SUBSCRIPTION) if s["topic"] == topic]
    assert any(r["protocol"] == "email" and not r["filter_policy"] for r in readers)
