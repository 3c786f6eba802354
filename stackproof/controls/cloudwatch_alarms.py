"""Alarms that do something, reach somebody, and go off when there is silence."""

from __future__ import annotations

import re
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect_set, expect_that, some
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.relations import pointing_to
from stackproof.types.tokens import (
    CLOUDWATCH_COMPOSITE_ALARM,
    METRIC_ALARM,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alerts"
# Source: Amazon CloudWatch API Reference, PutMetricAlarm, AlarmActions.
_NOT_SNS = {"automate", "autoscaling", "lambda", "ssm", "ssm-incidents", "swf"}


ALARMS = (METRIC_ALARM, CLOUDWATCH_COMPOSITE_ALARM)
# How a composite alarm's rule names others: by name or ARN, in quotes or without.
_NAMED = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)')


def _composite(rule: Any) -> With:
    facts = {"alarm_name": "both", "alarm_rule": rule, "alarm_actions": [TOPIC_ARN]}
    return With(Neighbour("composite", CLOUDWATCH_COMPOSITE_ALARM, facts))


@control(
    "cloudwatch-alarm-has-action",
    title="Alarms do something when they go off",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=ALARMS,
    needs=(CLOUDWATCH_COMPOSITE_ALARM,),
    frameworks={
        Framework.FSBP: ("CloudWatch.15", "CloudWatch.17"),
        Framework.PCI: ("10.4.1", "12.10.5"),
        Framework.NIST: ("AU-6(1)", "SI-4(5)"),
    },
    cases=Cases(
        passing=Given(
            METRIC_ALARM, {"name": "cpu", "alarm_actions": [TOPIC_ARN], "actions_enabled": True}
        ),
        failing=(
            Remove("alarm_actions"),
            Change("alarm_actions", []),
            Change("actions_enabled", False),
            (Hide("alarm_actions"), Change("actions_enabled", False)),
            (Remove("alarm_actions"), _composite("ALARM(cpu-of-another)")),
        ),
        unknown=(Hide("alarm_actions"), Hide("actions_enabled")),
        absent=(
            Remove("alarm_actions"),
            (Remove("alarm_actions"), _composite(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
        ),
        also_passing=(
            Remove("actions_enabled"),
            Change("alarm_actions", [Ref("topic")]),
            (Remove("alarm_actions"), _composite('ALARM("memory") OR ALARM("cpu")')),
            (Remove("alarm_actions"), Change("actions_enabled", False), _composite("ALARM(cpu)")),
        ),
    ),
)
def has_action(alarm: Resource, stack: Stack) -> Outcome:
    """An alarm without an action is red on a page that nobody has open.

    One that a composite alarm reads acts through that.
    Source: Amazon CloudWatch User Guide, "Combine alarms with composite alarms".
    """
    own = worst(attempt(_enabled, alarm), attempt(_acts, alarm))
    if not isinstance(own, Fail):
        return own
    above = (other for other in stack.around(CLOUDWATCH_COMPOSITE_ALARM) if other is not alarm)
    return some(above, lambda other: _acts_for(other, alarm, own), own)


def _acts_for(composite: Resource, alarm: Resource, otherwise: Fail) -> Outcome:
    sources = composite.references.get("alarm_rule", ())
    if alarm.urn not in sources and (not sources or isinstance(composite.raw("alarm_rule"), str)):
        names = set(_NAMED.findall(str(composite["alarm_rule"])))
        if names.isdisjoint({alarm.raw("name"), alarm.raw("alarm_name"), alarm.arn, alarm.name}):
            return otherwise
    elif alarm.urn not in sources:
        return otherwise
    return worst(_enabled(composite), _acts(composite))


def _enabled(alarm: Resource) -> Outcome:
    return expect_that(
        alarm,
        "actions_enabled",
        lambda value: value is not False,
        expected="true",
        fix="Set actions_enabled to true.",
    )


def _acts(alarm: Resource) -> Outcome:
    return expect_set(
        alarm,
        "alarm_actions",
        expected="at least one action",
        fix="Name an SNS topic in alarm_actions.",
    )


@control(
    "cloudwatch-alarm-reaches-somebody",
    title="The topics that alarms notify have a subscription",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=ALARMS,
    needs=(SNS_TOPIC, SNS_SUBSCRIPTION),
    frameworks={Framework.PCI: ("10.4.1", "12.10.5"), Framework.NIST: ("AU-6(1)", "IR-6(1)")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {"alarm_actions": [Ref("topic", "arn")]},
            (
                Neighbour("topic", SNS_TOPIC, {"name": "alerts"}),
                Neighbour(
                    "mail", SNS_SUBSCRIPTION, {"topic": Ref("topic", "arn"), "protocol": "email"}
                ),
            ),
        ),
        failing=(Without("mail"), Change("topic", "arn:aws:sns:x:1:other", of="mail")),
        unknown=(Hide("alarm_actions"), Hide("topic", of="mail")),
        absent=(Without("mail"), Without("topic")),
        not_applicable=(
            Change("alarm_actions", ["arn:aws:automate:us-east-1:ec2:recover"]),
            Remove("alarm_actions"),
        ),
    ),
)
def reaches_somebody(alarm: Resource, stack: Stack) -> Outcome:
    """One topic with a reader is enough; other kinds of action are not judged."""
    topics = _topics(alarm, stack)
    if not topics:
        return NotApplicable("notifies no topic")
    return some(
        topics,
        lambda topic: _is_read(topic, stack),
        Fail("alarm_actions", "a topic with a subscription", None, "Add a TopicSubscription."),
    )


def _topics(alarm: Resource, stack: Stack) -> list[Resource | Unknown]:
    actions = alarm["alarm_actions"] or ()
    if not isinstance(actions, (list, tuple)):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "alarm_actions", "no list"))
    by_urn = [stack.find(urn, SNS_TOPIC) for urn in alarm.references.get("alarm_actions", ())]
    topics: list[Resource | Unknown] = [topic for topic in by_urn if topic is not None]
    for action in actions:
        if isinstance(action, Unknown):
            topics += [] if topics else [action.at("alarm_actions")]
        elif not isinstance(action, str):
            topics.append(Unknown(Cause.UNREADABLE, "alarm_actions", "no text"))
        elif found := stack.find(action, SNS_TOPIC):
            topics.append(found)
        elif _NOT_SNS.isdisjoint(action.split(":")[2:3]):
            lost = Unknown(Cause.NOT_IN_STACK, "alarm_actions", action)
            topics.append(stack.gaps.get(SNS_TOPIC, lost))
    return topics


def _is_read(topic: Resource, stack: Stack) -> Outcome:
    if pointing_to(topic, stack, SNS_SUBSCRIPTION, "topic"):
        return Pass()
    return Fail(
        "alarm_actions",
        "a topic with a subscription",
        topic.raw("name") or topic.name,
        "Add a TopicSubscription to the topic.",
    )


@control(
    "cloudwatch-alarm-treats-missing-data",
    title="Alarms on availability say what missing data means, and loss of it is an alarm",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=METRIC_ALARM,
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("SI-4", "CA-7")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {
                "metric_name": "HealthyHostCount",
                "comparison_operator": "LessThanThreshold",
                "treat_missing_data": "breaching",
            },
        ),
        failing=(
            Remove("treat_missing_data"),
            Change("treat_missing_data", "missing"),
            Change("treat_missing_data", "notBreaching"),
            (
                Change("metric_name", "UnHealthyHostCount"),
                Change("comparison_operator", "GreaterThanThreshold"),
                Remove("treat_missing_data"),
            ),
        ),
        unknown=(Hide("treat_missing_data"), Hide("metric_name"), Hide("comparison_operator")),
        also_passing=(
            (
                Change("metric_name", "UnHealthyHostCount"),
                Change("comparison_operator", "GreaterThanThreshold"),
                Change("treat_missing_data", "notBreaching"),
            ),
        ),
        not_applicable=(Change("metric_name", "Evictions"), Remove("metric_name")),
    ),
)
def treats_missing_data(
    alarm: Resource,
    *,
    metrics: tuple[str, ...] = (
        "HealthyHostCount",
        "UnHealthyHostCount",
        "RunningTaskCount",
        "HealthCheckStatus",
        "StatusCheckFailed",
    ),
) -> Outcome:
    """What is dead sends no data; by default such an alarm just waits for more.

    Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    if alarm["metric_name"] not in metrics:
        return NotApplicable("does not watch availability")
    falls = str(alarm["comparison_operator"]).startswith("LessThan")
    accepted = ("breaching",) if falls else ("breaching", "notBreaching", "ignore")
    return expect_that(
        alarm,
        "treat_missing_data",
        lambda value: value in accepted,
        expected=" or ".join(accepted),
        fix=f"Set treat_missing_data to {accepted[0]}.",
    )
