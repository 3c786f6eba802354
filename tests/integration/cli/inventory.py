"""Everything there is on an embedded AWS, by plain listings: no reader or creator has a say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tests.integration.cli.conftest import REGION, Clients

# Service, operation, key of the answer, key of an element's name ("" for a list of names).
LISTINGS: tuple[tuple[str, str, str, str], ...] = (
    ("acm", "list_certificates", "CertificateSummaryList", "CertificateArn"),
    ("apigatewayv2", "get_apis", "Items", "ApiId"),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),
    ("autoscaling", "describe_policies", "ScalingPolicies", "PolicyARN"),
    ("backup", "list_backup_plans", "BackupPlansList", "BackupPlanId"),
    ("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("codebuild", "list_projects", "projects", ""),
    ("codedeploy", "list_applications", "applications", ""),
    ("codepipeline", "list_pipelines", "pipelines", "name"),
    ("config", "describe_configuration_recorders", "ConfigurationRecorders", "name"),
    ("config", "describe_delivery_channels", "DeliveryChannels", "name"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ecr", "describe_repositories", "repositories", "repositoryName"),
    ("ecs", "list_clusters", "clusterArns", ""),
    ("ecs", "list_task_definitions", "taskDefinitionArns", ""),
    ("elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
    ("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    ("elasticache", "describe_snapshots", "Snapshots", "SnapshotName"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("events", "list_rules", "Rules", "Name"),
    ("guardduty", "list_detectors", "DetectorIds", ""),
    ("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("iam", "list_policies", "Policies", "Arn"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("kms", "list_keys", "Keys", "KeyId"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    (
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        "DBClusterParameterGroupName",
    ),
    ("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"),
    ("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"),
    ("rds", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    ("route53", "list_hosted_zones", "HostedZones", "Id"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "Name"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sqs", "list_queues", "QueueUrls", ""),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("wafv2", "list_web_acls", "WebACLs", "ARN"),
)
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "list_policies": {"Scope": "Local"},
    "list_web_acls": {"Scope": "REGIONAL"},
}


def inventory(client: Clients, regions: Sequence[str] = (REGION,)) -> dict[str, list[str]]:
    """Give the names of all that exists, by listing; what AWS only remembers is left out."""
    return {
        f"{region} {listing}": names
        for region in regions
        for listing, names in _inventory(partial(client, region=region)).items()
    }


def _inventory(client: Callable[[str], Any]) -> dict[str, list[str]]:
    found = {
        f"{service}.{operation}": _names(client(service), operation, result, name)
        for service, operation, result, name in LISTINGS
    }
    kms = client("kms")
    found["kms.list_keys"] = [
        key
        for key in found["kms.list_keys"]
        if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion"
    ]
    clusters = client("ecs").describe_clusters(clusters=found["ecs.list_clusters"])["clusters"]
    found["ecs.list_clusters"] = [
        cluster["clusterArn"] for cluster in clusters if cluster["status"] != "INACTIVE"
    ]
    scaling = client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    return {**found, "scalable targets": sorted(target["ResourceId"] for target in targets)}


def _names(client: Any, operation: str, result: str, name: str) -> list[str]:
    arguments = ARGUMENTS.get(operation, {})
    if client.can_paginate(operation):
        answer = client.get_paginator(operation).paginate(**arguments).build_full_result()
    else:
        answer = getattr(client, operation)(**arguments)
    # A NAT gateway is listed for about an hour after its deletion (VPC User Guide).
    there = [item for item in answer.get(result, ()) if not name or item.get("State") != "deleted"]
    names = [item[name] if name else item for item in there]
    # AWS's own parameter groups appear with the first database and stay.
    return sorted(found for found in names if not found.startswith("default."))
