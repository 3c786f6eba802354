"""The types that carry tags as a map, and the property that holds a type's physical name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.model import Resource, Unknown, UnresolvedError
from stackproof.model.tags import tags_of

# Types whose `tags` is a map from key to value in pulumi_aws.
TAGGED_BY_MAP: Final = (
    "aws:acm/certificate:Certificate",
    "aws:apigatewayv2/api:Api",
    "aws:apigatewayv2/stage:Stage",
    "aws:appautoscaling/target:Target",
    "aws:backup/plan:Plan",
    "aws:backup/vault:Vault",
    "aws:cfg/rule:Rule",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:codebuild/project:Project",
    "aws:codecommit/repository:Repository",
    "aws:codedeploy/application:Application",
    "aws:codedeploy/deploymentGroup:DeploymentGroup",
    "aws:codepipeline/pipeline:Pipeline",
    "aws:dynamodb/table:Table",
    "aws:ebs/volume:Volume",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/instance:Instance",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/networkInterface:NetworkInterface",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:efs/fileSystem:FileSystem",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:guardduty/detector:Detector",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:lambda/function:Function",
    "aws:lb/listener:Listener",
    "aws:lb/listenerRule:ListenerRule",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:route53/healthCheck:HealthCheck",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
    "aws:ssm/parameter:Parameter",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:wafv2/webAcl:WebAcl",
)
# Types whose `tags` is a list of objects with key and value.
TAGGED_BY_LIST: Final = ("aws:autoscaling/group:Group",)
TAGGABLE: Final = (*TAGGED_BY_MAP, *TAGGED_BY_LIST)

NAME_PROPERTY: Final = {
    "aws:apigatewayv2/api:Api": "name",
    "aws:autoscaling/group:Group": "name",
    "aws:backup/plan:Plan": "name",
    "aws:backup/vault:Vault": "name",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:codebuild/project:Project": "name",
    "aws:codecommit/repository:Repository": "repository_name",
    "aws:codedeploy/application:Application": "name",
    "aws:codedeploy/deploymentGroup:DeploymentGroup": "deployment_group_name",
    "aws:codepipeline/pipeline:Pipeline": "name",
    "aws:dynamodb/table:Table": "name",
    "aws:ec2/launchTemplate:LaunchTemplate": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:ecs/cluster:Cluster": "name",
    "aws:ecs/service:Service": "name",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replication_group_id",
    "aws:iam/role:Role": "name",
    "aws:lambda/function:Function": "name",
    "aws:lb/loadBalancer:LoadBalancer": "name",
    "aws:lb/targetGroup:TargetGroup": "name",
    "aws:rds/cluster:Cluster": "cluster_identifier",
    "aws:rds/clusterInstance:ClusterInstance": "identifier",
    "aws:rds/instance:Instance": "identifier",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:secretsmanager/secret:Secret": "name",
    "aws:sns/topic:Topic": "name",
    "aws:sqs/queue:Queue": "name",
    "aws:wafv2/webAcl:WebAcl": "name",
}


# The tag by which a program declares that something is meant for everybody, and its value.
EXPOSURE: Final = "Exposure"
PUBLIC: Final = "public"


def meant_for_all(resource: Resource) -> bool:
    """Tell whether a resource is declared public; raise UnresolvedError when that is unknown."""
    value = known_tags(resource).get(EXPOSURE)
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at(f"tags.{EXPOSURE}"))
    return bool(value == PUBLIC)


def known_tags(resource: Resource) -> Mapping[str, Any]:
    """Give a resource's tags by key; raise UnresolvedError when they are unknown as a whole."""
    tags = tags_of(resource)
    if isinstance(tags, Unknown):
        raise UnresolvedError(tags)
    return tags


def environment_of(resource: Resource) -> str | None:
    """Give the value of the tag Environment; raise UnresolvedError when it is unknown."""
    value = known_tags(resource).get("Environment")
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at("tags.Environment"))
    return None if value is None else str(value)
