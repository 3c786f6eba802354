"""Somebody hears of it when a delivery pipeline fails."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, some
from stackproof.controls.support.notices import NOTICE_TYPES, is_read, told_by_rule
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
from stackproof.reasoning.events import pipeline_event
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    CODEPIPELINE,
    EVENT_RULE,
    EVENT_TARGET,
    NOTIFICATION_RULE,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

PATTERN = {
    "source": ["aws.codepipeline"],
    "detail-type": ["CodePipeline Pipeline Execution State Change"],
    "detail": {"state": ["FAILED"], "pipeline": ["api"]},
}
# Developer Tools console User Guide, "Events for notification rules on pipelines".
FAILED = "codepipeline-pipeline-pipeline-execution-failed"
RULE = With(
    Neighbour(
        "notices",
        NOTIFICATION_RULE,
        {
            "resource": Ref("subject", "arn"),
            "event_type_ids": [FAILED],
            "targets": [{"address": Ref("topic", "arn")}],
            "status": "ENABLED",
        },
    )
)
MISSING = Fail(
    "name",
    "a rule on failed executions, with a topic that somebody reads as its target",
    None,
    "Add an EventRule (source aws.codepipeline, state FAILED), an EventTarget with the ARN of an "
    "sns.Topic, and a TopicSubscription.",
)


@control(
    "codepipeline-failure-notice",
    title="A failed execution of a pipeline is told to somebody",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CODEPIPELINE,
    needs=(*NOTICE_TYPES, NOTIFICATION_RULE),
    frameworks={Framework.PCI: ("10.7.2", "12.10.5"), Framework.NIST: ("AU-5", "IR-6(1)")},
    cases=Cases(
        passing=Given(
            CODEPIPELINE,
            {"name": "api"},
            (
                Neighbour("rule", EVENT_RULE, {"event_pattern": Json(PATTERN)}),
                Neighbour(
                    "target", EVENT_TARGET, {"rule": Ref("rule"), "arn": Ref("topic", "arn")}
                ),
                Neighbour("topic", SNS_TOPIC, {"name": "failures"}),
                Neighbour("mail", SNS_SUBSCRIPTION, {"topic": Ref("topic", "arn")}),
            ),
        ),
        failing=(
            Without("rule"),
            Without("target"),
            Without("mail"),
            Change("pending_confirmation", True, of="mail"),
            Change("is_enabled", False, of="rule"),
            Change("state", "DISABLED", of="rule"),
            Change("event_pattern.source", ["aws.codebuild"], of="rule"),
            Change("event_pattern.detail.state", ["SUCCEEDED"], of="rule"),
            Change("event_pattern.detail.pipeline", ["web"], of="rule"),
            Change("event_pattern.detail-type", ["Scheduled Event"], of="rule"),
            (
                Remove("event_pattern", of="rule"),
                Change("schedule_expression", "rate(1 day)", of="rule"),
            ),
            Change("arn", "arn:aws:lambda:us-east-1:123456789012:function:log", of="target"),
            (Without("rule"), RULE, Change("status", "DISABLED", of="notices")),
            (Without("rule"), RULE, Change("event_type_ids", ["other"], of="notices")),
            (Without("rule"), RULE, Without("mail")),
        ),
        unknown=(
            Hide("event_pattern", of="rule"),
            Hide("rule", of="target"),
            Hide("arn", of="target"),
            Hide("topic", of="mail"),
            Hide("pending_confirmation", of="mail"),
            (Without("rule"), RULE, Hide("resource", of="notices")),
            (Without("rule"), RULE, Hide("event_type_ids", of="notices")),
            Change("event_pattern.detail.pipeline", [{"cidr": "10.0.0.0/8"}], of="rule"),
        ),
        absent=(Without("topic"), Without("rule")),
        also_passing=(
            (Without("rule"), RULE),
            Remove("event_pattern.detail.pipeline", of="rule"),
            Remove("event_pattern.detail", of="rule"),
            Change("event_pattern.detail.pipeline", [{"prefix": "a"}], of="rule"),
            Change("event_pattern.detail.state", ["FAILED", "CANCELED"], of="rule"),
        ),
    ),
)
def failure_notice(pipeline: Resource, stack: Stack) -> Outcome:
    """A deployment that stopped half way waits until a customer asks for what was promised.

    Source: AWS CodePipeline User Guide, "Monitoring CodePipeline events".
    """
    failed = pipeline_event(str(pipeline["name"]), "FAILED", arn=pipeline.arn)
    by_rule = attempt(told_by_rule, failed, stack, MISSING)
    return by_rule if isinstance(by_rule, Pass) else _told(pipeline, stack, by_rule)


def _told(pipeline: Resource, stack: Stack, otherwise: Outcome) -> Outcome:
    """Judge by notification rules, and give what was found without them where there is none."""
    rules = referrers_or_unknown(pipeline, stack, NOTIFICATION_RULE, "resource")
    told = some(rules, partial(_notifies, stack), MISSING)
    if isinstance(told, Pass) or isinstance(otherwise, Fail):
        return told
    return otherwise


def _notifies(stack: Stack, rule: Resource) -> Outcome:
    if rule["status"] == "DISABLED":
        return MISSING
    if FAILED not in rule.values("event_type_ids"):
        return NotApplicable("a rule about something else")
    topics = stack.follow(rule, "targets.address", SNS_TOPIC)
    return some(topics, lambda topic: is_read(topic, stack, MISSING), MISSING)
