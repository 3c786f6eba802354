"""Services of AWS that may write to what is the account's: for whom they may do that.

A service does for each of its customers what that customer may have it do. Where it tells for whom
it acts, the policy can ask. Source: IAM User Guide, "The confused deputy problem", and the page of
each service beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.documents import granted
from stackproof.controls.support.wider import Wider, each_unless_wider
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
from stackproof.reasoning.access import ANY_SERVICE, Grant, Kind, Statement, matches
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types import tokens as t
from stackproof.types.companions import neighbours

ANY_SERVICES: Final = {"Bool": {"aws:PrincipalIsAWSService": "true"}}
_ACCOUNT: Final = "123456789012"


@dataclass(frozen=True, slots=True)
class Written:
    """A kind of thing that services write to, and those of them that tell for whom they do.

    `apart` is the type of its policies, and `points` the property by which one names it, where
    they stand apart; `pages` says for each service where AWS says so. `describing` is what tells of
    the thing alone: it neither reads nor writes what the thing holds.
    """

    thing: str
    things: str
    type: str
    action: str
    pages: dict[str, str]
    apart: str
    points: str
    describing: tuple[str, ...]
    severity: Severity = Severity.MEDIUM

    @property
    def by_name(self) -> bool:
        """Tell whether S3 is among them, which tells the name of a bucket."""
        return "s3" in self.pages

    @property
    def by_context(self) -> bool:
        """Tell whether they tell what is encrypted: only keys are told."""
        return "logs" in self.pages


# What describes: Service Authorization Reference, "Actions defined by" each of them.
# Amazon EventBridge isn't among those of topics: it doesn't say there for whom it publishes.
WRITTEN: Final = (
    Written(
        "sns-topic",
        "Topic",
        t.SNS_TOPIC,
        "sns:Publish",
        {
            "budgets": "AWS Cost Management User Guide, Creating an Amazon SNS topic for budgets",
            "cloudtrail": "AWS CloudTrail User Guide, Amazon SNS topic policy for CloudTrail",
            "cloudwatch": "Amazon SNS Developer Guide, Example cases for access control",
            "config": "AWS Config Developer Guide, Permissions for the Amazon SNS topic",
            "events.rds": "Amazon RDS User Guide, Granting permissions to publish notifications",
            "s3": "Amazon SNS Developer Guide, Example cases for access control",
            "ses": "Amazon SNS Developer Guide, Example cases for access control",
        },
        t.SNS_TOPIC_POLICY,
        "arn",
        ("sns:GetTopicAttributes", "sns:ListTagsForResource"),
    ),
    Written(
        "sqs-queue",
        "Queue",
        t.SQS_QUEUE,
        "sqs:SendMessage",
        {
            "events": "Amazon EventBridge User Guide, Using resource-based policies",
            "s3": "Amazon S3 User Guide, Granting permissions to publish event notifications",
            "sns": "Amazon SNS Developer Guide, Subscribing an Amazon SQS queue to a topic",
        },
        t.SQS_POLICY,
        "queue_url",
        ("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"),
    ),
    Written(
        "s3-bucket",
        "Bucket",
        t.S3_BUCKET,
        "s3:PutObject",
        {
            "cloudfront": "Amazon CloudFront Developer Guide, Restrict access to an S3 origin",
            "cloudtrail": "AWS CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail",
            "config": "AWS Config Developer Guide, Permissions for the Amazon S3 bucket",
            "delivery.logs": "Amazon VPC User Guide, Amazon S3 bucket permissions for flow logs",
            "logging.s3": "Amazon S3 User Guide, Enabling Amazon S3 server access logging",
            "s3": "Amazon S3 User Guide, Grant permissions for S3 Inventory and S3 analytics",
        },
        t.S3_POLICY,
        "bucket",
        ("s3:GetBucket*",),
    ),
    Written(
        "kms-key",
        "Key",
        t.KMS_KEY,
        "kms:GenerateDataKey*",
        {
            "cloudfront": "Amazon CloudFront Developer Guide, Restrict access to an S3 origin",
            "cloudtrail": "AWS CloudTrail User Guide, Configure AWS KMS key policies",
            "logs": "Amazon CloudWatch Logs User Guide, Encrypt log data using AWS KMS",
        },
        t.KMS_KEY_POLICY,
        "key_id",
        ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:List*"),
        Severity.LOW,
    ),
)
_CONTEXT: Final = "kms:encryptioncontext:"
_REGIONAL = re.compile(r"(logs)\.[a-z]{2}-[a-z-]+-\d")


def _guards_deputy(written: Written) -> None:
    first = next(iter(written.pages))
    statement = "policy.Statement.0"
    written_statement = {
        "Sid": "Write",
        "Effect": "Allow",
        "Principal": {"Service": f"{first}.amazonaws.com"},
        "Action": written.action,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": _ACCOUNT}},
    }
    policy = Neighbour(
        "policy",
        written.apart,
        {written.points: Ref("subject", "arn"), "policy": Json({"Statement": [written_statement]})},
    )

    def on_policy(part: str, value: object) -> Change:
        return Change(f"{statement}.{part}", value, of="policy")

    def service(*names: str) -> Change:
        return on_policy("Principal", {"Service": [f"{name}.amazonaws.com" for name in names]})

    bucket = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}
    group = f"arn:aws:logs:us-east-1:{_ACCOUNT}:log-group:/orders"
    context = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}
    anybody = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:*:*"}}

    @control(
        f"{written.thing}-guards-deputy",
        title=f"{written.things} policies say for which account AWS services may act",
        severity=written.severity,
        category=Category.IAM,
        types=(written.type, written.apart),
        needs=(written.type, *neighbours(written.type, "policy")),
        frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
        cases=Cases(
            passing=Given(written.type, {}, (policy,)),
            failing=(
                Remove(f"{statement}.Condition", of="policy"),
                (
                    on_policy("Action", [written.action, written.describing[0]]),
                    on_policy("Condition", {}),
                ),
                on_policy("Condition", {"StringLike": {"aws:SourceAccount": "*"}}),
                (service("sts", first), on_policy("Condition", {})),
                (on_policy("Principal", "*"), on_policy("Condition", ANY_SERVICES)),
                *([(service("s3"), on_policy("Condition", bucket))] if written.by_name else []),
                *(
                    [(service("logs.us-east-1"), on_policy("Condition", anybody))]
                    if written.by_context
                    else []
                ),
            ),
            unknown=(Hide("policy", of="policy"), Hide(f"{statement}.Condition", of="policy")),
            absent=((Without("policy"), Hide("policy")),),
            also_passing=(
                on_policy("Condition", {"ArnLike": {"AWS:SourceArn": f"arn:aws:x:*:{_ACCOUNT}:*"}}),
                (on_policy("Action", list(written.describing)), on_policy("Condition", {})),
                *(
                    [(service("logs.us-east-1"), on_policy("Condition", context))]
                    if written.by_context
                    else []
                ),
            ),
            not_applicable=(
                (service("sts"), on_policy("Condition", {})),
                (on_policy("Principal", {"AWS": _ACCOUNT}), on_policy("Condition", {})),
                (on_policy("Principal", "*"), on_policy("Condition", {})),
            ),
        ),
    )
    def judge(holder: Resource, stack: Stack) -> Outcome:
        """Otherwise another customer can have the service write there for them.

        Only services that tell for whom they act are judged. What only describes, such as "Allow
        CloudTrail to describe key" in the policies that its console makes, writes nothing. Source:
        AWS CloudTrail User Guide, "Default KMS key policy created in CloudTrail console".
        """
        return each_unless_wider(
            granted(resource_policy(holder, stack)), lambda item: _guarded(item, written)
        )


def _guarded(item: tuple[str, Grant], written: Written) -> Outcome | Wider:
    path, grant = item
    written_to = grant.statement.acts(written.action.rstrip("*"))
    if written_to and grant.party.kind is Kind.EVERYBODY and grant.everybody:
        return Wider(grant.statement.name, f"{written.thing}-policy-not-public")
    service = grant.party.name.removesuffix(".amazonaws.com")
    regional = _REGIONAL.fullmatch(service)
    known = grant.party == ANY_SERVICE or (regional[1] if regional else service) in written.pages
    if grant.party.kind is not Kind.SERVICE or not known:
        return NotApplicable("lets in no service that says for whom it acts")
    if _only_describes(grant.statement, written) or _of_account(grant) or grant.pinned:
        return Pass()
    return Fail(
        path,
        "a condition on aws:SourceAccount or aws:SourceArn",
        f"{grant.statement.name} lets {grant.party.label} act for any account",
        'Add "Condition": {"StringEquals": {"aws:SourceAccount": "<this account>"}}.',
    )


def _only_describes(statement: Statement, written: Written) -> bool:
    return bool(statement.actions) and all(
        any(matches(describing, action) for describing in written.describing)
        for action in statement.actions
    )


def _of_account(grant: Grant) -> bool:
    """Tell whether a key is for what the ARNs of an account name: said as encryption context."""
    return any(
        condition.key.startswith(_CONTEXT)
        and condition.operator.lower() in ("stringequals", "stringlike", "arnequals", "arnlike")
        and all(re.match(r"arn:[^:]+:[^:]+:[^:]*:\d{12}:", value) for value in condition.values)
        for condition in grant.statement.conditions
    )


for _written in WRITTEN:
    _guards_deputy(_written)
