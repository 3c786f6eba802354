"""What is to be told arrives: alarms, schedules, buckets, topics and log groups may deliver."""

from __future__ import annotations

from dataclasses import replace

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.reasoning.permissions.table.launches import PUT_ASIDE, RUNS
from stackproof.reasoning.permissions.table.notices import (
    ALARMS,
    BUCKETS,
    LOG_FILTERS,
    SCHEDULES,
    SUBSCRIPTIONS,
)
from stackproof.types.tokens import SCHEDULER_SCHEDULE

_SCHEDULES = (*SCHEDULES, *(pair for pair in RUNS if pair.who == SCHEDULER_SCHEDULE))
_SUBSCRIPTIONS = (*SUBSCRIPTIONS, *PUT_ASIDE)
_ALARMS = tuple(replace(pair, key=()) for pair in ALARMS)


@control(
    "alarm-may-notify",
    title="Alarms may publish to the topics and invoke the functions that they name",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(_ALARMS),
    needs=needed(_ALARMS),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("AU-5", "SI-4")},
    cases=cases(_ALARMS[0]),
)
def alarm_may_notify(alarm: Resource, stack: Stack) -> dict[str, Outcome]:
    """CloudWatch drops what it may not deliver, and the alarm looks as if it had worked.

    The key of a topic is judged once, with the topic (sns-topic-key-lets-alarms-publish).
    """
    return judged(_ALARMS, alarm, stack)


@control(
    "schedule-may-deliver",
    title="Schedules may start what they name",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(_SCHEDULES),
    needs=needed(_SCHEDULES),
    frameworks={Framework.NIST: ("AC-3", "SI-4")},
    cases=cases(SCHEDULES[0]),
)
def schedule_may_deliver(schedule: Resource, stack: Stack) -> dict[str, Outcome]:
    """The time comes, nothing starts, and only a metric that few look at says so."""
    return judged(_SCHEDULES, schedule, stack)


@control(
    "bucket-may-notify",
    title="Buckets may tell the functions, queues and topics that they name",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(BUCKETS),
    needs=needed(BUCKETS),
    frameworks={Framework.NIST: ("AC-3", "SI-4")},
    cases=cases(BUCKETS[1]),
)
def bucket_may_notify(notification: Resource, stack: Stack) -> dict[str, Outcome]:
    """S3 tries once when it is set up; what is taken away later is lost without a trace."""
    return judged(BUCKETS, notification, stack)


@control(
    "subscription-may-deliver",
    title="Topics may deliver to the queues and functions that are subscribed",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(_SUBSCRIPTIONS),
    needs=needed(_SUBSCRIPTIONS),
    frameworks={Framework.NIST: ("AC-3", "SI-4")},
    cases=cases(SUBSCRIPTIONS[0]),
)
def subscription_may_deliver(subscription: Resource, stack: Stack) -> dict[str, Outcome]:
    """A refused message isn't tried again: SNS counts it as the owner's mistake."""
    return judged(_SUBSCRIPTIONS, subscription, stack)


@control(
    "log-filter-may-deliver",
    title="Log groups may hand their lines on to what their filters name",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(LOG_FILTERS),
    needs=needed(LOG_FILTERS),
    frameworks={Framework.PCI: ("10.5.1",), Framework.NIST: ("AU-6", "AU-9")},
    cases=cases(LOG_FILTERS[0]),
)
def log_filter_may_deliver(log_filter: Resource, stack: Stack) -> dict[str, Outcome]:
    """Lines that can't be handed on are kept here only, and whoever evaluates them sees none."""
    return judged(LOG_FILTERS, log_filter, stack)
