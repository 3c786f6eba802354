from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients

TAG = {"Key": "stack", "Value": "tagged"}
LOWER_TAG = {"key": "stack", "value": "tagged"}


def spec(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [TAG]}]


def listed(aws: Clients, region: str = "us-east-1", **filters: Any) -> set[str]:
    pages = aws("resourcegroupstaggingapi", region).get_paginator("get_resources")
    tag_filter = [{"Key": "stack", "Values": ["tagged"]}]
    return {
        found["ResourceARN"]
        for page in pages.paginate(TagFilters=tag_filter, **filters)
        for found in page["ResourceTagMappingList"]
    }


def make_network(aws: Clients, subnets: list[str], vpc: str) -> dict[str, str]:
    ec2 = aws("ec2")
    prefix = "arn:aws:ec2:us-east-1:123456789012"
    eip = ec2.allocate_address(TagSpecifications=spec("elastic-ip"))["AllocationId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.s3",
        TagSpecifications=spec("vpc-endpoint"),
    )["VpcEndpoint"]["VpcEndpointId"]
    group = ec2.create_security_group(
        GroupName="tagged", Description="t", VpcId=vpc, TagSpecifications=spec("security-group")
    )["GroupId"]
    rule = ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 1,
                "ToPort": 2,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
            }
        ],
        TagSpecifications=spec("security-group-rule"),
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    aws("s3").create_bucket(Bucket="flow-logs-here")
    log = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flow-logs-here",
        TagSpecifications=spec("vpc-flow-log"),
    )["FlowLogIds"][0]
    gateway = ec2.create_nat_gateway(
        SubnetId=subnets[0], AllocationId=eip, TagSpecifications=spec("natgateway")
    )["NatGateway"]["NatGatewayId"]
    return {
        "eip": f"{prefix}:elastic-ip/{eip}",
        "endpoint": f"{prefix}:vpc-endpoint/{endpoint}",
        "group": f"{prefix}:security-group/{group}",
        "rule": f"{prefix}:security-group-rule/{rule}",
        "flow log": f"{prefix}:vpc-flow-log/{log}",
        "nat": f"{prefix}:natgateway/{gateway}",
    }


def make_balancing(aws: Clients, subnets: list[str], vpc: str) -> dict[str, str]:
    elb = aws("elbv2")
    balancer = elb.create_load_balancer(Name="tagged", Subnets=subnets, Tags=[TAG])
    balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(
        Name="tagged", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", Tags=[TAG]
    )["TargetGroups"][0]["TargetGroupArn"]
    action = [{"Type": "forward", "TargetGroupArn": target}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer_arn, Protocol="HTTP", Port=80, DefaultActions=action, Tags=[TAG]
    )["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=action,
        Tags=[TAG],
    )["Rules"][0]["RuleArn"]
    return {"balancer": balancer_arn, "target": target, "listener": listener, "rule": rule}


def make_data(aws: Clients, subnets: list[str]) -> dict[str, str]:
    rds, cache = aws("rds"), aws("elasticache")
    aws("s3").create_bucket(Bucket="tagged-bucket")
    aws("s3").put_bucket_tagging(Bucket="tagged-bucket", Tagging={"TagSet": [TAG]})
    made = {
        "subnets": rds.create_db_subnet_group(
            DBSubnetGroupName="tagged",
            DBSubnetGroupDescription="t",
            SubnetIds=subnets,
            Tags=[TAG],
        )["DBSubnetGroup"]["DBSubnetGroupArn"],
        "parameters": rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName="tagged",
            DBParameterGroupFamily="aurora-postgresql16",
            Description="t",
            Tags=[TAG],
        )["DBClusterParameterGroup"]["DBClusterParameterGroupArn"],
        "cluster": rds.create_db_cluster(
            DBClusterIdentifier="tagged",
            Engine="aurora-postgresql",
            MasterUsername="root",
            MasterUserPassword="not-a-secret",
            Tags=[TAG],
        )["DBCluster"]["DBClusterArn"],
        "instance": rds.create_db_instance(
            DBInstanceIdentifier="tagged",
            DBClusterIdentifier="tagged",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            Tags=[TAG],
        )["DBInstance"]["DBInstanceArn"],
        "cache subnets": cache.create_cache_subnet_group(
            CacheSubnetGroupName="tagged",
            CacheSubnetGroupDescription="t",
            SubnetIds=subnets,
            Tags=[TAG],
        )["CacheSubnetGroup"]["ARN"],
        "cache": cache.create_replication_group(
            ReplicationGroupId="tagged", ReplicationGroupDescription="t", Tags=[TAG]
        )["ReplicationGroup"]["ARN"],
        "secret": aws("secretsmanager").create_secret(Name="tagged", SecretString="x", Tags=[TAG])[
            "ARN"
        ],
        "bucket": "arn:aws:s3:::tagged-bucket",
    }
    key = aws("kms").create_key(Tags=[{"TagKey": "stack", "TagValue": "tagged"}])
    return {**made, "key": key["KeyMetadata"]["Arn"]}


def make_services(aws: Clients) -> dict[str, str]:
    ecs = aws("ecs")
    made = {
        "cluster": ecs.create_cluster(clusterName="tagged", tags=[LOWER_TAG])["cluster"][
            "clusterArn"
        ],
        "task": ecs.register_task_definition(
            family="tagged",
            containerDefinitions=[{"name": "a", "image": "a", "memory": 64}],
            tags=[LOWER_TAG],
        )["taskDefinition"]["taskDefinitionArn"],
    }
    made["service"] = ecs.create_service(
        cluster="tagged", serviceName="tagged", taskDefinition="tagged", tags=[LOWER_TAG]
    )["service"]["serviceArn"]
    made["scaling"] = aws("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/tagged/tagged",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"stack": "tagged"},
    )["ScalableTargetARN"]
    return made


def make_operations(aws: Clients) -> dict[str, str]:
    visibility = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": "m",
    }
    acl = aws("wafv2").create_web_acl(
        Name="tagged",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=visibility,
        Tags=[TAG],
    )["Summary"]["ARN"]
    detector = aws("guardduty").create_detector(Enable=True, Tags={"stack": "tagged"})["DetectorId"]
    aws("logs").create_log_group(logGroupName="tagged", tags={"stack": "tagged"})
    aws("cloudwatch").put_metric_alarm(
        AlarmName="tagged",
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Tags=[TAG],
    )
    zone = aws("route53").create_hosted_zone(Name="tagged.example", CallerReference="t")
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    aws("route53").change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=zone_id, AddTags=[TAG]
    )
    prefix = "us-east-1:123456789012"
    return {
        "acl": acl,
        "detector": f"arn:aws:guardduty:{prefix}:detector/{detector}",
        "logs": f"arn:aws:logs:{prefix}:log-group:tagged",
        "alarm": f"arn:aws:cloudwatch:{prefix}:alarm:tagged",
        "topic": aws("sns").create_topic(Name="tagged", Tags=[TAG])["TopicArn"],
        "zone": f"arn:aws:route53:::hostedzone/{zone_id}",
        "certificate": aws("acm").request_certificate(DomainName="a.example", Tags=[TAG])[
            "CertificateArn"
        ],
    }


@pytest.fixture(scope="module")
def tagged(aws: Clients, network: dict[str, Any]) -> dict[str, str]:
    """One tagged resource of each kind, by a name for the reader: its ARN."""
    subnets, vpc = network["subnets"], network["vpc"]
    groups = {
        "network": make_network(aws, subnets, vpc),
        "balancing": make_balancing(aws, subnets, vpc),
        "data": make_data(aws, subnets),
        "services": make_services(aws),
        "operations": make_operations(aws),
    }
    return {f"{area} {name}": arn for area, made in groups.items() for name, arn in made.items()}


def test_every_tagged_kind_is_listed_with_its_real_arn(
    aws: Clients, tagged: dict[str, str]
) -> None:
    assert {name for name, arn in tagged.items() if arn not in listed(aws)} == set()


def test_only_tagged_resources_are_listed(aws: Clients, tagged: dict[str, str]) -> None:
    found = listed(aws) - set(tagged.values())
    assert all(":cluster:tagged-" in arn for arn in found), found  # the cache group's members


def test_global_zones_and_buckets_are_listed_in_their_region_only(
    aws: Clients, tagged: dict[str, str]
) -> None:
    assert listed(aws, "eu-west-1") == set()


def test_resources_can_be_listed_by_kind(aws: Clients, tagged: dict[str, str]) -> None:
    assert listed(aws, ResourceTypeFilters=["ec2:elastic-ip"]) == {tagged["network eip"]}
    assert listed(aws, ResourceTypeFilters=["elasticache:replicationgroup"]) == {
        tagged["data cache"]
    }


def scaling(aws: Clients) -> Client:
    return aws("application-autoscaling")


def test_tags_of_a_scalable_target_can_be_read_and_changed(
    aws: Clients, tagged: dict[str, str]
) -> None:
    arn = tagged["services scaling"]
    target = scaling(aws).describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert target["ScalableTargetARN"] == arn
    scaling(aws).tag_resource(ResourceARN=arn, Tags={"more": "yes"})
    assert scaling(aws).list_tags_for_resource(ResourceARN=arn)["Tags"] == {
        "stack": "tagged",
        "more": "yes",
    }
    scaling(aws).untag_resource(ResourceARN=arn, TagKeys=["more"])
    assert scaling(aws).list_tags_for_resource(ResourceARN=arn)["Tags"] == {"stack": "tagged"}


def test_tags_of_an_unknown_scalable_target_are_refused(aws: Clients) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scaling(aws).list_tags_for_resource(ResourceARN="arn:aws:nothing")
