"""What the outputs name is there, and then it is not: each kind of thing, and each way to go."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof.embedded.server.control import Server, copied, isolated
from tests.integration.deployments import STACKPROOF

Client = Callable[[str], Any]
HERE = "us-east-1:123456789012"


@pytest.fixture(scope="module")
def server(blank: Server) -> Iterator[Server]:
    with copied(blank) as running:
        yield running


@pytest.fixture
def reached() -> None:
    """These tests have an AWS of their own."""


@pytest.fixture
def client(server: Server) -> Client:
    session: Any = boto3.Session("another", "hand", region_name="us-east-1")
    return lambda service: session.client(service, endpoint_url=server.endpoint)


def judged(server: Server, folder: Path, **outputs: str) -> dict[str, Any]:
    said = {"region": "us-east-1", "account_id": "123456789012", **outputs}
    (folder / "flat-outputs.json").write_text(json.dumps(said))
    done = subprocess.run(
        [STACKPROOF, "verify", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=isolated(os.environ, server, "us-east-1", home=folder) | {"AWS_MAX_ATTEMPTS": "2"},
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == told["run"]["exit_code"]
    return told


def gone(told: dict[str, Any]) -> set[str]:
    """Give the ids of what has vanished, which must be failures and counted as such."""
    failed = [f for f in told["findings"] if f["control"] == "resource-exists"]
    assert all(f["outcome"] == "fail" for f in failed)
    assert len(failed) == told["accounting"]["counts"]["vanished"]
    return {f["arn"] or f["id"] for f in failed}


def test_each_thing_is_there_and_then_gone(server: Server, client: Client, tmp_path: Path) -> None:
    ec2, kms, secrets = client("ec2"), client("kms"), client("secretsmanager")
    sqs, dynamodb, s3 = client("sqs"), client("dynamodb"), client("s3")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    key = kms.create_key()["KeyMetadata"]
    secret = secrets.create_secret(Name="token", SecretString="x")["ARN"]
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    dynamodb.create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    s3.create_bucket(Bucket="ledger-of-ours")
    names = {
        "subnet_id": subnet,
        "group_id": group,
        "instance_id": instance["InstanceId"],
        "gateway_id": gateway["NatGatewayId"],
        "volume_id": volume,
        "key_arn": key["Arn"],
        "secret_arn": secret,
        "queue_url": queue,
        "table_arn": f"arn:aws:dynamodb:{HERE}:table/ledger",
        "bucket_arn": "arn:aws:s3:::ledger-of-ours",
    }
    words = {"vpc_cidr": "10.0.0.0/16", "port": "5432", "name": "not-a-resource", "vpc_id": vpc}
    assert gone(judged(server, tmp_path, **names, **words)) == set()

    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    ec2.delete_volume(VolumeId=volume)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    secrets.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    sqs.delete_queue(QueueUrl=queue)
    dynamodb.delete_table(TableName="ledger")
    s3.delete_bucket(Bucket="ledger-of-ours")
    told = judged(server, tmp_path, **names, **words)
    assert gone(told) == set(names.values())
    assert told["run"]["exit_code"] == 1
    severities = {f["arn"] or f["id"]: f["severity"] for f in told["findings"] if f["property"]}
    assert severities[names["bucket_arn"]] == "critical"
    key_said = [f for f in told["findings"] if f["arn"] == key["Arn"] and f["outcome"] == "fail"]
    assert {"resource-exists", "kms-key-enabled"} <= {f["control"] for f in key_said}


def test_what_others_have_and_what_nothing_reads_is_never_gone(
    server: Server, tmp_path: Path
) -> None:
    told = judged(
        server,
        tmp_path,
        theirs="arn:aws:kms:us-east-1:999999999999:key/1",
        policy="arn:aws:iam::aws:policy/ReadOnlyAccess",
        broker=f"arn:aws:mq:{HERE}:broker:shop:b-1",
    )
    assert gone(told) == set()
    assert told["accounting"]["counts"] == {
        "judged": 0,
        "without a control": 0,
        "unreadable": 1,
        "vanished": 0,
        "not this stack's": 2,
    }
    assert told["run"]["exit_code"] == 3


def test_what_may_be_in_a_listing_that_was_denied_is_unknown(
    server: Server, tmp_path: Path
) -> None:
    from stackproof.embedded.faults import Fault, clear, inject

    inject(server, Fault("deny", "rds", "DescribeDBClusters"))
    try:
        told = judged(server, tmp_path, database=f"arn:aws:rds:{HERE}:cluster:shop")
    finally:
        clear(server)
    outcomes = {f["outcome"] for f in told["findings"] if f["control"] == "resource-exists"}
    assert outcomes == {"unknown"}
    assert told["run"]["exit_code"] == 3
    assert told["accounting"]["counts"]["unreadable"] == 1
