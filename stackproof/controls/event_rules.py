"""EventBridge rules: they lead somewhere, and what they send arrives."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.sns_topics import key_lets
from stackproof.controls.support.checks import attempt, some
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.policy_documents import Said, resource_policy
from stackproof.reasoning.relations import pointing_to
from stackproof.types.companions import neighbours
from stackproof.types.tokens import EVENT_RULE, EVENT_TARGET, KMS_KEY, SNS_TOPIC, SNS_TOPIC_POLICY

EVENTS = "events.amazonaws.com"


@control(
    "event-rule-has-target",
    title="EventBridge rules have a target",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=EVENT_RULE,
    needs=(EVENT_TARGET,),
    frameworks={Framework.NIST: ("SI-4(5)",)},
    cases=Cases(
        passing=Given(
            EVENT_RULE,
            {"name": "failures"},
            (Neighbour("mail", EVENT_TARGET, {"rule": Ref("subject")}),),
        ),
        failing=(Without("mail"), Change("rule", "another", of="mail")),
        unknown=(Hide("rule", of="mail"),),
        absent=(Without("mail"),),
        also_passing=(Change("rule", "failures", of="mail"),),
    ),
)
def rule_has_target(rule: Resource, stack: Stack) -> Outcome:
    """A rule without one matches its events and forgets them."""
    if pointing_to(rule, stack, EVENT_TARGET, "rule"):
        return Pass()
    return Fail("targets", "an EventTarget of the rule", None, "Add a cloudwatch.EventTarget.")


def _statement(action: list[str], resource: str) -> Json:
    who = {"Effect": "Allow", "Principal": {"Service": EVENTS}}
    return Json({"Statement": [{**who, "Action": action, "Resource": resource}]})


ACTION, PRINCIPAL, CONDITION = (
    f"policy.Statement.0.{part}" for part in ("Action", "Principal", "Condition")
)


@control(
    "event-target-may-publish",
    title="Topics that EventBridge rules notify let EventBridge publish",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=EVENT_TARGET,
    needs=(SNS_TOPIC, SNS_TOPIC_POLICY, *KEY_TYPES, *neighbours(KMS_KEY, "policy")),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("AU-5", "SI-4")},
    cases=Cases(
        passing=Given(
            EVENT_TARGET,
            {"rule": "failures", "arn": Ref("topic", "arn")},
            (
                Neighbour("topic", SNS_TOPIC, {"kms_master_key_id": Ref("key", "arn")}),
                Neighbour(
                    "policy",
                    SNS_TOPIC_POLICY,
                    {
                        "arn": Ref("topic", "arn"),
                        "policy": _statement(["sns:Publish"], "arn:aws:sns:us-east-1:1:failures"),
                    },
                ),
                Neighbour(
                    "key",
                    KMS_KEY,
                    {"policy": _statement(["kms:Decrypt", "kms:GenerateDataKey*"], "*")},
                ),
            ),
        ),
        failing=(
            Without("policy"),
            Change(ACTION, "sns:Subscribe", of="policy"),
            Change(PRINCIPAL, {"Service": "cloudwatch.amazonaws.com"}, of="policy"),
            Change(CONDITION, {"StringEquals": {"aws:SourceAccount": "123456789012"}}, of="policy"),
            Change(PRINCIPAL, {"Service": "cloudwatch.amazonaws.com"}, of="key"),
            Remove("policy", of="key"),
            Change("kms_master_key_id", "alias/aws/sns", of="topic"),
        ),
        unknown=(
            Hide("arn"),
            Hide("policy", of="policy"),
            Hide("arn", of="policy"),
            Hide("policy", of="key"),
            Hide("kms_master_key_id", of="topic"),
        ),
        absent=((Without("topic"), Hide("arn")), Without("policy"), Without("key")),
        also_passing=(
            (Remove("kms_master_key_id", of="topic"), Without("key")),
            Change(ACTION, "sns:*", of="policy"),
        ),
        not_applicable=(Change("arn", "arn:aws:lambda:us-east-1:123456789012:function:log"),),
    ),
)
def target_may_publish(target: Resource, stack: Stack) -> Outcome | dict[str, Outcome]:
    """Otherwise the event is dropped without a trace: the default policy lets no service in.

    Conditions of a topic's policy can't be used for EventBridge.
    Source: Amazon EventBridge User Guide, "Using resource-based policies", Amazon SNS permissions.
    """
    topic = notified_topic(target, stack)
    if topic is None:
        return NotApplicable("not a topic")
    key = NotApplicable("the topic is not encrypted with KMS")
    encrypted = topic.raw("kms_master_key_id") not in (None, "")
    return {
        "policy": attempt(_policy_lets, topic, stack),
        "key": attempt(key_lets, topic, stack, EVENTS) if encrypted else key,
    }


def notified_topic(target: Resource, stack: Stack) -> Resource | None:
    """Give the topic that a target is, `None` when it is something else.

    Raises UnresolvedError when it may be a topic that is not in the stack.
    """
    arn, sources = target.raw("arn"), target.references.get("arn", ())
    known = [arn] if isinstance(arn, str) else sources
    topic = next((found for key in known if (found := stack.look_up(key, SNS_TOPIC))), None)
    if topic is None and (":sns:" in arn if isinstance(arn, str) else not sources):
        return stack.one(target, "arn", SNS_TOPIC)
    return topic


def _policy_lets(topic: Resource, stack: Stack) -> Outcome:
    missing = Fail(
        "arn",
        f"a TopicPolicy that allows {EVENTS} sns:Publish",
        topic.name,
        f"Add that statement to the TopicPolicy of {topic.name}.",
    )
    return some(resource_policy(topic, stack), _lets_events_publish, missing)


def _lets_events_publish(item: Said) -> Outcome:
    statement = item.statement
    for_events = statement.everybody or EVENTS in statement.services
    if not (statement.allows and for_events and statement.acts("sns:Publish")):
        return NotApplicable("says something else")
    if not statement.conditions:
        return Pass()
    return Fail(
        "arn",
        f"a statement for {EVENTS} without a condition",
        f"{statement.name} has one, which EventBridge does not meet",
        f"Remove the condition from {statement.name}.",
    )
