"""What the one on call finds: small changes, made in a hurry, that stop something elsewhere."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.planted.hands import no_policies
from tests.mutations.mutation import Aws

_EVERYTHING = {"Principal": "*", "Action": "*", "Resource": "*"}


def targets_checked(aws: Aws, group: str, **changes: Any) -> object:
    """Change how a target group finds out whether its targets are well."""
    return aws("elbv2").modify_target_group(TargetGroupArn=group, **changes)


def notices_filtered(aws: Aws, topic: str) -> None:
    """Let all subscribers of a topic hear of nothing that it ever says."""
    sns = aws("sns")
    for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.set_subscription_attributes(
            SubscriptionArn=one["SubscriptionArn"],
            AttributeName="FilterPolicy",
            AttributeValue=json.dumps({"severity": ["never"]}),
        )


def only_rejects(aws: Aws, vpc: str) -> object:
    """Record what a network refuses, and nothing else."""
    ec2 = aws("ec2")
    (log,) = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc]}])["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[log["FlowLogId"]])
    return ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="REJECT",
        LogDestination=log["LogDestination"],
        DeliverLogsPermissionArn=log["DeliverLogsPermissionArn"],
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": log["Tags"]}],
    )


def maintenance(aws: Aws, listener: str) -> object:
    """Answer everything by a page that says that there is maintenance."""
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    return aws("elbv2").create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
        Actions=[answer],
    )


def another_certificate(aws: Aws, listener: str) -> object:
    """Give a listener a certificate for a name that nobody asks for."""
    made = aws("acm").request_certificate(DomainName="old.example.org", ValidationMethod="DNS")
    certificate = {"CertificateArn": made["CertificateArn"]}
    return aws("elbv2").modify_listener(ListenerArn=listener, Certificates=[certificate])


def for_no_service(aws: Aws, key: str) -> object:
    """Take a key away from the services that use it."""
    kms = aws("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"] = [one for one in policy["Statement"] if "AWS" in one["Principal"]]
    return kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


def moved_to(aws: Aws, group: str, port: int) -> None:
    """Let those who come into a security group come to another port."""
    ec2 = aws("ec2")
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    for rule in rules["SecurityGroupRules"]:
        if rule["IsEgress"]:
            continue
        ec2.revoke_security_group_ingress(
            GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]]
        )
        peer = {"GroupId": rule["ReferencedGroupInfo"]["GroupId"]}
        permission = {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "UserIdGroupPairs": [peer],
        }
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def not_pulled_by(aws: Aws, repository: str, role: str) -> object:
    """Forbid a role to pull a repository's images."""
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": role},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    return aws("ecr").set_repository_policy(
        repositoryName=repository,
        policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def gone_at_once(aws: Aws, application: str, group: str) -> object:
    """Stop what a deployment replaces in the moment in which traffic has moved."""
    return aws("codedeploy").update_deployment_group(
        applicationName=application,
        currentDeploymentGroupName=group,
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": 0,
            },
            "deploymentReadyOption": {
                "actionOnTimeout": "CONTINUE_DEPLOYMENT",
                "waitTimeInMinutes": 0,
            },
        },
    )


def may_start_nothing(aws: Aws, rule: str) -> None:
    """Take all rights from the role with which a rule of EventBridge starts its target."""
    (target,) = aws("events").list_targets_by_rule(Rule=rule)["Targets"]
    no_policies(aws, target["RoleArn"].rpartition("/")[2])


def for_another_api(aws: Aws, function: str) -> object:
    """Let another API call a function than the one that does."""
    client = aws("lambda")
    client.remove_permission(FunctionName=function, StatementId="http-invokes")
    return client.add_permission(
        FunctionName=function,
        StatementId="http-invokes",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn="arn:aws:execute-api:us-west-2:123456789012:aaaaaaaa/*",
    )


def endpoint_says(aws: Aws, vpc: str, effect: str) -> object:
    """Let the endpoint of a network let everything through, or nothing."""
    ec2 = aws("ec2")
    (endpoint,) = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "VpcEndpoints"
    ]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": effect, **_EVERYTHING}]}
    return ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=json.dumps(policy)
    )


def guarded_by(aws: Aws, cluster: str, service: str, group: str) -> object:
    """Put the tasks of a service into another security group."""
    ecs = aws("ecs")
    (found,) = ecs.describe_services(cluster=cluster, services=[service])["services"]
    network = found["networkConfiguration"]
    network["awsvpcConfiguration"]["securityGroups"] = [group]
    return ecs.update_service(cluster=cluster, service=service, networkConfiguration=network)


def unlogged(aws: Aws, bucket: str) -> object:
    """Write down no more who asks for what in a bucket."""
    return aws("s3").put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})


def any_connection(aws: Aws, parameters: str) -> object:
    """Let an Aurora cluster accept connections without TLS."""
    parameter = {
        "ParameterName": "rds.force_ssl",
        "ParameterValue": "0",
        "ApplyMethod": "immediate",
    }
    return aws("rds").modify_db_cluster_parameter_group(
        DBClusterParameterGroupName=parameters, Parameters=[parameter]
    )


def scaled_by_the_clock(aws: Aws, cluster: str, service: str, most: int) -> object:
    """Scale a service each night to so many tasks at most."""
    return aws("application-autoscaling").put_scheduled_action(
        ServiceNamespace="ecs",
        ScheduledActionName="night",
        ResourceId=f"service/{cluster}/{service}",
        ScalableDimension="ecs:service:DesiredCount",
        Schedule="cron(0 20 * * ? *)",
        ScalableTargetAction={"MinCapacity": 0, "MaxCapacity": most},
    )
