"""What is sent on by itself: that it goes to nobody else's account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
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
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.model.parameter import Trusted
from stackproof.reasoning.permissions.targets import leaves
from stackproof.types import tokens as t

_ALARMED: Final = ("alarm_actions", "insufficient_data_actions", "ok_actions")
# Where what sends by itself names whom it sends to.
NAMED_BY: Final = {
    t.BACKUP_PLAN: ("rules.copy_actions.destination_vault_arn",),
    t.BUDGET: ("notifications.subscriber_sns_topic_arns",),
    t.CLOUDTRAIL_TRAIL: ("cloud_watch_logs_group_arn", "sns_topic_arn"),
    t.CLOUDWATCH_COMPOSITE_ALARM: _ALARMED,
    t.CODEDEPLOY_GROUP: ("trigger_configurations.trigger_target_arn",),
    t.CONFIG_DELIVERY_CHANNEL: ("sns_topic_arn",),
    t.ELASTICACHE_CLUSTER: ("notification_topic_arn",),
    t.ELASTICACHE_REPLICATION_GROUP: ("notification_topic_arn",),
    t.EVENT_TARGET: ("arn", "dead_letter_config.arn"),
    t.FLOW_LOG: ("log_destination",),
    t.LAMBDA_EVENT_CONFIG: (
        "destination_config.on_failure.destination",
        "destination_config.on_success.destination",
    ),
    t.LAMBDA_EVENT_SOURCE_MAPPING: ("destination_config.on_failure.destination_arn",),
    t.LAMBDA_FUNCTION: ("dead_letter_config.target_arn",),
    t.LOG_SUBSCRIPTION_FILTER: ("destination_arn",),
    t.METRIC_ALARM: _ALARMED,
    t.NOTIFICATION_RULE: ("targets.address",),
    t.RDS_EVENT_SUBSCRIPTION: ("sns_topic",),
    t.S3_ANALYTICS: (
        "storage_class_analysis.data_export.destination.s3_bucket_destination.bucket_account_id",
    ),
    t.S3_INVENTORY: ("destination.bucket.account_id",),
    t.S3_NOTIFICATION: (
        "lambda_functions.lambda_function_arn",
        "queues.queue_arn",
        "topics.topic_arn",
    ),
    t.S3_REPLICATION: ("rules.destination.account",),
    t.SCHEDULER_SCHEDULE: ("target.arn", "target.dead_letter_config.arn"),
    t.SNS_SUBSCRIPTION: ("endpoint",),
}
_ARN: Final = re.compile(r"arn:[^:]+:[^:]+:[^:]*:(\d{12}):.+")
# The type in the URN of a resource that the program makes, and not that of another stack.
_OF_AWS: Final = "::aws:"
_ACCOUNT: Final = re.compile(r"\d{12}")


@control(
    "sent-to-known-accounts",
    title="What is sent on by itself goes to this account or to trusted ones",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=tuple(NAMED_BY),
    frameworks={Framework.NIST: ("AC-4",)},
    cases=Cases(
        passing=Given(
            t.LOG_SUBSCRIPTION_FILTER,
            {"destination_arn": "arn:aws:logs:us-east-1:123456789012:destination:all"},
        ),
        failing=(Change("destination_arn", "arn:aws:logs:us-east-1:999999999999:destination:all"),),
        unknown=(Hide("destination_arn"),),
        not_applicable=(Change("destination_arn", "arn:aws:s3:::bucket"),),
    ),
)
def to_known_accounts(sender: Resource, *, trusted: Trusted = ()) -> Outcome:
    """Alerts, events, logs and copies tell what a system does, and often of whom.

    Buckets' ARNs name no account: whose bucket it is tell those who say it beside them.
    """
    found = [*_accounts(sender)]
    if not found:
        return NotApplicable("names no account that something is sent to")

    def judge(told: tuple[str, str | Unknown]) -> Outcome:
        path, account = told
        if isinstance(account, Unknown):
            return account.at(path)
        if sender.account is None:
            return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, path, "whose account this is")
        if account in (sender.account, *trusted):
            return Pass()
        fix = "Send it to an account of yours, or list the account in `trusted`."
        return Fail(path, "this account, or one that is trusted", account, fix)

    return each(found, judge)


def _accounts(sender: Resource) -> Iterator[tuple[str, str | Unknown]]:
    """Give the accounts that something is sent to, each with where it is named.

    What is still unknown, and is computed from resources of the program, is where these are.
    """
    for path in NAMED_BY[sender.type]:
        made_from = sender.references.get(path.partition(".")[0], ())
        for leaf in leaves(sender.data, path.split(".")):
            told = leaf if isinstance(leaf, Unknown) else _account(leaf)
            own = isinstance(told, Unknown) and any(_OF_AWS in urn for urn in made_from)
            if told is not None and not own:
                yield path, told


def _account(text: str) -> str | None:
    if _ACCOUNT.fullmatch(text):
        return text
    found = _ARN.fullmatch(text)
    return found[1] if found else None
