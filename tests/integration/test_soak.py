"""A process that verifies all night holds no more in the morning, and tells no lie under faults."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import boto3
import pytest

from benchmarks.soak import Round, rounds
from stackproof.embedded.server.control import Server, copied
from stackproof.outputs import load
from tests.integration.deployments import reaching

# What is kept once (botocore's models, the meanings of records, pools) is kept by then.
_WARM, _MEASURED, _MEGABYTES, _OBJECTS = 10, 40, 2.0, 2_000


@pytest.fixture(scope="module")
def taken(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> list[Round]:
    """Verify a small stack again and again, with other faults each time."""
    folder = tmp_path_factory.mktemp("small")
    with copied(blank) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in reaching(server, folder).items():
            patch.setenv(name, value)
        # To wait before a third try shows nothing.
        patch.setenv("AWS_MAX_ATTEMPTS", "2")
        outputs = _made(server, folder)
        # In a process that nothing else has grown: its heap would give and take by itself.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=fresh) as pool:
            return pool.submit(_taken, server, outputs).result()


def _taken(server: Server, outputs: Path) -> list[Round]:
    return list(rounds(server, load(outputs), _WARM + _MEASURED))[_WARM:]


def _made(server: Server, folder: Path) -> Path:
    """Make a thing each of a few services, and give the outputs that name them."""
    session: Any = boto3.Session("another", "hand", region_name="us-east-1")
    s3, sqs, sns, logs, iam, dynamodb = (
        session.client(service, endpoint_url=server.endpoint)
        for service in ("s3", "sqs", "sns", "logs", "iam", "dynamodb")
    )
    tags = {"Project": "small", "Environment": "dev"}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    s3.create_bucket(Bucket="small")
    s3.put_bucket_tagging(Bucket="small", Tagging={"TagSet": listed})
    logs.create_log_group(logGroupName="small", tags=tags)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName="small", AssumeRolePolicyDocument=trust, Tags=listed)
    table = dynamodb.create_table(
        TableName="small",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=listed,
    )
    path = folder / "flat-outputs.json"
    values = {
        "region": "us-east-1",
        "project": "small",
        "environment": "dev",
        "bucket_arn": "arn:aws:s3:::small",
        "queue_url": sqs.create_queue(QueueName="small", tags=tags)["QueueUrl"],
        "topic_arn": sns.create_topic(Name="small", Tags=listed)["TopicArn"],
        "role_arn": role["Role"]["Arn"],
        "table_arn": table["TableDescription"]["TableArn"],
        "log_group_name": "small",
    }
    path.write_text(json.dumps(values))
    return path


def test_memory_stays(taken: list[Round]) -> None:
    held = [each.megabytes for each in taken]
    assert median(held[-5:]) - median(held[:5]) < _MEGABYTES, held


def test_objects_stay(taken: list[Round]) -> None:
    held = [each.objects for each in taken]
    assert median(held[-5:]) - median(held[:5]) < _OBJECTS, held


def test_files_connections_and_threads_stay(taken: list[Round]) -> None:
    held = [(each.files, each.threads) for each in taken]
    assert held == [held[0]] * len(held)


def test_nothing_passes_that_was_not_seen(taken: list[Round]) -> None:
    assert sum(len(each.faults) for each in taken) > _MEASURED
    assert [each for each in taken if each.lies] == []


def test_each_ends_as_documented(taken: list[Round]) -> None:
    assert {each.exit_code for each in taken} <= {1, 3}
