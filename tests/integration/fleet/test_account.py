"""A whole account: all that is there is found and judged, without anybody saying what there is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from benchmarks.whole import smallest_of_account
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.fleet.account import NO_INTENT
from stackproof.sights.live.account import take_account
from stackproof.sights.live.everything import NAMES
from stackproof.sights.live.readers import readers
from stackproof.verify import asking
from tests.integration.deployments import ROOT, STACKPROOF, Deployed, Deployments

REGIONS = ("us-west-2", "us-east-1")
WHERE = [f"--region={region}" for region in REGIONS]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def _unnamed(client: Callable[[str], Any]) -> None:
    """Make one thing of each kind that only a listing of names leads to."""
    role = client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))
    arn = role["Role"]["Arn"]
    client("acm").request_certificate(DomainName="any.example.com", KeyAlgorithm="EC_secp384r1")
    source = {"type": "NO_SOURCE", "buildspec": "version: 0.2"}
    client("codebuild").create_project(
        name="any",
        source=source,
        artifacts={"type": "NO_ARTIFACTS"},
        serviceRole=arn,
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
    )
    client("codecommit").create_repository(repositoryName="any")
    action = {
        "name": "a",
        "actionTypeId": {
            "category": "Source",
            "owner": "AWS",
            "provider": "S3",
            "version": "1",
        },
    }
    stages = [{"name": name, "actions": [action]} for name in ("one", "two")]
    client("codepipeline").create_pipeline(
        pipeline={
            "name": "any",
            "roleArn": arn,
            "artifactStore": {"type": "S3", "location": "any"},
            "stages": stages,
        }
    )
    client("dynamodb").create_table(
        TableName="any",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("ecs").create_cluster(clusterName="any")
    client("ecs").register_task_definition(
        family="any", containerDefinitions=[{"name": "any", "image": "any", "memory": 128}]
    )
    client("events").create_event_bus(Name="any")
    pattern = json.dumps({"source": ["any"]})
    client("events").put_rule(Name="any", EventBusName="any", EventPattern=pattern)
    client("iam").create_open_id_connect_provider(
        Url="https://any.example.com", ThumbprintList=["a" * 40]
    )
    client("s3").create_bucket(
        Bucket="any", CreateBucketConfiguration={"LocationConstraint": REGIONS[0]}
    )
    client("firehose").create_delivery_stream(
        DeliveryStreamName="any",
        ExtendedS3DestinationConfiguration={"RoleARN": arn, "BucketARN": "arn:aws:s3:::any"},
    )
    client("kinesis").create_stream(StreamName="any", ShardCount=1)
    client("kms").create_key()
    client("lambda").publish_layer_version(LayerName="any", Content={"ZipFile": b"any"})
    client("route53").create_hosted_zone(Name="any.example.com", CallerReference="any")
    client("sns").create_topic(Name="any")


@pytest.fixture(scope="module")
def account(deployments: Deployments) -> Iterator[Deployed]:
    """Two stacks beside each other, one spoilt, and what nobody declared."""
    with deployments.copy("serverless-prod") as made:
        tap = made.outputs.path.parent / "tap.json"
        subprocess.run(
            [STACKPROOF, "deploy", "tap-production", "--outputs", str(tap)],
            check=True,
            cwd=ROOT,
            env=made.environment,
        )
        session: Any = boto3.Session("another", "hand", region_name=REGIONS[0])

        def client(service: str) -> Any:
            return session.client(service, endpoint_url=made.server.endpoint)

        _unnamed(client)
        bucket = json.loads(tap.read_text())["s3_bucket_names"]["data"]
        client("s3").delete_public_access_block(Bucket=bucket)
        yield made


@pytest.fixture
def reached(account: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)


def verify(account: Deployed, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = account.stackproof("verify", "--format=json", *arguments)
    assert done.returncode in (0, 1, 3), done.stderr
    return done.returncode, json.loads(done.stdout)


def failed(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in document["findings"] if one["outcome"] == "fail"]


def failures(document: dict[str, Any]) -> set[tuple[str, ...]]:
    return {(one["control"], one["arn"] or one["id"], one["facet"]) for one in failed(document)}


@pytest.mark.usefixtures("reached")
def test_all_that_is_there_is_found_with_few_calls(account: Deployed) -> None:
    snapshot = take_account(asking(), readers(), REGIONS).snapshot
    found = {resource.type for resource in snapshot.resources}
    # What an organization's trail needs is another account.
    assert found >= NAMES.keys() - {"aws:cloudtrail/trail:Trail"}
    least = smallest_of_account(snapshot.stack(), REGIONS)
    assert sum(snapshot.calls.values()) <= 1.1 * sum(least.values())


def test_what_fails_of_a_stack_fails_in_its_account(account: Deployed) -> None:
    code, whole = verify(account, "--scope=account", *WHERE)
    assert code == 1
    assert whole["run"]["stack"] == "account 123456789012"
    assert [warning for warning in whole["warnings"] if NO_INTENT in warning] == [
        f"{NO_INTENT} [SP7011]"
    ]
    tap = str(account.outputs.path.parent / "tap.json")
    seen: set[tuple[str, ...]] = set()
    for outputs in (str(account.outputs.path), tap):
        seen |= failures(verify(account, "--outputs", outputs)[1])
    assert any(control == "s3-bucket-blocks-public-access" for control, *_ in seen)
    assert seen <= failures(whole)


def test_default_network_is_nobodys_until_something_uses_it(account: Deployed) -> None:
    ec2 = account.client("ec2")  # in us-east-1
    mine = [{"Name": "is-default", "Values": ["true"]}]
    (network,) = ec2.describe_vpcs(Filters=mine)["Vpcs"]
    arguments = ("--scope=account", "--region=us-east-1")
    _, before = verify(account, *arguments)
    assert not any(network["VpcId"] in str(one["id"]) for one in before["findings"])
    assert any(network["VpcId"] in warning for warning in before["warnings"])
    entries = [one for one in before["resources"] if one["status"] == "not this stack's"]
    made = {one["id"]: one["why"] for one in entries if one["type"] == "aws:ec2/vpc:Vpc"}
    assert made == {network["VpcId"]: "AWS made it"}

    place = [{"Name": "vpc-id", "Values": [network["VpcId"]]}]
    subnet = ec2.describe_subnets(Filters=place)["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    try:
        _, after = verify(account, *arguments)
    finally:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    assert any(network["VpcId"] == one["id"] for one in after["findings"])
    assert not any(network["VpcId"] in warning for warning in after["warnings"])


def test_group_that_somebody_made_in_a_default_network_is_judged(account: Deployed) -> None:
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="open-ssh", Description="mine")["GroupId"]
    try:
        ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
        )
        _, run = verify(account, "--scope=account", "--region=us-east-1")
    finally:
        ec2.delete_security_group(GroupId=group)
    failing = {one["control"] for one in failed(run) if one["id"] == group}
    assert "security-group-no-internet-to-admin-ports" in failing
    assert any("SP7013" in warning for warning in run["warnings"])


def test_names_that_could_not_be_listed_are_unknown(account: Deployed) -> None:
    inject(account.server, Fault("deny", "sns", "ListTopics"))
    try:
        _, run = verify(account, "--scope=account", *WHERE)
    finally:
        clear(account.server)
    assert "sns:ListTopics" in [gap["operation"] for gap in run["gaps"]]
    unknown = {one["control"] for one in run["findings"] if one["outcome"] == "unknown"}
    assert "sns-topic-policy-not-public" in unknown or any("sns" in one for one in unknown)


def test_regions_that_cannot_be_listed_are_no_green_run(account: Deployed) -> None:
    inject(account.server, Fault("deny", "ec2", "DescribeRegions"))
    try:
        refused = account.stackproof("verify", "--scope=account", "--all-regions")
    finally:
        clear(account.server)
    assert refused.returncode == 3
    assert "the regions of the account cannot be listed" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--scope=account", "--outputs=a"], "--scope account and --tag say what is verified"),
        (["--scope=account", "--settle=5"], "--scope account looks once at all that is there"),
        (["--scope=account", "--region=mars"], "'mars' is not an AWS region's name"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(
    account: Deployed, arguments: list[str], expected: str
) -> None:
    done = account.stackproof("verify", *arguments)
    assert done.returncode == 2
    assert expected in done.stderr


def test_region_that_nobody_chose_is_asked_for(account: Deployed) -> None:
    done = account.stackproof("verify", "--scope=account", AWS_REGION="", AWS_DEFAULT_REGION="")
    assert done.returncode == 3
    assert "no region is chosen; give --region NAME or --all-regions" in done.stderr
