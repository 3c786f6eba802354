"""What lets strangers in, or locks out those who work there, on every system."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import change_alarm
from tests.mutations.keys import log_groups_key, topics_key
from tests.mutations.mutation import Act, Aws, Group, Mutation

Of = Callable[[Outputs], str]

_STRANGER = {"AWS": "arn:aws:iam::999999999999:root"}
_NOBODY = {"Effect": "Deny", "Principal": "*"}


def _bucket_says(bucket: Of, region: str = "region", **statement: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        s3, name = aws("s3", outputs[region]), bucket(outputs)
        policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        arn = f"arn:aws:s3:::{name}"
        policy["Statement"].append({**statement, "Resource": [arn, f"{arn}/*"]})
        return s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))

    return act


def _bucket(number: str, what: str, bucket: Of, region: str = "region") -> tuple[Mutation, ...]:
    let = _bucket_says(bucket, region, Effect="Allow", Principal=_STRANGER, Action="s3:*")
    locked = _bucket_says(bucket, region, **_NOBODY, Action="s3:PutObject")
    return (
        Mutation(number, f"{what}: another account reads", let),
        Mutation(number, f"{what}: nobody may write", locked),
    )


def _key_says(key: Callable[[Aws, Outputs], str]) -> Act:
    statement = {"Effect": "Allow", "Principal": _STRANGER, "Action": "kms:*", "Resource": "*"}

    def act(aws: Aws, outputs: Outputs) -> object:
        kms, id_ = aws("kms"), key(aws, outputs)
        policy = json.loads(kms.get_key_policy(KeyId=id_, PolicyName="default")["Policy"])
        policy["Statement"].append(statement)
        return kms.put_key_policy(KeyId=id_, PolicyName="default", Policy=json.dumps(policy))

    return act


def _key(number: str, what: str, key: Callable[[Aws, Outputs], str]) -> tuple[Mutation, ...]:
    return (
        Mutation(number, f"{what}: another account uses the key", _key_says(key)),
        Mutation(
            number,
            f"{what}: key disabled",
            lambda aws, outputs: aws("kms").disable_key(KeyId=key(aws, outputs)),
        ),
    )


def _topics_key(aws: Aws, outputs: Outputs) -> str:
    return topics_key(aws, outputs["alerts_topic_arn"])


def _topic_says(**statement: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        sns, topic = aws("sns"), outputs["alerts_topic_arn"]
        found = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        policy = json.loads(found)
        policy["Statement"].append({**statement, "Action": "sns:Publish", "Resource": topic})
        return sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )

    return act


def _filter(aws: Aws, outputs: Outputs) -> None:
    sns, topic = aws("sns"), outputs["alerts_topic_arn"]
    for reader in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.set_subscription_attributes(
            SubscriptionArn=reader["SubscriptionArn"],
            AttributeName="FilterPolicy",
            AttributeValue=json.dumps({"severity": ["none"]}),
        )


def _topic(number: str) -> tuple[Mutation, ...]:
    return (
        Mutation(
            number, "topic: anybody publishes", _topic_says(Effect="Allow", Principal={"AWS": "*"})
        ),
        Mutation(number, "topic: nobody publishes", _topic_says(**_NOBODY)),
        Mutation(number, "topic: readers hear nothing", _filter),
    )


def _in_bytes(aws: Aws, outputs: Outputs) -> object:
    return change_alarm(aws, outputs["alarm_names"][0], Unit="Bytes")


GROUPS = (
    Group(
        "tap-production",
        (
            *_bucket("2.5", "data", lambda outputs: str(outputs["s3_bucket_names"]["data"])),
            *_bucket(
                "2.5",
                "backup",
                lambda outputs: str(outputs["s3_bucket_names"]["backup"]),
                "backup_region",
            ),
            *_key(
                "2.6",
                "logs",
                lambda aws, outputs: log_groups_key(
                    aws, outputs["cloudwatch_log_groups"]["infrastructure"]
                ),
            ),
            *_topic("2.6"),
            Mutation("2.6", "alarm in bytes", _in_bytes),
        ),
    ),
    Group(
        "serverless-prod",
        (
            *_bucket("4.3", "documents", lambda outputs: str(outputs["data_bucket_name"])),
            Mutation(
                "4.1",
                "log: key disabled",
                lambda aws, outputs: aws("kms").disable_key(KeyId=outputs["logs_kms_key_arn"]),
            ),
            *_topic("4.4"),
            Mutation("4.4", "alarm in bytes", _in_bytes),
        ),
    ),
    Group(
        "cicd-staging",
        (
            *_bucket("5.4", "artifacts", lambda outputs: str(outputs["artifacts_bucket_name"])),
            Mutation(
                "5.2",
                "logs: key disabled",
                lambda aws, outputs: aws("kms").disable_key(KeyId=outputs["logs_kms_key_arn"]),
            ),
            *_topic("5.5"),
        ),
    ),
    Group(
        "nova-prod",
        (
            *_bucket("1.7", "data", lambda outputs: str(outputs["data_bucket_name"])),
            *_key("1.10", "topic", _topics_key),
            *_topic("1.10"),
        ),
    ),
    Group(
        "scalepayments-staging",
        (*_key("3.15", "topic", _topics_key), *_topic("3.19")[1:]),
    ),
)
