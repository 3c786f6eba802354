"""What the outputs name is there, and then it is not: each kind of thing, and each way to go."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Collection, Iterator
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


def gone(told: dict[str, Any], unsure: Collection[str] = ()) -> set[str]:
    """Give the ids of what has vanished, which must be failures and counted as such.

    Of what is `unsure` it must be unknown.
    """
    found = [f for f in told["findings"] if f["control"] == "resource-exists"]
    failed = [f for f in found if f["outcome"] == "fail"]
    assert {f["id"] for f in found if f["outcome"] != "fail"} == set(unsure)
    assert len(found) - len(failed) == len(set(unsure))
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


def test_what_outputs_name_by_address_is_there_and_then_gone(
    server: Server, client: Client, tmp_path: Path
) -> None:
    ec2, elb, s3, rds = client("ec2"), client("elbv2"), client("s3"), client("rds")
    ecr, lambda_, iam = client("ecr"), client("lambda"), client("iam")
    gateway, efs = client("apigatewayv2"), client("efs")
    cognito, sqs = client("cognito-idp"), client("sqs")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.7.{n}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )
        for n, zone in enumerate("ab")
    ]
    subnet_ids = [made["Subnet"]["SubnetId"] for made in subnets]
    balancer = elb.create_load_balancer(Name="Web", Subnets=subnet_ids)["LoadBalancers"][0]
    s3.create_bucket(Bucket="pictures")
    database = rds.create_db_instance(
        DBInstanceIdentifier="books",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="u",
        MasterUserPassword="password1",
        AllocatedStorage=20,
    )["DBInstance"]
    repository = ecr.create_repository(repositoryName="team/app")["repository"]["repositoryUri"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    handler = lambda_.create_function(
        FunctionName="f",
        Role=role,
        Runtime="python3.12",
        Handler="a.b",
        PackageType="Image",
        Code={"ImageUri": f"{repository}:1"},
    )["FunctionArn"]
    url = lambda_.create_function_url_config(FunctionName="f", AuthType="AWS_IAM")["FunctionUrl"]
    api = gateway.create_api(Name="a", ProtocolType="WEBSOCKET", RouteSelectionExpression="$r")
    files = efs.create_file_system(CreationToken="t")["FileSystemId"]
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    interface = ec2.create_network_interface(SubnetId=subnet_ids[0])["NetworkInterface"]
    prefixes = ec2.create_managed_prefix_list(
        PrefixListName="l", MaxEntries=1, AddressFamily="IPv4"
    )["PrefixList"]
    queue = sqs.create_queue(QueueName="mail")["QueueUrl"]
    outputs = {
        "url": f"http://{balancer['DNSName']}/health",
        "site": "http://pictures.s3-website-us-east-1.amazonaws.com",
        "bucket": "https://pictures.s3.amazonaws.com/",
        "database": f"{database['Endpoint']['Address']}:5432",
        "image": f"{repository}:1",
        "function": url,
        "handler": handler,
        "socket": f"wss://{api['ApiId']}.execute-api.us-east-1.amazonaws.com/prod",
        "files": files,
        "pool": pool,
        "interface": interface["NetworkInterfaceId"],
        "prefixes": prefixes["PrefixListId"],
        "queue": queue,
    }
    there = judged(server, tmp_path, **outputs)
    assert gone(there) == set()
    assert there["accounting"]["counts"]["unreadable"] == 0
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    s3.delete_bucket(Bucket="pictures")
    rds.delete_db_instance(DBInstanceIdentifier="books", SkipFinalSnapshot=True)
    ecr.delete_repository(repositoryName="team/app", force=True)
    lambda_.delete_function_url_config(FunctionName="f")
    gateway.delete_api(ApiId=api["ApiId"])
    efs.delete_file_system(FileSystemId=files)
    cognito.delete_user_pool(UserPoolId=pool)
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    ec2.delete_managed_prefix_list(PrefixListId=prefixes["PrefixListId"])
    sqs.delete_queue(QueueUrl=queue)
    told = judged(server, tmp_path, **outputs, cdn="https://d1gone.cloudfront.net")
    # Other balancers and file systems have such names as well, and many functions such a URL; and
    # what answers at an address may be another account's.
    unsure = {balancer["DNSName"].lower(), url.removeprefix("https://").rstrip("/"), files}
    unsure |= {"books", api["ApiId"], "d1gone.cloudfront.net"}
    assert gone(told, unsure) == {
        "pictures",
        "team/app",
        pool,
        interface["NetworkInterfaceId"],
        prefixes["PrefixListId"],
        queue,
    }


def test_what_is_in_another_partition_is_not_the_stacks(
    server: Server, client: Client, tmp_path: Path
) -> None:
    client("s3").create_bucket(Bucket="of-another")
    told = judged(
        server,
        tmp_path,
        bucket="arn:aws-cn:s3:::of-another",
        queue="arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q",
        key=client("kms").create_key()["KeyMetadata"]["Arn"],
    )
    assert gone(told) == set()
    assert told["accounting"]["counts"]["judged"] == 1
    assert told["accounting"]["counts"]["unreadable"] == 0
    why = {one["arn"]: one["why"] for one in told["resources"] if one["why"]}
    assert why == {
        "arn:aws-cn:s3:::of-another": "it is in the partition aws-cn",
        "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q": "it is in the partition aws-us-gov",
    }
    assert told["gaps"] == []


def test_address_of_what_is_read_anyway_is_its_own(
    server: Server, client: Client, tmp_path: Path
) -> None:
    role = "arn:aws:iam::123456789012:role/r"
    domain = client("opensearch").create_domain(DomainName="logs")["DomainStatus"]
    store = client("redshift").create_cluster(
        ClusterIdentifier="wh",
        NodeType="ra3.large",
        MasterUsername="u",
        MasterUserPassword="Password1",
    )["Cluster"]
    cache = client("elasticache").create_replication_group(
        ReplicationGroupId="shop", ReplicationGroupDescription="d"
    )["ReplicationGroup"]
    cluster = client("eks").create_cluster(name="c", roleArn=role, resourcesVpcConfig={})["cluster"]
    told = judged(
        server,
        tmp_path,
        logs=domain["ARN"],
        logs_url=f"https://{domain['Endpoint']}/_dashboards",
        store=f"arn:aws:redshift:{HERE}:cluster:wh",
        store_url=f"{store['Endpoint']['Address']}:5439",
        cache=cache["ARN"],
        cache_url=cache["NodeGroups"][0]["PrimaryEndpoint"]["Address"],
        cluster=cluster["arn"],
        cluster_url=cluster["endpoint"],
    )
    assert gone(told) == set()
    assert told["accounting"]["counts"]["unreadable"] == 0
