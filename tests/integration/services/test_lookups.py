"""Provider functions: what is there already is found, and shown by Pulumi's names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded import apply
from stackproof.embedded.creators import invokes
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.reading import Reading
from stackproof.types.table import function_of
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SECURITY_GROUP,
    ECS_CLUSTER,
    IAM_POLICY,
    KMS_ALIAS,
    KMS_KEY,
    ROUTE_TABLE,
    SECURITY_GROUP,
    VPC,
)
from tests.integration.services.roundtrip import TAGS, World

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ALLOW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)


def ask(world: World, function: str, **arguments: Any) -> dict[str, Any]:
    """Call a function by its short name: `ec2/getVpc`."""
    token = f"aws:{function}:{function.partition('/')[2]}"
    return dict(apply.invoke(world.cloud, token, arguments))


def test_networks_are_found_by_id_filter_and_tag(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.77.0.0/16", tags=TAGS)
    subnets = [
        world.make("aws:ec2/subnet:Subnet", zone, vpc_id=vpc.id, cidr_block=f"10.77.{index}.0/24")
        for index, zone in enumerate("ab")
    ]
    by_vpc = [{"name": "vpc-id", "values": [vpc.id]}]
    found = ask(world, "ec2/getVpc", tags={"Project": TAGS["Project"]}, cidr_block="10.77.0.0/16")
    assert (found["id"], found["cidr_block"], found["default"]) == (vpc.id, "10.77.0.0/16", False)
    assert ask(world, "ec2/getVpcs", tags={"Name": TAGS["Name"]})["ids"] == [vpc.id]
    assert set(ask(world, "ec2/getSubnets", filters=by_vpc)["ids"]) == {s.id for s in subnets}
    assert ask(world, "ec2/getSubnet", id=subnets[0].id)["cidr_block"] == "10.77.0.0/24"
    table = ask(world, "ec2/getRouteTable", vpc_id=vpc.id)
    assert table["associations"][0]["main"] is True
    assert table["routes"] == [], "the network's own route is in no answer"
    gateway = world.make("aws:ec2/internetGateway:InternetGateway", vpc_id=vpc.id)
    attached = [{"name": "attachment.vpc-id", "values": [vpc.id]}]
    assert ask(world, "ec2/getInternetGateway", filters=attached)["id"] == gateway.id
    default = ask(world, "ec2/getSecurityGroup", vpc_id=vpc.id, name="default")
    assert default["vpc_id"] == vpc.id


def test_default_network_is_found(world: World) -> None:
    vpc = ask(world, "ec2/getVpc", default=True)
    assert (vpc["default"], vpc["cidr_block"]) == (True, "172.31.0.0/16")
    by_vpc = [{"name": "vpc-id", "values": [vpc["id"]]}]
    assert len(ask(world, "ec2/getSubnets", filters=by_vpc)["ids"]) == 6


@pytest.mark.parametrize(
    ("owner", "pattern"),
    [
        ("amazon", "amzn2-ami-hvm-*-x86_64-gp2"),
        ("amazon", "amzn2-ami-ecs-hvm-*-x86_64-*"),
        ("amazon", "al2023-ami-2023.*-x86_64"),
        ("099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"),
        ("099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*"),
        ("136693071363", "debian-12-amd64-*"),
    ],
)
def test_public_image_is_found_by_owner_and_name(world: World, owner: str, pattern: str) -> None:
    filters = [
        {"name": "name", "values": [pattern]},
        {"name": "virtualization-type", "values": ["hvm"]},
        {"name": "root-device-type", "values": ["ebs"]},
    ]
    image = ask(world, "ec2/getAmi", most_recent=True, owners=[owner], filters=filters)
    again = ask(world, "ec2/getAmi", filters=[{"name": "image-id", "values": [image["id"]]}])
    assert again["name"] == image["name"]
    assert image["architecture"] == ("arm64" if "arm64" in pattern else "x86_64")
    listed = ask(world, "ec2/getAmiIds", owners=[owner], filters=filters)
    assert listed["ids"][0] == image["id"]


def test_published_parameter_names_an_image_that_is_there(world: World) -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64"
    image = ask(world, "ssm/getParameter", name=name)["value"]
    found = ask(world, "ec2/getAmi", filters=[{"name": "image-id", "values": [image]}])
    assert found["name"].startswith("al2023-ami-")


def test_image_that_nobody_has_is_told_in_one_sentence(world: World) -> None:
    filters = [{"name": "name", "values": ["no-such-image-*"]}]
    with pytest.raises(EmbeddedError, match=r"^no machine image .* has name=no-such-image-\*$"):
        ask(world, "ec2/getAmi", most_recent=True, filters=filters)


def test_lookup_must_lead_to_one(world: World) -> None:
    with pytest.raises(EmbeddedError, match="must lead to one, and there are none"):
        ask(world, "ec2/getVpc", id="vpc-0123456789abcdef0")
    for name in ("a", "b"):
        world.make("aws:ec2/vpc:Vpc", name, cidr_block="10.1.0.0/16", tags={"Twin": "yes"})
    with pytest.raises(EmbeddedError, match="must lead to one, and there are 2 of them"):
        ask(world, "ec2/getVpc", tags={"Twin": "yes"})


def test_instances_are_found(world: World) -> None:
    instance = world.make(
        "aws:ec2/instance:Instance",
        ami="ami-12345678",
        instance_type="t3.nano",
        tags={"Role": "web"},
    )
    found = ask(world, "ec2/getInstance", instance_tags={"Role": "web"})
    assert (found["id"], found["root_block_devices"][0]["volume_size"]) == (instance.id, 8)
    assert ask(world, "ec2/getInstances", instance_tags={"Role": "web"})["ids"] == [instance.id]
    world.delete(instance)


def test_zone_is_found_by_name_and_kind(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.1.0.0/16")
    public = world.make("aws:route53/zone:Zone", "public", name="example.com")
    private = world.make(
        "aws:route53/zone:Zone", "private", name="example.com", vpcs=[{"vpc_id": vpc.id}]
    )
    for name in ("example.com", "example.com."):
        assert ask(world, "route53/getZone", name=name)["zone_id"] == public.id
    assert ask(world, "route53/getZone", name="example.com", private_zone=True)["id"] == private.id
    assert ask(world, "route53/getZone", zone_id=public.id)["name"] == "example.com"
    with pytest.raises(EmbeddedError, match=r"there is no hosted zone other\.com\."):
        ask(world, "route53/getZone", name="other.com")


def test_values_are_found(world: World) -> None:
    world.make("aws:ssm/parameter:Parameter", name="/app/one", type="String", value="1")
    world.make("aws:ssm/parameter:Parameter", name="/app/two", type="SecureString", value="2")
    assert ask(world, "ssm/getParameter", name="/app/two")["value"] == "2"
    by_path = ask(world, "ssm/getParametersByPath", path="/app")
    assert dict(zip(by_path["names"], by_path["values"], strict=True)) == {
        "/app/one": "1",
        "/app/two": "2",
    }
    secret = world.make("aws:secretsmanager/secret:Secret", name="password", tags=TAGS)
    world.make(
        "aws:secretsmanager/secretVersion:SecretVersion", secret_id=secret.id, secret_string="s3"
    )
    assert ask(world, "secretsmanager/getSecret", name="password")["arn"] == secret.id
    version = ask(world, "secretsmanager/getSecretVersion", secret_id=secret.id)
    assert (version["secret_string"], version["version_stages"]) == ("s3", ["AWSCURRENT"])
    bucket = world.make("aws:s3/bucket:Bucket")
    world.make(
        "aws:s3/bucketObject:BucketObject",
        bucket=bucket.id,
        key="a.txt",
        content="hello",
        content_type="text/plain",
    )
    for function in ("s3/getObject", "s3/getBucketObject"):
        assert ask(world, function, bucket=bucket.id, key="a.txt")["body"] == "hello"
    assert "us-east-1" in ask(world, "index/getRegions")["names"]
    assert ask(world, "s3/getCanonicalUserId")["id"]


def test_services_things_are_found_by_their_names(world: World) -> None:
    role = world.make("aws:iam/role:Role", name="app", assume_role_policy=TRUST)
    profile = world.make("aws:iam/instanceProfile:InstanceProfile", name="app", role="app")
    user = world.make("aws:iam/user:User", name="somebody")
    policy = world.make("aws:iam/policy:Policy", name="own", policy=ALLOW)
    key = world.make("aws:kms/key:Key")
    world.make("aws:kms/alias:Alias", name="alias/app", target_key_id=key.id)
    bucket = world.make("aws:s3/bucket:Bucket")
    topic = world.make("aws:sns/topic:Topic", name="news")
    queue = world.make("aws:sqs/queue:Queue", name="jobs")
    group = world.make("aws:cloudwatch/logGroup:LogGroup", name="/app")
    bus = world.make("aws:cloudwatch/eventBus:EventBus", name="orders")
    repository = world.make("aws:ecr/repository:Repository", name="images")
    cluster = world.make("aws:ecs/cluster:Cluster", name="tasks")
    certificate = world.make("aws:acm/certificate:Certificate", domain_name="app.example.com")
    assert ask(world, "iam/getRole", name="app")["arn"] == role["arn"]
    assert ask(world, "iam/getInstanceProfile", name="app")["role_name"] == "app"
    assert ask(world, "iam/getInstanceProfile", name="app")["arn"] == profile["arn"]
    assert ask(world, "iam/getUser", user_name="somebody")["arn"] == user["arn"]
    assert ask(world, "iam/getPolicy", name="own")["arn"] == policy.id
    aws_own = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert ask(world, "iam/getPolicy", arn=aws_own)["name"] == "ReadOnlyAccess"
    assert ask(world, "iam/getPolicy", name="ReadOnlyAccess")["arn"] == aws_own
    assert ask(world, "kms/getKey", key_id="alias/app")["arn"] == key["arn"]
    assert ask(world, "kms/getAlias", name="alias/app")["target_key_id"] == key.id
    assert ask(world, "s3/getBucket", bucket=bucket.id)["arn"] == bucket["arn"]
    assert ask(world, "sns/getTopic", name="news")["arn"] == topic.id
    assert ask(world, "sqs/getQueue", name="jobs")["url"] == queue.id
    assert ask(world, "cloudwatch/getLogGroup", name="/app")["arn"] == group["arn"]
    assert ask(world, "cloudwatch/getEventBus", name="orders")["arn"] == bus["arn"]
    found = ask(world, "ecr/getRepository", name="images")
    assert found["repository_url"] == repository["repository_url"]
    assert ask(world, "ecs/getCluster", cluster_name="tasks")["arn"] == cluster["arn"]
    shown = ask(world, "acm/getCertificate", domain="app.example.com")
    assert shown["arn"] == certificate.id
    for function in ("ecr/getAuthorizationToken", "ecr/getCredentials"):
        given = ask(world, function)
        assert (given["user_name"], bool(given["password"])) == ("AWS", True)


def test_balancers_are_found(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.1.0.0/16")
    subnet = world.make("aws:ec2/subnet:Subnet", vpc_id=vpc.id, cidr_block="10.1.1.0/24")
    balancer = world.make(
        "aws:lb/loadBalancer:LoadBalancer", name="front", subnets=[subnet.id], tags=TAGS
    )
    group = world.make(
        "aws:lb/targetGroup:TargetGroup", name="web", vpc_id=vpc.id, port=80, protocol="HTTP"
    )
    for wanted in ({"name": "front"}, {"arn": balancer.id}, {"tags": TAGS}):
        found = ask(world, "lb/getLoadBalancer", **wanted)
        assert found["dns_name"] == balancer["dns_name"]
    assert ask(world, "lb/getTargetGroup", name="web")["arn"] == group.id


def test_facts_of_aws_are_known(world: World) -> None:
    zones = {
        (module, kind): ask(world, f"{module}/getHostedZoneId", load_balancer_type=kind)["id"]
        for module in ("elb", "lb")
        for kind in ("application", "network")
    }
    assert zones["lb", "application"] == zones["elb", "application"] == "Z35SXDOTRQ7X7K"
    assert zones["lb", "network"] == "Z26RNL4JYFTOTI"
    with pytest.raises(EmbeddedError, match="load balancers in mars-1 is not known"):
        ask(world, "lb/getHostedZoneId", region="mars-1")
    policies = {
        "getCachePolicy": ("Managed-CachingOptimized", "658327ea-f89d-4fab-a63d-7e88639e58f6"),
        "getOriginRequestPolicy": ("Managed-AllViewer", "216adef6-5c7f-47e4-b989-5492eafa07d3"),
        "getResponseHeadersPolicy": (
            "Managed-SecurityHeadersPolicy",
            "67f7725c-6f97-4210-82d7-5512b31e9d03",
        ),
    }
    for function, (name, id_) in policies.items():
        assert ask(world, f"cloudfront/{function}", name=name)["id"] == id_
        assert ask(world, f"cloudfront/{function}", id=id_)["name"] == name
    s3 = ask(world, "ec2/getPrefixList", name="com.amazonaws.us-east-1.s3")
    assert s3["id"].startswith("pl-")
    assert s3["cidr_blocks"]
    kind = ask(world, "ec2/getInstanceType", instance_type="t3.micro")
    assert (kind["default_vcpus"], kind["memory_size"]) == (2, 1024)
    wanted = [{"name": "instance-type", "values": ["t3.micro"]}]
    offered = ask(world, "ec2/getInstanceTypeOfferings", filters=wanted)
    assert offered["instance_types"] == ["t3.micro"]
    assert ask(world, "iot/getEndpoint")["endpoint_address"].endswith(".amazonaws.com")
    assert ask(world, "index/getAvailabilityZone", name="us-east-1a")["name_suffix"] == "a"
    role = world.make("aws:iam/role:Role", name="deployer", assume_role_policy=TRUST)
    session = "arn:aws:sts::123456789012:assumed-role/deployer/me"
    assert ask(world, "iam/getSessionContext", arn=session)["issuer_arn"] == role["arn"]
    assert ask(world, "index/getArn", arn=role["arn"])["resource"] == "role/deployer"
    given = apply.invoke(world.cloud, "aws:index/getDefaultTags:getDefaultTags", {}, {"Team": "a"})
    assert given["tags"] == {"Team": "a"}


def test_what_a_reader_shows_answers_in_the_functions_own_form(world: World) -> None:
    table = world.make(
        "aws:dynamodb/table:Table",
        name="orders",
        attributes=[{"name": "id", "type": "S"}],
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        server_side_encryption={"enabled": True},
    )
    found = ask(world, "dynamodb/getTable", name="orders")
    assert (found["arn"], found["hash_key"]) == (table["arn"], "id")
    stream = world.make("aws:kinesis/stream:Stream", name="events", shard_count=1)
    assert ask(world, "kinesis/getStream", name="events")["arn"] == stream["arn"]
    repository = world.make(
        "aws:codecommit/repository:Repository", repository_name="code", description="all"
    )
    found = ask(world, "codecommit/getRepository", repository_name="code")
    assert found["arn"] == repository["arn"]
    machine = world.make(
        "aws:sfn/stateMachine:StateMachine",
        name="steps",
        role_arn="arn:aws:iam::123456789012:role/steps",
        definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
    )
    assert ask(world, "sfn/getStateMachine", name="steps")["arn"] == machine["arn"]
    address = world.make("aws:ec2/eip:Eip", tags=TAGS)
    found = ask(world, "ec2/getElasticIp", public_ip=address["public_ip"])
    assert (found["id"], found["tags"]) == (address.id, TAGS)
    vpc = world.make(VPC, cidr_block="10.8.0.0/16")
    service = "com.amazonaws.us-east-1.s3"
    endpoint = world.make("aws:ec2/vpcEndpoint:VpcEndpoint", vpc_id=vpc.id, service_name=service)
    assert ask(world, "ec2/getVpcEndpoint", vpc_id=vpc.id)["id"] == endpoint.id
    listed = world.make(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        name="offices",
        address_family="IPv4",
        max_entries=2,
        entries=[{"cidr": "10.0.0.0/8"}],
    )
    found = ask(world, "ec2/getManagedPrefixList", name="offices")
    assert (found["id"], found["entries"][0]["cidr"]) == (listed.id, "10.0.0.0/8")


def test_what_is_there_already_is_looked_up_by_its_id(world: World) -> None:
    """A resource's `.get()`: its id alone, as the provider imports it."""
    vpc = world.make(VPC, cidr_block="10.3.0.0/16")
    inside = [{"Name": "vpc-id", "Values": [vpc.id]}]
    ec2 = world.cloud.client("ec2")
    (table,) = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    (group,) = ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
    cluster = world.make(ECS_CLUSTER, name="looked-up")

    def get(type_: str, id_: str) -> Any:
        return Reading().read(world.cloud, type_, id_, {}, whole=True)

    for type_ in (ROUTE_TABLE, DEFAULT_ROUTE_TABLE):
        assert get(type_, table["RouteTableId"])["vpc_id"] == vpc.id
    assert get(DEFAULT_ROUTE_TABLE, vpc.id)["arn"].endswith(table["RouteTableId"])
    for type_ in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        assert get(type_, group["GroupId"])["name"] == "default"
    for id_ in ("looked-up", cluster.id):
        assert get(ECS_CLUSTER, id_)["arn"] == cluster.id
    assert get(ECS_CLUSTER, "not-there") is None
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert get(IAM_POLICY, policy)["name"] == "ReadOnlyAccess"
    named = ask(world, "kms/getAlias", name="alias/aws/s3")
    assert get(KMS_ALIAS, "alias/aws/s3")["target_key_id"] == named["target_key_id"]
    assert get(KMS_KEY, named["target_key_id"])["arn"] == named["target_key_arn"]


@pytest.mark.parametrize("token", sorted(invokes()))
def test_function_is_one_of_pulumis(token: str) -> None:
    assert function_of(token) is not None


@pytest.mark.parametrize(
    ("engine", "asked", "version", "family"),
    [
        ("postgres", {"version": "16.4"}, "16.4", "postgres16"),
        ("mysql", {"preferred_versions": ["8.0.39", "8.0.36"]}, "8.0.39", "mysql8.0"),
        ("aurora-mysql", {"version": "8.0.mysql_aurora.3.05.2"}, None, "aurora-mysql8.0"),
    ],
)
def test_version_of_an_engine_is_the_one_that_is_named(
    world: World, engine: str, asked: dict[str, Any], version: str | None, family: str
) -> None:
    found = ask(world, "rds/getEngineVersion", engine=engine, **asked)
    assert found["version_actual"] == (version or asked["version"])
    assert found["parameter_group_family"] == family


@pytest.mark.parametrize(
    ("engine", "asked", "says"),
    [("postgres", {}, "needs a version"), ("oracle-ee", {"version": "19"}, "is not known")],
)
def test_version_that_nobody_knows_is_refused(
    world: World, engine: str, asked: dict[str, Any], says: str
) -> None:
    with pytest.raises(EmbeddedError, match=says):
        ask(world, "rds/getEngineVersion", engine=engine, **asked)
