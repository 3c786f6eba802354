"""What a name tells by itself, and what is no name of a resource at all."""

from __future__ import annotations

import pytest

from stackproof.sights.live.readers import readers
from stackproof.types import tokens as t
from stackproof.types.addresses import SHOWN
from stackproof.types.identities import ARNS, identity
from stackproof.types.table import type_of

# Its ARN is that of the secret of which it is a version.
SHARED_ARN = {"aws:secretsmanager/secretVersion:SecretVersion"}
HERE = "us-east-1:123456789012"
QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012"
DOCUMENTS = (t.DOCDB_CLUSTER, t.DOCDB_INSTANCE, t.NEPTUNE_CLUSTER, t.NEPTUNE_INSTANCE)
# Which engine runs an ARN of RDS doesn't say.
CLUSTERS = (t.RDS_CLUSTER, t.DOCDB_CLUSTER, t.NEPTUNE_CLUSTER)
INSTANCES = (t.RDS_INSTANCE, t.RDS_CLUSTER_INSTANCE, t.DOCDB_INSTANCE, t.NEPTUNE_INSTANCE)


@pytest.mark.parametrize(
    ("name", "types", "id_"),
    [
        (f"arn:aws:kms:{HERE}:key/1234-ab", (t.KMS_KEY, t.KMS_EXTERNAL_KEY), "1234-ab"),
        (f"arn:aws:application-autoscaling:{HERE}:scalable-target/0", (t.APPSCALING_TARGET,), None),
        (
            f"arn:aws:autoscaling:{HERE}:launchConfiguration:0:launchConfigurationName/web",
            (t.LAUNCH_CONFIGURATION,),
            "web",
        ),
        (
            f"arn:aws:autoscaling:{HERE}:scalingPolicy:0:resource/ecs/service/a/b:policyName/cpu",
            (t.APPSCALING_POLICY,),
            "cpu",
        ),
        (
            f"arn:aws:autoscaling:{HERE}:scalingPolicy:0:autoScalingGroupName/web:policyName/cpu",
            (t.AUTOSCALING_POLICY,),
            "cpu",
        ),
        (f"arn:aws:ec2:{HERE}:key-pair/team", (t.KEY_PAIR,), "team"),
        (f"arn:aws:ec2:{HERE}:prefix-list/pl-1a2b3c4d", (t.PREFIX_LIST,), "pl-1a2b3c4d"),
        (f"arn:aws:glue:{HERE}:connection/shop", (t.GLUE_CONNECTION,), None),
        (f"arn:aws:rds:{HERE}:cluster:shop", CLUSTERS, "shop"),
        (f"arn:aws:rds:{HERE}:db:shop-1", INSTANCES, "shop-1"),
        (f"arn:aws:logs:{HERE}:log-group:/ecs/api:*", (t.LOG_GROUP,), "/ecs/api"),
        (f"arn:aws:lambda:{HERE}:function:api:3", (t.LAMBDA_FUNCTION,), "api"),
        (f"arn:aws:lambda:{HERE}:function:api:live", (t.LAMBDA_ALIAS,), None),
        (f"arn:aws:ecs:{HERE}:task-definition/api:7", (t.ECS_TASK_DEFINITION,), "api"),
        ("arn:aws:iam::123456789012:role/team/deployer", (t.IAM_ROLE,), "deployer"),
        ("arn:aws:s3:::ledger", (t.S3_BUCKET,), "ledger"),
        ("arn:aws-cn:apigateway:cn-north-1::/apis/a1b2", (t.API,), "a1b2"),
        (f"arn:aws:cognito-idp:{HERE}:userpool/us-east-1_a", (t.COGNITO_USER_POOL,), "us-east-1_a"),
        (f"arn:aws:events:{HERE}:event-bus/orders", (t.EVENT_BUS,), "orders"),
        (f"arn:aws:states:{HERE}:activity:pack", (t.SFN_ACTIVITY,), None),
        (f"arn:aws:scheduler:{HERE}:schedule-group/x", (t.SCHEDULER_SCHEDULE_GROUP,), "x"),
        ("arn:aws:iam::123456789012:group/team/admins", (t.IAM_GROUP,), "admins"),
        ("arn:aws:iam::123456789012:oidc-provider/x.org", (t.IAM_OIDC_PROVIDER,), None),
        ("acl-1a2b3c4d", (t.NETWORK_ACL, t.DEFAULT_NETWORK_ACL), None),
        ("pcx-1a2b3c4d", (t.VPC_PEERING_CONNECTION, t.VPC_PEERING_ACCEPTER), None),
        ("sg-0123456789abcdef0", (t.SECURITY_GROUP, t.DEFAULT_SECURITY_GROUP), None),
        ("vpc-1a2b3c4d", (t.VPC, t.EC2_DEFAULT_VPC), None),
        ("https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo", (t.SQS_QUEUE,), None),
        ("http://127.0.0.1:5000/123456789012/jobs", (t.SQS_QUEUE,), None),
        ("https://queue.amazonaws.com/123456789012/a", (t.SQS_QUEUE,), f"{QUEUES}/a"),
        ("https://us-east-1.queue.amazonaws.com/123456789012/a", (t.SQS_QUEUE,), f"{QUEUES}/a"),
        ("eni-0123456789abcdef0", (t.NETWORK_INTERFACE,), None),
        ("pl-1a2b3c4d", (t.PREFIX_LIST,), None),
        ("dopt-1a2b3c4d", (t.VPC_DHCP_OPTIONS,), None),
        ("vgw-1a2b3c4d", (), None),
        ("fs-1a2b3c4d", (t.EFS_FILE_SYSTEM,), None),
        ("us-east-1_AbC123xyz", (t.COGNITO_USER_POOL,), None),
        (
            "sgr-1a2b3c4d",
            (t.SECURITY_GROUP_INGRESS_RULE, t.SECURITY_GROUP_EGRESS_RULE),
            None,
        ),
        (
            "http://Web-1.us-east-1.elb.amazonaws.com/health?deep=1",
            (t.LB,),
            "web-1.us-east-1.elb.amazonaws.com",
        ),
        (
            "dualstack.web-1.us-east-1.elb.amazonaws.com:8080",
            (t.LB,),
            "web-1.us-east-1.elb.amazonaws.com",
        ),
        (
            "net-0a.elb.us-east-1.amazonaws.com",
            (t.LB,),
            "net-0a.elb.us-east-1.amazonaws.com",
        ),
        ("https://d1a.cloudfront.net", (t.CLOUDFRONT_DISTRIBUTION,), "d1a.cloudfront.net"),
        (
            "https://ab12.lambda-url.eu-west-1.on.aws/",
            (t.LAMBDA_URL,),
            "ab12.lambda-url.eu-west-1.on.aws",
        ),
        ("s3://ledger/2026", (t.S3_BUCKET,), "ledger"),
        ("ledger.s3.amazonaws.com", (t.S3_BUCKET,), "ledger"),
        ("ledger.s3.cn-north-1.amazonaws.com.cn", (t.S3_BUCKET,), "ledger"),
        ("https://my.ledger.s3-eu-west-1.amazonaws.com/a.png", (t.S3_BUCKET,), "my.ledger"),
        ("ledger.s3.dualstack.eu-west-1.amazonaws.com", (t.S3_BUCKET,), "ledger"),
        ("http://ledger.s3-website-us-east-1.amazonaws.com", (t.S3_BUCKET,), "ledger"),
        ("http://ledger.s3-website.eu-central-1.amazonaws.com", (t.S3_BUCKET,), "ledger"),
        ("https://s3.us-east-1.amazonaws.com/ledger/a.png", (t.S3_BUCKET,), "ledger"),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.2",
            (t.ECR_REPOSITORY,),
            "team/app",
        ),
        ("shop.cluster-abc1.us-east-1.rds.amazonaws.com", (t.RDS_CLUSTER,), "shop"),
        ("shop.cluster-ro-abc1.us-east-1.rds.amazonaws.com", (t.RDS_CLUSTER,), "shop"),
        (
            "reports.cluster-custom-abc1.us-east-1.rds.amazonaws.com",
            (),
            "reports.cluster-custom-abc1.us-east-1.rds.amazonaws.com",
        ),
        (
            "books.abc1.us-east-1.rds.amazonaws.com:5432",
            (t.RDS_INSTANCE, t.RDS_CLUSTER_INSTANCE),
            "books",
        ),
        (
            "docs.cluster-abc1.us-east-1.docdb.amazonaws.com",
            DOCUMENTS,
            "docs.cluster-abc1.us-east-1.docdb.amazonaws.com",
        ),
        (
            "wh.abc1.us-east-1.redshift.amazonaws.com:5439/dev",
            (t.REDSHIFT_CLUSTER,),
            "wh",
        ),
        (
            "master.shop.abc1.use1.cache.amazonaws.com:6379",
            (t.ELASTICACHE_REPLICATION_GROUP, t.ELASTICACHE_CLUSTER),
            "master.shop.abc1.use1.cache.amazonaws.com",
        ),
        (
            "https://search-logs-ab12.us-east-1.es.amazonaws.com/_dashboards",
            (t.OPENSEARCH_DOMAIN,),
            "search-logs-ab12.us-east-1.es.amazonaws.com",
        ),
        (
            "https://0A1B.gr7.us-east-1.eks.amazonaws.com",
            (t.EKS_CLUSTER,),
            "0a1b.gr7.us-east-1.eks.amazonaws.com",
        ),
        ("fs-1a2b3c4d.efs.us-east-1.amazonaws.com:/", (t.EFS_FILE_SYSTEM,), "fs-1a2b3c4d"),
        (
            "wss://a1b2.execute-api.us-east-1.amazonaws.com/prod",
            (t.API, t.APIGATEWAY_REST_API),
            "a1b2",
        ),
        ("a1b2.execute-api.us-east-1.amazonaws.com", (t.API, t.APIGATEWAY_REST_API), "a1b2"),
        (
            "d-a1b2.execute-api.us-east-1.amazonaws.com",
            (t.API_DOMAIN, t.API_DOMAIN_V1),
            "d-a1b2.execute-api.us-east-1.amazonaws.com",
        ),
        (
            "https://a1b2.execute-api.us-east-1.amazonaws.com/prod",
            (t.API, t.APIGATEWAY_REST_API),
            "a1b2",
        ),
    ],
)
def test_names_tell_type_and_id(name: str, types: tuple[str, ...], id_: str | None) -> None:
    told = identity(name)
    assert told is not None
    assert told.types == types
    assert told.id == (id_ or name)


@pytest.mark.parametrize(
    "name",
    [
        "shop",
        "10.0.0.0/16",
        "443",
        "us-east-1",
        "123456789012",
        "https://example.com/123456789012/jobs",
        "vpc-main",
        "sg-of-the-team",
        "i-am-a-name",
        "arn:aws:s3:::ledger/*",
        "arn:aws:s3:::ledger/2026/01.csv",
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/deployer/me",
        f"arn:aws:execute-api:{HERE}:a1b2/prod/GET/",
        f"arn:aws:ecs:{HERE}:task/shop/0123",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/x/invocations",
        "arn:",
        "",
        "us-east-1_secondary",
        "fs-of-the-team",
        "https://s3.us-east-1.amazonaws.com",
        "https://sts.us-east-1.amazonaws.com",
        "https://oidc.eks.us-east-1.amazonaws.com/id/0A1B",
        "https://console.aws.amazon.com/cloudfront/v4/home",
        "https://example.com/d1a.cloudfront.net",
    ],
)
def test_other_words_name_no_resource(name: str) -> None:
    assert identity(name) is None


def test_place_and_owner_are_read_off_the_name() -> None:
    bucket, key = identity("arn:aws:s3:::ledger"), identity(f"arn:aws:kms:{HERE}:key/1")
    assert bucket is not None
    assert key is not None
    assert (bucket.region, bucket.account) == (None, None)
    assert (key.region, key.account) == ("us-east-1", "123456789012")


def test_every_type_that_is_read_and_has_an_arn_is_known_by_it() -> None:
    read = {type_ for reader in readers() for type_ in reader.types}
    named = {type_ for type_ in read if (of := type_of(type_)) and "arn" in of.outputs}
    known = {type_ for _, _, types in ARNS for type_ in types}
    assert sorted(named - known - SHARED_ARN) == []


def test_types_of_addresses_are_read() -> None:
    assert {*SHOWN} <= {type_ for reader in readers() for type_ in reader.types}


@pytest.mark.parametrize(
    ("name", "partition"),
    [
        ("arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q", "aws-us-gov"),
        ("arn:aws-cn:s3:::ledger", "aws-cn"),
        ("arn:aws:s3:::ledger", "aws"),
        ("ledger.s3.cn-north-1.amazonaws.com.cn", "aws-cn"),
        ("web-1.us-gov-east-1.elb.amazonaws.com", "aws-us-gov"),
        ("ledger.s3.amazonaws.com", None),
        ("vpc-1a2b3c4d", None),
    ],
)
def test_partition_is_read_off_the_name(name: str, partition: str | None) -> None:
    told = identity(name)
    assert told is not None
    assert told.partition == partition


def test_arn_of_a_type_that_nothing_here_knows_is_still_a_name() -> None:
    arn = f"arn:aws:mq:{HERE}:broker:shop:b-1"
    told = identity(arn)
    assert told is not None
    assert (told.types, told.id, told.arn, told.made_by_aws) == ((), arn, arn, False)


@pytest.mark.parametrize(
    "rest",
    [
        f"rds:{HERE}:cluster-snapshot:rds:shop-2026-11-29-08-44",
        f"rds:{HERE}:snapshot:awsbackup:job-1",
        f"events:{HERE}:event-bus/default",
        f"scheduler:{HERE}:schedule-group/default",
        f"backup:{HERE}:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45",
    ],
)
def test_backups_and_what_every_account_has_are_made_by_aws(rest: str) -> None:
    told = identity(f"arn:aws:{rest}")
    assert told is not None
    assert told.made_by_aws


def test_snapshot_that_somebody_took_is_not() -> None:
    told = identity(f"arn:aws:rds:{HERE}:snapshot:before-the-migration")
    assert told is not None
    assert not told.made_by_aws
