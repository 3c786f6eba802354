"""Queues: encrypted, not lost on failure, and open to nobody else."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.controls.support.documents import not_public, refuses_plain_http
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
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
from stackproof.reasoning.effective import whole
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types.companions import neighbours
from stackproof.types.tokens import (
    EVENT_TARGET,
    LAMBDA_EVENT_CONFIG,
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_FUNCTION,
    SCHEDULER_SCHEDULE,
    SNS_SUBSCRIPTION,
    SQS_POLICY,
    SQS_QUEUE,
    SQS_REDRIVE,
)


@control(
    "sqs-queue-encrypted",
    title="Queues are encrypted",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SQS_QUEUE,
    frameworks={
        Framework.FSBP: ("SQS.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    cases=Cases(
        passing=Given(SQS_QUEUE, {"kms_master_key_id": Ref("key")}),
        failing=((Remove("kms_master_key_id"), Change("sqs_managed_sse_enabled", False)),),
        unknown=(
            (Hide("kms_master_key_id"), Change("sqs_managed_sse_enabled", False)),
            (
                Remove("kms_master_key_id"),
                Change("sqs_managed_sse_enabled", True),
                Hide("sqs_managed_sse_enabled"),
            ),
        ),
        also_passing=(
            (Remove("kms_master_key_id"), Change("sqs_managed_sse_enabled", True)),
            Remove("kms_master_key_id"),
        ),
    ),
)
def encrypted(queue: Resource) -> Outcome:
    """SQS encrypts new queues with keys of its own unless it is told not to.

    Source: Amazon SQS Developer Guide, "Encryption at rest in Amazon SQS".
    """
    if queue["kms_master_key_id"]:
        return Pass()
    return expect_that(
        queue,
        "sqs_managed_sse_enabled",
        lambda value: value is not False,
        expected="true, or a key in kms_master_key_id",
        fix="Set kms_master_key_id to a kms.Key, or sqs_managed_sse_enabled to true.",
    )


TARGET = "deadLetterTargetArn"
REDRIVE = Json({"deadLetterTargetArn": Ref("dead", "arn"), "maxReceiveCount": 5})


@control(
    "sqs-queue-dead-letters",
    title="Queues put aside messages that nobody can process",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=SQS_QUEUE,
    needs=(
        SQS_QUEUE,
        EVENT_TARGET,
        LAMBDA_EVENT_CONFIG,
        LAMBDA_EVENT_SOURCE_MAPPING,
        LAMBDA_FUNCTION,
        SCHEDULER_SCHEDULE,
        SNS_SUBSCRIPTION,
        *neighbours(SQS_QUEUE, "redrive_policy"),
    ),
    frameworks={Framework.NIST: ("CP-10", "SI-11")},
    cases=Cases(
        passing=Given(
            SQS_QUEUE,
            {"name": "orders", "redrive_policy": REDRIVE},
            (Neighbour("dead", SQS_QUEUE, {"name": "orders-dead"}),),
        ),
        failing=(
            Remove("redrive_policy"),
            Change("redrive_policy", Json({"redriveAllowPolicy": "denyAll"})),
        ),
        unknown=(
            Hide("redrive_policy"),
            (
                Remove("redrive_policy"),
                Change("redrive_policy", "{}", of="dead"),
                Hide("redrive_policy", of="dead"),
            ),
        ),
        absent=((Remove("redrive_policy"), Without("dead")),),
        not_applicable=(
            (
                Remove("redrive_policy"),
                Change(
                    "redrive_policy",
                    Json({"deadLetterTargetArn": Ref("subject", "arn")}),
                    of="dead",
                ),
            ),
            (
                Remove("redrive_policy"),
                With(
                    Neighbour(
                        "failed",
                        EVENT_TARGET,
                        {"dead_letter_config": {"arn": Ref("subject", "arn")}},
                    )
                ),
            ),
        ),
    ),
)
def dead_letters(queue: Resource, stack: Stack) -> Outcome:
    """A message that fails each time comes back each time, and holds up those behind it."""
    redrive = whole(queue, stack, "redrive_policy")
    if isinstance(redrive.raw("redrive_policy"), Unknown) and _computed_from_queue(redrive, stack):
        return Pass()
    if redrive.record("redrive_policy").get(TARGET):
        return Pass()
    if _takes_dead_letters(queue, stack):
        return NotApplicable("takes the dead letters of another")
    hidden = (stack.hidden_referrer(type_, path) for type_, path in _SENDERS)
    return next((unknown for unknown in hidden if unknown is not None), None) or Fail(
        "redrive_policy",
        "a deadLetterTargetArn and a maxReceiveCount",
        redrive["redrive_policy"],
        "Add a second queue and name its ARN in redrive_policy.",
    )


def _computed_from_queue(queue: Resource, stack: Stack) -> bool:
    sources = queue.references.get("redrive_policy", ())
    return any(stack.find(urn, SQS_QUEUE) for urn in sources)


# What names a queue for messages that could not be delivered or processed.
_SENDERS = (
    (SQS_QUEUE, "redrive_policy"),
    (SQS_REDRIVE, "redrive_policy"),
    (SNS_SUBSCRIPTION, "redrive_policy"),
    (EVENT_TARGET, "dead_letter_config.arn"),
    (LAMBDA_FUNCTION, "dead_letter_config.target_arn"),
    (LAMBDA_EVENT_CONFIG, "destination_config.on_failure.destination"),
    (LAMBDA_EVENT_SOURCE_MAPPING, "destination_config.on_failure.destination_arn"),
    (SCHEDULER_SCHEDULE, "target.dead_letter_config.arn"),
)


def _takes_dead_letters(queue: Resource, stack: Stack) -> bool:
    return any(
        _named_in_document(queue, stack, type_, path)
        if path == "redrive_policy"
        else stack.seen_referrers(queue, type_, path)
        for type_, path in _SENDERS
    )


def _named_in_document(queue: Resource, stack: Stack, type_: str, path: str) -> bool:
    for other in stack.around(type_):
        text = other.raw(path)
        if queue.urn in other.references.get(path, ()):
            return True
        if isinstance(text, str) and queue.arn and queue.arn in text:
            return True
    return False


SENDS = {
    "Sid": "Rule",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": "*",
}
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
WITH_POLICY = Given(
    SQS_QUEUE,
    {"name": "orders"},
    (
        Neighbour(
            "policy",
            SQS_POLICY,
            {"queue_url": Ref("subject"), "policy": Json({"Statement": [SENDS, TLS_ONLY]})},
        ),
    ),
)


@control(
    "sqs-queue-policy-not-public",
    title="Queue policies let no stranger send or receive",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=(SQS_QUEUE, SQS_POLICY),
    needs=(SQS_QUEUE, SQS_POLICY),
    frameworks={
        Framework.FSBP: ("SQS.3",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.0.Principal", "*", of="policy"),
            Change("policy.Statement.0.Principal", {"AWS": ["*"]}, of="policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("queue_url", of="policy")),
        absent=((Without("policy"), Hide("policy")),),
        also_passing=(
            (
                Change("policy.Statement.0.Principal", "*", of="policy"),
                Change(
                    "policy.Statement.0.Condition",
                    {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:orders"}},
                    of="policy",
                ),
            ),
        ),
        not_applicable=(Without("policy"),),
    ),
)
def policy_not_public(queue: Resource, stack: Stack) -> Outcome:
    """A stranger who receives reads the orders; one who sends makes them up."""
    return not_public(
        resource_policy(queue, stack),
        expected="named principals, or a condition on aws:SourceArn or aws:SourceAccount",
        fix="Name the principals in the queue policy.",
    )


@control(
    "sqs-queue-tls-only",
    title="Queue policies refuse requests that do not use TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SQS_QUEUE,
    needs=(SQS_POLICY,),
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8",)},
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.1.Effect", "Allow", of="policy"),
            Change("policy.Statement.1.Action", "sqs:SendMessage", of="policy"),
            Change("policy.Statement.1.Resource", "arn:aws:sqs:us-east-1:1:other", of="policy"),
            Without("policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("queue_url", of="policy")),
        absent=(Without("policy"),),
    ),
)
def tls_only(queue: Resource, stack: Stack) -> Outcome:
    """SQS answers plain HTTP, too, unless the queue's policy refuses it.

    Source: Amazon SQS Developer Guide, "Amazon SQS security best practices".
    """
    needed = (("sqs:SendMessage", ""), ("sqs:ReceiveMessage", ""))
    return refuses_plain_http(queue, stack, needed, "sqs:* on this queue")
