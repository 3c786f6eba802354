"""Seeded storage, messages, keys and what watches them."""

from __future__ import annotations

from benchmarks.peers.seeding import ACCOUNT, PAIRS, REGION, TAGS, Make, client, open_policy


def bucket() -> Make:
    """Give what makes a bucket, private or open."""
    s3 = client("s3")

    def make(number: int) -> None:
        name = f"compared-{number}"
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": PAIRS})
        if number % 2:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")
            s3.put_public_access_block(
                Bucket=name,
                PublicAccessBlockConfiguration=dict.fromkeys(
                    (*names, "RestrictPublicBuckets"), True
                ),
            )
        elif number % 4 == 0:
            s3.put_bucket_policy(
                Bucket=name, Policy=open_policy("s3:GetObject", f"arn:aws:s3:::{name}/*")
            )

    return make


def queue() -> Make:
    """Give what makes a queue, private or open."""
    sqs = client("sqs")

    def make(number: int) -> None:
        name = f"queue-{number}"
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        attributes = (
            {"SqsManagedSseEnabled": "true"}
            if number % 2
            else {"SqsManagedSseEnabled": "false", "Policy": open_policy("sqs:*", arn)}
        )
        sqs.create_queue(QueueName=name, Attributes=attributes, tags=TAGS)

    return make


def topic() -> Make:
    """Give what makes a topic."""
    sns = client("sns")

    def make(number: int) -> None:
        attributes = {"KmsMasterKeyId": "alias/aws/sns"} if number % 2 else {}
        sns.create_topic(Name=f"topic-{number}", Attributes=attributes, Tags=PAIRS)

    return make


def key() -> Make:
    """Give what makes a key."""
    kms = client("kms")

    def make(number: int) -> None:
        tags = [{"TagKey": key, "TagValue": value} for key, value in TAGS.items()]
        key = kms.create_key(Description=f"key {number}", Tags=tags)["KeyMetadata"]["KeyId"]
        if number % 2:
            kms.enable_key_rotation(KeyId=key)

    return make


def table() -> Make:
    """Give what makes a table."""
    dynamodb = client("dynamodb")

    def make(number: int) -> None:
        name = f"table-{number}"
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=bool(number % 2),
            Tags=PAIRS,
        )
        if number % 2:
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )

    return make


def log_group() -> Make:
    """Give what makes a log group."""
    logs = client("logs")

    def make(number: int) -> None:
        name = f"/compared/{number}"
        logs.create_log_group(logGroupName=name, tags=TAGS)
        if number % 2:
            logs.put_retention_policy(logGroupName=name, retentionInDays=90)

    return make


def alarm() -> Make:
    """Give what makes an alarm."""
    cloudwatch = client("cloudwatch")

    def make(number: int) -> None:
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number}",
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": "queue-0"}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=3,
            Threshold=300,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"] if number % 2 else [],
            Tags=PAIRS,
        )

    return make


def repository() -> Make:
    """Give what makes an image repository."""
    ecr = client("ecr")

    def make(number: int) -> None:
        ecr.create_repository(
            repositoryName=f"repository-{number}",
            imageScanningConfiguration={"scanOnPush": bool(number % 2)},
            imageTagMutability="IMMUTABLE" if number % 2 else "MUTABLE",
            tags=PAIRS,
        )

    return make


def secret() -> Make:
    """Give what makes a secret."""
    secrets = client("secretsmanager")

    def make(number: int) -> None:
        secrets.create_secret(Name=f"secret-{number}", SecretString="compared", Tags=PAIRS)

    return make


def stream() -> Make:
    """Give what makes a stream."""
    kinesis = client("kinesis")

    def make(number: int) -> None:
        kinesis.create_stream(StreamName=f"stream-{number}", ShardCount=1, Tags=TAGS)

    return make
