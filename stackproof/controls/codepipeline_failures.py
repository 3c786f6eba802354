"""Somebody hears of it when a delivery pipeline fails."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
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
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.reasoning.events import lets_through, pipeline_event
from stackproof.reasoning.permissions.targets import led_to
from stackproof.reasoning.relations import pointers
from stackproof.types.tokens import (
    CODEPIPELINE,
    EVENT_RULE,
    EVENT_TARGET,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

PATTERN = {
    "source": ["aws.codepipeline"],
    "detail-type": ["CodePipeline Pipeline Execution State Change"],
    "detail": {"state": ["FAILED"], "pipeline": ["api"]},
}
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
    needs=(EVENT_RULE, EVENT_TARGET, SNS_TOPIC, SNS_SUBSCRIPTION),
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
        ),
        unknown=(
            Hide("event_pattern", of="rule"),
            Hide("rule", of="target"),
            Hide("arn", of="target"),
            Hide("topic", of="mail"),
            Hide("pending_confirmation", of="mail"),
            Change("event_pattern.detail.pipeline", [{"cidr": "10.0.0.0/8"}], of="rule"),
        ),
        absent=(Without("topic"), Without("rule")),
        also_passing=(
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
    return some(stack.around(EVENT_RULE), partial(_tells, pipeline, stack), MISSING)


def _tells(pipeline: Resource, stack: Stack, rule: Resource) -> Outcome:
    if rule["is_enabled"] is False or rule["state"] == "DISABLED":
        return MISSING
    pattern = rule.document("event_pattern")
    failed = pipeline_event(str(pipeline["name"]), "FAILED", arn=pipeline.arn)
    if pattern is None or not lets_through(pattern, failed):
        return NotApplicable("a rule about something else")
    targets = pointers(rule, stack, EVENT_TARGET, "rule")
    return some(targets, partial(_reaches, stack), MISSING)


def _reaches(stack: Stack, target: Resource) -> Outcome:
    topic = next(led_to(target, "arn", SNS_TOPIC, stack), None)
    if isinstance(topic, Unknown):
        return topic
    if topic is None or topic.resource is None:
        return NotApplicable("not a topic")
    return some(pointers(topic.resource, stack, SNS_SUBSCRIPTION, "topic"), _reads, MISSING)


def _reads(subscription: Resource) -> Outcome:
    return MISSING if subscription["pending_confirmation"] else Pass()
