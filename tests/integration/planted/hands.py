"""What somebody does by hand to a running system, for defects of several blueprints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from tests.mutations.mutation import Aws, restated

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
STRANGER = "arn:aws:iam::999999999999:root"
_EVERY = {"CidrBlock": "0.0.0.0/0", "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100}


def bucket_says(
    aws: Aws, bucket: str, statement: dict[str, Any], region: str | None = None
) -> object:
    """Add a statement to a bucket's policy."""
    s3 = aws("s3", region)
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"].append(
        {"Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"], **statement}
    )
    s3.delete_public_access_block(Bucket=bucket)
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def key_says(aws: Aws, key: str, statement: dict[str, Any]) -> object:
    """Add a statement to a key's policy."""
    kms = aws("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(statement)
    return kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


def topic_says(aws: Aws, topic: str, statement: dict[str, Any]) -> object:
    """Add a statement to a topic's policy."""
    sns = aws("sns")
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    policy["Statement"].append({"Action": "sns:Publish", "Resource": topic, **statement})
    return sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def opened_to_all(aws: Aws, group: str, protocol: str, first: int, last: int) -> object:
    """Let any address, of IPv4 and of IPv6, reach ports of a security group."""
    ranges = {
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "For now"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "For now"}],
    }
    permission = {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **ranges}
    return aws("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def closed_to_all(aws: Aws, group: str) -> object:
    """Take away all that may reach a security group."""
    ec2 = aws("ec2")
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])


def acl_for(aws: Aws, vpc: str, subnets: Iterable[str], **denied: Any) -> None:
    """Give subnets a network ACL that lets everything through but what is denied."""
    ec2, chosen = aws("ec2"), set(subnets)
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    made = ec2.create_network_acl(
        VpcId=vpc, TagSpecifications=[{"ResourceType": "network-acl", "Tags": found["Tags"]}]
    )
    acl = made["NetworkAcl"]["NetworkAclId"]
    for egress in (True, False):
        ec2.create_network_acl_entry(NetworkAclId=acl, Egress=egress, **_EVERY)
    ec2.create_network_acl_entry(
        NetworkAclId=acl, **{**_EVERY, "RuleAction": "deny", "RuleNumber": 50, **denied}
    )
    others = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": sorted(chosen)}]
    )["NetworkAcls"]
    for association in (one for other in others for one in other["Associations"]):
        if association["SubnetId"] in chosen:
            ec2.replace_network_acl_association(
                AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
            )


def no_flow_logs(aws: Aws, vpc: str) -> object:
    """Delete the flow logs of a VPC."""
    found = aws("ec2").describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc]}])
    ids = [log["FlowLogId"] for log in found["FlowLogs"]]
    assert ids
    return aws("ec2").delete_flow_logs(FlowLogIds=ids)


def door(aws: Aws, load_balancer: str, **attributes: str) -> object:
    """Set attributes of a load balancer; `__` stands for the dots in their names."""
    told = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
    return aws("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=load_balancer, Attributes=told
    )


def no_rule_to(aws: Aws, listener: str, group: str) -> None:
    """Delete the rules of a listener that lead to a target group."""
    elbv2 = aws("elbv2")
    leading = [
        rule["RuleArn"]
        for rule in elbv2.describe_rules(ListenerArn=listener)["Rules"]
        if group in json.dumps(rule["Actions"])
    ]
    assert leading
    for rule in leading:
        elbv2.delete_rule(RuleArn=rule)


def firewall(aws: Aws, acl: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change a web ACL: `change` gets it whole."""
    waf = aws("wafv2")
    _, name, id_ = acl.rsplit("/", 2)
    named = {"Name": name, "Id": id_, "Scope": "REGIONAL"}
    found = waf.get_web_acl(**named)
    change(found["WebACL"])
    told = {key: found["WebACL"][key] for key in ("DefaultAction", "Rules", "VisibilityConfig")}
    return waf.update_web_acl(**named, **told, LockToken=found["LockToken"])


def first_rule_counts(acl: dict[str, Any]) -> None:
    """Let the first managed rule of a web ACL only count."""
    rule = next(rule for rule in acl["Rules"] if "OverrideAction" in rule)
    rule["OverrideAction"] = {"Count": {}}


def name_leads(aws: Aws, zone: str, name: str, *addresses: str) -> object:
    """Let a name lead to addresses, or delete it."""
    route53 = aws("route53")
    found = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    old = next(r for r in found if r["Type"] == "A" and r["Name"].rstrip(".") == name)
    changes: list[dict[str, Any]] = [{"Action": "DELETE", "ResourceRecordSet": old}]
    if addresses:
        values = [{"Value": address} for address in addresses]
        new = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": values}
        changes.append({"Action": "CREATE", "ResourceRecordSet": new})
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _scaled(cluster: str, service: str) -> dict[str, str]:
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{cluster}/{service}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def scaling(aws: Aws, cluster: str, service: str, **changes: Any) -> object:
    """Change between what a service scales, or suspend it."""
    return aws("application-autoscaling").register_scalable_target(
        **_scaled(cluster, service), **changes
    )


def no_scaling_policies(aws: Aws, cluster: str, service: str) -> None:
    """Delete what makes a service scale."""
    client, scaled = aws("application-autoscaling"), _scaled(cluster, service)
    found = client.describe_scaling_policies(**scaled)["ScalingPolicies"]
    assert found
    for policy in found:
        client.delete_scaling_policy(**scaled, PolicyName=policy["PolicyName"])


def no_policies(aws: Aws, role: str) -> None:
    """Take away all that a role may do."""
    iam = aws("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])


def lent_to(aws: Aws, role: str, *principals: str) -> object:
    """Let others take a role beside those who do."""
    iam = aws("iam")
    document = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    document["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    )
    return iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def subscriptions_gone(aws: Aws, topic: str) -> None:
    """Let nobody hear what a topic says."""
    sns = aws("sns")
    for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def heard_of_nothing(aws: Aws, topic: str) -> None:
    """Let subscriptions to a topic wait for what nobody says."""
    sns = aws("sns")
    for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.set_subscription_attributes(
            SubscriptionArn=one["SubscriptionArn"],
            AttributeName="FilterPolicy",
            AttributeValue='{"never": ["x"]}',
        )


def names_from(aws: Aws, vpc: str, server: str) -> object:
    """Let a network ask another server for names."""
    ec2 = aws("ec2")
    told = [{"Key": "domain-name-servers", "Values": [server]}]
    made = ec2.create_dhcp_options(DhcpConfigurations=told)["DhcpOptions"]
    return ec2.associate_dhcp_options(DhcpOptionsId=made["DhcpOptionsId"], VpcId=vpc)


def listed_for(aws: Aws, bucket: str, account: str) -> object:
    """Let S3 write lists of a bucket's objects into a bucket of another account."""
    there = {"AccountId": account, "Bucket": "arn:aws:s3:::lists", "Format": "CSV"}
    return aws("s3").put_bucket_inventory_configuration(
        Bucket=bucket,
        Id="all",
        InventoryConfiguration={
            "Destination": {"S3BucketDestination": there},
            "IsEnabled": True,
            "Id": "all",
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
        },
    )


def untagged(aws: Aws, arn: str, *keys: str) -> object:
    """Take tags off a resource."""
    return aws("resourcegroupstaggingapi").untag_resources(
        ResourceARNList=[arn], TagKeys=list(keys)
    )


def no_targets_of(aws: Aws, rule: str) -> object:
    """Let an EventBridge rule do nothing."""
    events = aws("events")
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    return events.remove_targets(Rule=rule, Ids=[target["Id"] for target in targets])


def replication(aws: Aws, bucket: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change each rule by which a bucket is copied."""
    s3 = aws("s3")
    found = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
    for rule in found["Rules"]:
        change(rule)
    return s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=found)


def by_role_of(aws: Aws, function: str) -> str:
    """Give the name of the role that a function has."""
    found = aws("lambda").get_function_configuration(FunctionName=function)
    return str(found["Role"].rpartition("/")[2])


def table_of(aws: Aws, subnet: str) -> str:
    """Give the route table of a subnet."""
    (found,) = aws("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )["RouteTables"]
    return str(found["RouteTableId"])


def no_route_out(aws: Aws, subnet: str) -> object:
    """Take a subnet's route to the internet away."""
    return aws("ec2").delete_route(
        RouteTableId=table_of(aws, subnet), DestinationCidrBlock="0.0.0.0/0"
    )


def out_through_the_gateway(aws: Aws, vpc: str, subnet: str) -> object:
    """Send a subnet's packets to the internet without NAT."""
    (gateway,) = aws("ec2").describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    return aws("ec2").replace_route(
        RouteTableId=table_of(aws, subnet),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway["InternetGatewayId"],
    )


def a_nat_gateway_less(aws: Aws, vpc: str) -> object:
    """Delete one of a VPC's NAT gateways."""
    found = aws("ec2").describe_nat_gateways(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return aws("ec2").delete_nat_gateway(NatGatewayId=found["NatGateways"][0]["NatGatewayId"])


def default_group_opened(aws: Aws, vpc: str) -> object:
    """Open the group that AWS makes with a VPC."""
    (found,) = aws("ec2").describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    return opened_to_all(aws, str(found["GroupId"]), "tcp", 0, 65535)


def key_of(aws: Aws, alias: str) -> str:
    """Give the id of the key that an alias names."""
    return str(aws("kms").describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]["KeyId"])


def key_called(aws: Aws, alias: str, operation: str, **parameters: Any) -> object:
    """Call KMS about the key that an alias names."""
    return getattr(aws("kms"), operation)(KeyId=key_of(aws, alias), **parameters)


def key_called_says(aws: Aws, alias: str, statement: dict[str, Any]) -> object:
    """Add a statement to the policy of the key that an alias names."""
    return key_says(aws, key_of(aws, alias), statement)


def integration(aws: Aws, api: str, **changes: Any) -> object:
    """Change what an HTTP API calls."""
    client = aws("apigatewayv2")
    (found,) = client.get_integrations(ApiId=api)["Items"]
    return client.update_integration(ApiId=api, IntegrationId=found["IntegrationId"], **changes)


def route(aws: Aws, api: str, key: str, **changes: Any) -> object:
    """Change a route of an HTTP API; with no change, delete it."""
    client = aws("apigatewayv2")
    (id_,) = (r["RouteId"] for r in client.get_routes(ApiId=api)["Items"] if r["RouteKey"] == key)
    if not changes:
        return client.delete_route(ApiId=api, RouteId=id_)
    return client.update_route(ApiId=api, RouteId=id_, **changes)


def environment(aws: Aws, function: str, **changes: str) -> object:
    """Tell a function other variables."""
    client = aws("lambda")
    found = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    return client.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**found, **changes}}
    )


def one_more_alarm(aws: Aws, like: str, name: str) -> object:
    """Put a second alarm beside one, which goes off earlier."""
    client = aws("cloudwatch")
    (found,) = client.describe_alarms(AlarmNames=[like])["MetricAlarms"]
    tags = client.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    named = [tag if tag["Key"] != "Name" else {"Key": "Name", "Value": name} for tag in tags]
    below = found["ComparisonOperator"].startswith("Greater")
    return restated(
        client,
        "put_metric_alarm",
        found,
        AlarmName=name,
        Threshold=found["Threshold"] * (0.9 if below else 1.1),
        Tags=named,
    )


def tagged_more(aws: Aws, thing: str) -> object:
    """Give something of EC2 a tag that nobody asked for."""
    return aws("ec2").create_tags(Resources=[thing], Tags=[{"Key": "Reviewed", "Value": "yes"}])


def one_more_subnet(aws: Aws, like: str, block: str, zone: str) -> object:
    """Make a subnet in another zone, with the route table of one that is there."""
    ec2 = aws("ec2")
    (found,) = ec2.describe_subnets(SubnetIds=[like])["Subnets"]
    made = ec2.create_subnet(
        VpcId=found["VpcId"],
        CidrBlock=block,
        AvailabilityZone=zone,
        TagSpecifications=[{"ResourceType": "subnet", "Tags": found["Tags"]}],
    )["Subnet"]["SubnetId"]
    return ec2.associate_route_table(RouteTableId=table_of(aws, like), SubnetId=made)


def nobody_deletes(aws: Aws, bucket: str, region: str | None = None) -> object:
    """Forbid everybody to delete a bucket."""
    s3 = aws("s3", region)
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:DeleteBucket",
            "Resource": f"arn:aws:s3:::{bucket}",
        }
    )
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def denied(aws: Aws, role: str, *actions: str) -> object:
    """Forbid a role what it doesn't need."""
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*"}
    return aws("iam").put_role_policy(
        RoleName=role,
        PolicyName="never",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def one_more_rule(acl: dict[str, Any]) -> None:
    """Block more at a web ACL: what comes from countries under sanctions."""
    acl["Rules"].append(
        {
            "Name": "sanctions",
            "Priority": 900,
            "Statement": {"GeoMatchStatement": {"CountryCodes": ["KP"]}},
            "Action": {"Block": {}},
            "VisibilityConfig": {
                "SampledRequestsEnabled": True,
                "CloudWatchMetricsEnabled": True,
                "MetricName": "sanctions",
            },
        }
    )


def opened_to(aws: Aws, group: str, port: int, block: str) -> object:
    """Let a block of addresses reach a port of a security group."""
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": block, "Description": "Administrators"}],
    }
    return aws("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def artifacts_elsewhere(aws: Aws, pipeline: str, bucket: str) -> object:
    """Let a pipeline keep what it builds in another bucket."""
    client = aws("codepipeline")
    found = client.get_pipeline(name=pipeline)["pipeline"]
    found["artifactStore"]["location"] = bucket
    return client.update_pipeline(pipeline=found)
