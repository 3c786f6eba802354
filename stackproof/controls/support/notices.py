"""Whether a notice reaches somebody: through a topic, an EventBridge rule or a composite alarm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from stackproof.controls.support.checks import some
from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Sight,
    Stack,
    Unknown,
)
from stackproof.reasoning.events import lets_through
from stackproof.reasoning.permissions.targets import led_to
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    CLOUDWATCH_COMPOSITE_ALARM,
    EVENT_RULE,
    EVENT_TARGET,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

NOTICE_TYPES: Final = (EVENT_RULE, EVENT_TARGET, SNS_TOPIC, SNS_SUBSCRIPTION)
# How a composite alarm's rule names others: by name or ARN, in quotes or without.
_NAMED: Final = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)')


def is_read(
    topic: Resource, stack: Stack, missing: Fail, message: Mapping[str, Any] | None = None
) -> Outcome:
    """Pass when a topic has a confirmed subscription that doesn't drop a notice.

    What stands in the `message` is known of alarms only.
    """
    found = referrers_or_unknown(topic, stack, SNS_SUBSCRIPTION, "topic")
    return some(found, partial(_reads, missing, message), missing)


def told_by_rule(event: Mapping[str, Any], stack: Stack, missing: Fail) -> Outcome:
    """Pass when an enabled rule lets an event through to a topic that is read."""
    return some(stack.around(EVENT_RULE), partial(_tells, event, stack, missing), missing)


def composites_of(alarm: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the composite alarms whose rule names an alarm, an Unknown for one that may."""
    for composite in stack.around(CLOUDWATCH_COMPOSITE_ALARM):
        if composite is alarm:
            continue
        rule, sources = composite.raw("alarm_rule"), composite.references.get("alarm_rule", ())
        if alarm.urn is not None and alarm.urn in sources:
            yield composite
        elif isinstance(rule, str):
            names = {alarm.raw("name"), alarm.raw("alarm_name"), alarm.arn, alarm.name}
            if not names.isdisjoint(named_alarms(rule)):
                yield composite
        elif isinstance(rule, Unknown) and not sources:
            yield rule.at(f"{composite.name}.alarm_rule")


def named_alarms(rule: str) -> list[str]:
    """Give the names and ARNs of the alarms that a composite alarm's rule reads."""
    return _NAMED.findall(rule)


def is_gone(arn: str, user: Resource, type_: str, stack: Stack) -> bool:
    """Tell whether what a resource names by its ARN, in its own region, is not there any more.

    What AWS was asked for by an ARN and did not show, nor refuse to show, it doesn't have.
    """
    at = arn.split(":")[3:5]
    here = at == [user.region, user.account]
    return stack.sight is Sight.LIVE and here and stack.look_up(arn, type_) is None


def _reads(missing: Fail, message: Mapping[str, Any] | None, subscription: Resource) -> Outcome:
    """Judge by what a subscription lets through; services publish without attributes.

    Source: Amazon SNS Developer Guide, "Amazon SNS message filtering", "Amazon SNS subscription
    filter policy scope".
    """
    if subscription["pending_confirmation"]:
        return missing
    if not subscription["filter_policy"]:
        return Pass()
    filtered = {} if subscription["filter_policy_scope"] != "MessageBody" else message
    if filtered is None:
        path = f"{subscription.name}.filter_policy"
        return Unknown(Cause.UNREADABLE, path, "filters by the body")
    return Pass() if lets_through(subscription.document("filter_policy"), filtered) else missing


def _tells(event: Mapping[str, Any], stack: Stack, missing: Fail, rule: Resource) -> Outcome:
    if rule["is_enabled"] is False or rule["state"] == "DISABLED":
        return missing
    pattern = rule.document("event_pattern")
    if pattern is None or not lets_through(pattern, event):
        return NotApplicable("a rule about something else")
    targets = referrers_or_unknown(rule, stack, EVENT_TARGET, "rule")
    return some(targets, partial(_reaches, stack, missing), missing)


def _reaches(stack: Stack, missing: Fail, target: Resource) -> Outcome:
    topic = next(led_to(target, "arn", SNS_TOPIC, stack), None)
    if isinstance(topic, Unknown):
        return topic
    if topic is None or topic.resource is None:
        return NotApplicable("not a topic")
    return is_read(topic.resource, stack, missing)
