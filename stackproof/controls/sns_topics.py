"""Topics: encrypted so that alarms still get through, and read by somebody."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_set, expect_that, some
from stackproof.controls.support.pairs import consumers, needed
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
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
    Without,
)
from stackproof.reasoning.permissions.judging import judge_key
from stackproof.reasoning.permissions.table.notices import ALARMS
from stackproof.reasoning.permissions.targets import target
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.types.tokens import KMS_KEY, METRIC_ALARM, SNS_SUBSCRIPTION, SNS_TOPIC


@control(
    "sns-topic-encrypted",
    title="Topics are encrypted with KMS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SNS_TOPIC,
    frameworks={
        Framework.SECURITY_HUB: ("SNS.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    cases=Cases(
        passing=Given(SNS_TOPIC, {"kms_master_key_id": Ref("key")}),
        failing=(Remove("kms_master_key_id"), Change("kms_master_key_id", "")),
        unknown=(Hide("kms_master_key_id"),),
        also_passing=(Change("kms_master_key_id", "alias/aws/sns"),),
    ),
)
def encrypted(topic: Resource) -> Outcome:
    """Alarms tell what is weak at the moment."""
    return expect_set(
        topic,
        "kms_master_key_id",
        expected="a KMS key",
        fix="Set kms_master_key_id to a kms.Key.",
    )


_ALARMS = tuple(pair for pair in ALARMS if pair.on == SNS_TOPIC)


@control(
    "sns-topic-key-lets-alarms-publish",
    title="The keys of topics that alarms notify let CloudWatch use them",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=SNS_TOPIC,
    needs=(*consumers(_ALARMS), *needed(_ALARMS)),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("AU-5", "SI-4")},
    cases=Cases(
        passing=Given(
            SNS_TOPIC,
            {"kms_master_key_id": Ref("key", "arn")},
            (
                Neighbour("alarm", METRIC_ALARM, {"alarm_actions": [Ref("subject", "arn")]}),
                Neighbour(
                    "key",
                    KMS_KEY,
                    {
                        "policy": Json(
                            {
                                "Statement": [
                                    {
                                        "Effect": "Allow",
                                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                                        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                                        "Resource": "*",
                                    }
                                ]
                            }
                        )
                    },
                ),
            ),
        ),
        failing=(
            Change("policy.Statement.0.Action", ["kms:Decrypt"], of="key"),
            Change("policy.Statement.0.Principal", {"Service": "events.amazonaws.com"}, of="key"),
            Change("policy.Statement.0.Effect", "Deny", of="key"),
            Remove("policy", of="key"),
            Change("kms_master_key_id", "alias/aws/sns"),
        ),
        unknown=(
            Hide("policy", of="key"),
            Hide("kms_master_key_id"),
            Hide("alarm_actions", of="alarm"),
        ),
        absent=(Without("key"),),
        not_applicable=(Without("alarm"), Remove("kms_master_key_id")),
    ),
)
def alarms_can_publish(topic: Resource, stack: Stack) -> Outcome:
    """Otherwise the alarm goes off and its message is dropped without a trace.

    Source: Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS
    services and encrypted topics": the key of AWS (`alias/aws/sns`) can't allow it.
    """
    if topic.raw("kms_master_key_id") in (None, ""):
        return NotApplicable("the topic is not encrypted with KMS")
    alarms = [
        (pair, alarm)
        for pair in _ALARMS
        for alarm in referrers_or_unknown(topic, stack, pair.who, pair.names)
    ]
    hidden = next((alarm for _, alarm in alarms if isinstance(alarm, Unknown)), None)
    known = [(pair, alarm) for pair, alarm in alarms if isinstance(alarm, Resource)]
    if not known:
        return hidden or NotApplicable("no alarm notifies the topic")
    return worst(*(judge_key(pair, alarm, target(topic), stack) for pair, alarm in known))


@control(
    "sns-topic-has-subscription",
    title="Topics have a confirmed subscription",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=SNS_TOPIC,
    needs=(SNS_SUBSCRIPTION,),
    frameworks={Framework.NIST: ("IR-6(1)",)},
    cases=Cases(
        passing=Given(
            SNS_TOPIC,
            {"name": "alerts"},
            (Neighbour("mail", SNS_SUBSCRIPTION, {"topic": Ref("subject", "arn")}),),
        ),
        failing=(Without("mail"), Change("pending_confirmation", True, of="mail")),
        unknown=(Hide("topic", of="mail"), Hide("pending_confirmation", of="mail")),
        absent=(Without("mail"),),
    ),
)
def has_subscription(topic: Resource, stack: Stack) -> Outcome:
    """What is published to a topic without a subscription is gone, and says so nowhere.

    One that its reader has not confirmed counts as none.
    """
    missing = Fail("subscriptions", "at least one", None, "Add a TopicSubscription.")
    return some(referrers(topic, stack, SNS_SUBSCRIPTION, "topic"), _confirmed, missing)


def _confirmed(subscription: Resource) -> Outcome:
    return expect_that(
        subscription,
        "pending_confirmation",
        lambda pending: not pending,
        expected="false",
        fix="Follow the link in the message that AWS sent to the endpoint.",
    )


@control(
    "sns-subscription-not-plain-http",
    title="Subscriptions do not send messages over plain HTTP",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SNS_SUBSCRIPTION,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8",)},
    cases=Cases(
        passing=Given(SNS_SUBSCRIPTION, {"protocol": "https"}),
        failing=(Change("protocol", "http"),),
        unknown=(Hide("protocol"),),
        also_passing=(Change("protocol", "email"), Change("protocol", "sqs")),
    ),
)
def not_plain_http(subscription: Resource) -> Outcome:
    """Messages then cross the internet in plain text."""
    return expect_that(
        subscription,
        "protocol",
        lambda protocol: protocol != "http",
        expected="https, or another protocol than http",
        fix="Set protocol to https.",
    )
