"""Alarms that do something, and reach somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect_set, expect_that, some
from stackproof.controls.support.notices import (
    NOTICE_TYPES,
    composites_of,
    is_gone,
    is_read,
    told_by_rule,
)
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
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.events import alarm_event, alarm_message
from stackproof.types.tokens import (
    CLOUDWATCH_COMPOSITE_ALARM,
    EVENT_RULE,
    EVENT_TARGET,
    METRIC_ALARM,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alerts"
# Source: Amazon CloudWatch API Reference, PutMetricAlarm, AlarmActions.
_NOT_SNS = {"automate", "autoscaling", "lambda", "ssm", "ssm-incidents", "swf"}


ALARMS = (METRIC_ALARM, CLOUDWATCH_COMPOSITE_ALARM)
_UNHEARD = Fail(
    "alarm_actions",
    "a topic with a confirmed subscription that drops no notice",
    None,
    "Add a TopicSubscription to the topic, and follow the link in the message that AWS sends.",
)


def _composite(rule: Any) -> With:
    facts = {"alarm_name": "both", "alarm_rule": rule, "alarm_actions": [TOPIC_ARN]}
    return With(Neighbour("composite", CLOUDWATCH_COMPOSITE_ALARM, facts))


def _filtered(policy: Any) -> tuple[Change, Change]:
    body = Change("filter_policy_scope", "MessageBody", of="mail")
    return Change("filter_policy", Json(policy), of="mail"), body


# The alarm's own topic is read by nobody; a rule tells another one of it.
_PATTERN = {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["cpu"]}}
_RULE = (
    Without("mail"),
    With(Neighbour("rule", EVENT_RULE, {"event_pattern": Json(_PATTERN)})),
    With(Neighbour("target", EVENT_TARGET, {"rule": Ref("rule"), "arn": Ref("chat", "arn")})),
    With(Neighbour("chat", SNS_TOPIC, {"name": "chat"})),
    With(Neighbour("reader", SNS_SUBSCRIPTION, {"topic": Ref("chat", "arn")})),
)


@control(
    "cloudwatch-alarm-has-action",
    title="Alarms do something when they go off",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=ALARMS,
    needs=(CLOUDWATCH_COMPOSITE_ALARM, *NOTICE_TYPES),
    frameworks={
        Framework.SECURITY_HUB: ("CloudWatch.15", "CloudWatch.17"),
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
            (Remove("alarm_actions"), *_RULE[1:]),
        ),
    ),
)
def has_action(alarm: Resource, stack: Stack) -> Outcome:
    """An alarm without an action is red on a page that nobody has open.

    One that a composite alarm reads acts through that, and one that a rule of EventBridge lets
    through to a topic tells that.
    Source: Amazon CloudWatch User Guide, "Combine alarms with composite alarms", "Alarm events and
    EventBridge".
    """
    own = worst(attempt(_enabled, alarm), attempt(_acts, alarm))
    if not isinstance(own, Fail):
        return own
    above = some(
        composites_of(alarm, stack),
        lambda composite: worst(_enabled(composite), _acts(composite)),
        own,
    )
    return above if isinstance(above, Pass) else _by_rule(alarm, stack, above)


def _by_rule(alarm: Resource, stack: Stack, otherwise: Outcome) -> Outcome:
    """Judge by the rules of EventBridge; give what was found without them where none tells."""
    name = alarm.raw("name") or alarm.raw("alarm_name")
    if not isinstance(name, str):
        return otherwise
    event = alarm_event(name, arn=alarm.arn)
    told = attempt(told_by_rule, event, stack, _UNHEARD)
    return otherwise if isinstance(told, Fail) else told


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
    needs=(CLOUDWATCH_COMPOSITE_ALARM, *NOTICE_TYPES),
    frameworks={Framework.PCI: ("10.4.1", "12.10.5"), Framework.NIST: ("AU-6(1)", "IR-6(1)")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {"name": "cpu", "alarm_actions": [Ref("topic", "arn")]},
            (
                Neighbour("topic", SNS_TOPIC, {"name": "alerts"}),
                Neighbour(
                    "mail", SNS_SUBSCRIPTION, {"topic": Ref("topic", "arn"), "protocol": "email"}
                ),
            ),
        ),
        failing=(
            Without("mail"),
            Change("topic", "arn:aws:sns:x:1:other", of="mail"),
            Change("pending_confirmation", True, of="mail"),
            Change("filter_policy", '{"store": ["example_corp"]}', of="mail"),
            _filtered({"never": ["x"]}),
            _filtered({"AlarmName": ["memory"]}),
            (Without("mail"), _composite("ALARM(memory)")),
            (*_RULE, Change("event_pattern.detail.alarmName", ["memory"], of="rule")),
            (*_RULE, Change("state", "DISABLED", of="rule")),
        ),
        unknown=(
            Hide("alarm_actions"),
            Hide("topic", of="mail"),
            Hide("pending_confirmation", of="mail"),
            _filtered({"Region": ["US East (N. Virginia)"]}),
            Hide("filter_policy", of="mail"),
            (Without("mail"), _composite(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
            (*_RULE, Hide("event_pattern", of="rule")),
        ),
        absent=(Without("mail"), Without("topic")),
        also_passing=(
            _RULE,
            _filtered({"AlarmName": [{"prefix": "c"}], "NewStateValue": ["ALARM"]}),
            Change("filter_policy", '{"store": [{"exists": false}]}', of="mail"),
        ),
        not_applicable=(
            Change("alarm_actions", ["arn:aws:automate:us-east-1:ec2:recover"]),
            Remove("alarm_actions"),
        ),
    ),
)
def reaches_somebody(alarm: Resource, stack: Stack) -> Outcome:
    """One topic with a reader is enough; other kinds of action are not judged.

    What an alarm itself doesn't tell, a composite alarm or a rule of EventBridge may.
    """
    return reaches(alarm, stack)


def reaches(alarm: Resource, stack: Stack) -> Outcome:
    """Pass when a notice of an alarm is read, NotApplicable when it notifies no topic."""
    topics = _topics(alarm, stack)
    if not topics:
        return NotApplicable("notifies no topic")
    own = _told_to(topics, alarm, stack)
    if isinstance(own, Pass):
        return own
    above = some(composites_of(alarm, stack), lambda composite: _heard(composite, stack), _UNHEARD)
    if isinstance(above, Pass):
        return above
    return _by_rule(alarm, stack, above if isinstance(own, Fail) else own)


def _heard(composite: Resource, stack: Stack) -> Outcome:
    return _told_to(_topics(composite, stack), composite, stack)


def _told_to(topics: Iterable[Resource | Unknown | None], alarm: Resource, stack: Stack) -> Outcome:
    message = alarm_message(alarm)
    return some(
        topics,
        lambda topic: _UNHEARD if topic is None else is_read(topic, stack, _UNHEARD, message),
        _UNHEARD,
    )


def _topics(alarm: Resource, stack: Stack) -> list[Resource | Unknown | None]:
    """Give the topics that an alarm notifies, `None` for one that is gone."""
    actions = alarm["alarm_actions"] or ()
    if not isinstance(actions, (list, tuple)):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "alarm_actions", "no list"))
    by_urn = [stack.find(urn, SNS_TOPIC) for urn in alarm.references.get("alarm_actions", ())]
    topics: list[Resource | Unknown | None] = [topic for topic in by_urn if topic is not None]
    for action in actions:
        if isinstance(action, Unknown):
            topics += [] if topics else [action.at("alarm_actions")]
        elif not isinstance(action, str):
            topics.append(Unknown(Cause.UNREADABLE, "alarm_actions", "no text"))
        elif found := stack.find(action, SNS_TOPIC):
            topics.append(found)
        elif _NOT_SNS.isdisjoint(action.split(":")[2:3]):
            topics.append(
                None if is_gone(action, alarm, SNS_TOPIC, stack) else _lost(action, stack)
            )
    return topics


def _lost(topic: str, stack: Stack) -> Unknown:
    return stack.gaps.get(SNS_TOPIC, Unknown(Cause.NOT_IN_STACK, "alarm_actions", topic))
