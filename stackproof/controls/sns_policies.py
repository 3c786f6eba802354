"""What topic policies allow and refuse."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import not_public, refuses_plain_http
from stackproof.model import (
    Category,
    Family,
    Framework,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Without
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types.tokens import SNS_TOPIC, SNS_TOPIC_POLICY

ALARMS_PUBLISH = {
    "Sid": "AlarmsPublish",
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:us-east-1:123456789012:alerts",
}
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:us-east-1:123456789012:alerts",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
WITH_POLICY = Given(
    SNS_TOPIC,
    {"name": "alerts"},
    (
        Neighbour(
            "policy",
            SNS_TOPIC_POLICY,
            {
                "arn": Ref("subject", "arn"),
                "policy": Json({"Statement": [ALARMS_PUBLISH, TLS_ONLY]}),
            },
        ),
    ),
)


@control(
    "sns-topic-policy-not-public",
    title="Topic policies let no stranger publish or subscribe",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=(SNS_TOPIC, SNS_TOPIC_POLICY),
    needs=(SNS_TOPIC, SNS_TOPIC_POLICY),
    frameworks={
        Framework.FSBP: ("SNS.4",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.0.Principal", "*", of="policy"),
            Change("policy.Statement.0.Principal", {"AWS": "*"}, of="policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("arn", of="policy")),
        absent=((Without("policy"), Hide("policy")),),
        also_passing=(
            (
                Change("policy.Statement.0.Principal", {"AWS": "*"}, of="policy"),
                Change(
                    "policy.Statement.0.Condition",
                    {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
                    of="policy",
                ),
            ),
        ),
        not_applicable=(Without("policy"),),
    ),
)
def policy_not_public(topic: Resource, stack: Stack) -> Outcome:
    """A stranger who subscribes reads every alarm; one who publishes makes them up.

    The policy that AWS gives a topic names `*`, narrowed to the owner by AWS:SourceOwner.
    """
    return not_public(
        resource_policy(topic, stack),
        expected="named principals, or a condition on aws:SourceAccount",
        fix="Name the principals in the topic policy.",
    )


@control(
    "sns-topic-tls-only",
    title="Topic policies refuse messages that are not sent with TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SNS_TOPIC,
    needs=(SNS_TOPIC_POLICY,),
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8",)},
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.1.Effect", "Allow", of="policy"),
            Change("policy.Statement.1.Action", "sns:Subscribe", of="policy"),
            Change("policy.Statement.1.Resource", "arn:aws:sns:us-east-1:1:other", of="policy"),
            Change("policy.Statement.1.Principal", {"AWS": "123456789012"}, of="policy"),
            Without("policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("arn", of="policy")),
        absent=(Without("policy"),),
        also_passing=(Change("policy.Statement.1.Action", ["sns:*"], of="policy"),),
    ),
)
def tls_only(topic: Resource, stack: Stack) -> Outcome:
    """SNS answers plain HTTP, too, unless the topic's policy refuses it.

    Source: Amazon SNS Developer Guide, "Enforcing encryption of data in transit".
    """
    return refuses_plain_http(topic, stack, [("sns:Publish", "")], "sns:Publish on this topic")
