"""Whoever is reached, told or started: changes that leave every name and every group as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.network import close_port, lose_nat_gateway, open_port
from tests.mutations.roles import allow
from tests.mutations.services import change_target_group, change_task, told

Container = dict[str, Any]


def _service(name: str) -> str:
    """Give what the outputs call a service's name: that of `cicd` has no name of its own."""
    return f"{name}_service_name" if name else "service_name"


def _task(
    name: str, change: Callable[[Container], object] = lambda container: None, **changes: Any
) -> Act:
    return lambda aws, outputs: change_task(
        aws, outputs["ecs_cluster_name"], outputs[_service(name)], change, **changes
    )


def _told(name: str, variable: str, value: str) -> Act:
    return _task(name, told(variable, value))


def _image(container: Container) -> None:
    container["image"] = "docker.io/library/nginx:1.27"


def _entry_point(container: dict[str, Any]) -> None:
    container["entryPoint"] = ["sh", "-c", "sleep infinity"]


def _port(container: dict[str, Any]) -> None:
    for mapped in container["portMappings"]:
        mapped.update(containerPort=9999, hostPort=9999)


def _command(container: Container) -> None:
    container["command"] = ["sleep", "infinity"]


def _no_token(container: Container) -> None:
    container["secrets"] = [s for s in container["secrets"] if s["name"] != "REDIS_AUTH_TOKEN"]


def _role_of(name: str, other: str) -> Act:
    return lambda aws, outputs: _task(name, taskRoleArn=outputs[other])(aws, outputs)


def _refuse(tier: str, port: int, *, egress: bool = False, to: int = 0) -> Act:
    """Give the subnets of a tier an ACL of their own that refuses TCP ports."""

    def act(aws: Aws, outputs: Outputs) -> None:
        ec2, subnets = aws("ec2"), outputs.list(f"{tier}_subnet_ids")
        acl = ec2.create_network_acl(VpcId=outputs["vpc_id"])["NetworkAcl"]["NetworkAclId"]
        every = {"NetworkAclId": acl, "CidrBlock": "0.0.0.0/0"}
        for way in (True, False):
            ec2.create_network_acl_entry(
                **every, RuleNumber=100, Protocol="-1", RuleAction="allow", Egress=way
            )
        ec2.create_network_acl_entry(
            **every,
            RuleNumber=50,
            Protocol="6",
            RuleAction="deny",
            Egress=egress,
            PortRange={"From": port, "To": to or port},
        )
        found = ec2.describe_network_acls(
            Filters=[{"Name": "association.subnet-id", "Values": subnets}]
        )["NetworkAcls"]
        for association in (one for other in found for one in other["Associations"]):
            if association["SubnetId"] in subnets:
                ec2.replace_network_acl_association(
                    AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
                )

    return act


def _no_nat(aws: Aws, outputs: Outputs) -> object:
    return lose_nat_gateway(aws, outputs["vpc_id"])


def _database_in(tier: str) -> Act:
    """Let the database stand in the subnets of another tier, too, from the next failover on."""

    def act(aws: Aws, outputs: Outputs) -> object:
        rds = aws("rds")
        (group,) = rds.describe_db_subnet_groups()["DBSubnetGroups"]
        return rds.modify_db_subnet_group(
            DBSubnetGroupName=group["DBSubnetGroupName"],
            SubnetIds=outputs.list(f"{tier}_subnet_ids"),
        )

    return act


def _cache_in(tier: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        cache, id_ = aws("elasticache"), outputs["redis_replication_group_id"]
        (group,) = cache.describe_replication_groups(ReplicationGroupId=id_)["ReplicationGroups"]
        (one, *_) = cache.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])[
            "CacheClusters"
        ]
        return cache.modify_cache_subnet_group(
            CacheSubnetGroupName=one["CacheSubnetGroupName"],
            SubnetIds=outputs.list(f"{tier}_subnet_ids"),
        )

    return act


def _more_nodes(aws: Aws, outputs: Outputs) -> object:
    return aws("elasticache").increase_replica_count(
        ReplicationGroupId=outputs["redis_replication_group_id"],
        NewReplicaCount=2,
        ApplyImmediately=True,
    )


def _no_rule_between_services(aws: Aws, outputs: Outputs) -> None:
    ec2, group = aws("ec2"), outputs["service_security_group_id"]
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    ids = [
        rule["SecurityGroupRuleId"]
        for rule in found["SecurityGroupRules"]
        if not rule["IsEgress"] and rule.get("ReferencedGroupInfo", {}).get("GroupId") == group
    ]
    assert ids
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ids)


def _whole_vpc(aws: Aws, outputs: Outputs) -> object:
    port = int(outputs["payment_port"])
    return open_port(aws, outputs["service_security_group_id"], port, outputs["vpc_cidr"])


def _health(group: str, **changes: Any) -> Act:
    return lambda aws, outputs: change_target_group(aws, outputs[group], **changes)


def _log_under(group: str, concern: str) -> Act:
    return lambda aws, outputs: aws("logs").associate_kms_key(
        logGroupName=outputs[group], kmsKeyId=outputs[f"{concern}_kms_key_arn"]
    )


def _topic_under(concern: str) -> Act:
    return lambda aws, outputs: aws("sns").set_topic_attributes(
        TopicArn=outputs["alerts_topic_arn"],
        AttributeName="KmsMasterKeyId",
        AttributeValue=outputs[f"{concern}_kms_key_arn"],
    )


def _secret_under(concern: str) -> Act:
    return lambda aws, outputs: aws("secretsmanager").update_secret(
        SecretId=outputs["redis_secret_arn"], KmsKeyId=outputs[f"{concern}_kms_key_arn"]
    )


def _takes(listener: str, path: str) -> Act:
    return lambda aws, outputs: aws("elbv2").create_rule(
        ListenerArn=outputs[listener],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": [path]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    )


def _logs_in_as(role: str, user: str) -> Act:
    return lambda aws, outputs: allow(
        aws,
        outputs[role].rpartition("/")[2],
        "rds-db:connect",
        f"arn:aws:rds-db:{outputs['region']}:{outputs['account_id']}:dbuser:*/{user}",
    )


def _kept_for(minutes: int) -> Act:
    terminate = {"action": "TERMINATE", "terminationWaitTimeInMinutes": minutes}
    return lambda aws, outputs: aws("codedeploy").update_deployment_group(
        applicationName=outputs["deployment_application_name"],
        currentDeploymentGroupName=outputs["deployment_group_name"],
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": terminate,
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
    )


def _other_code(aws: Aws, outputs: Outputs) -> object:
    # The smallest zip there is: an empty one.
    empty = b"PK\x05\x06" + bytes(18)
    return aws("lambda").update_function_code(FunctionName=outputs["function_name"], ZipFile=empty)


def _function(**changes: Any) -> Act:
    return lambda aws, outputs: aws("lambda").update_function_configuration(
        FunctionName=outputs["function_name"], **changes
    )


SCALEPAYMENTS = (
    Mutation("3.13", "ACL before the tasks refuses answers", _refuse("private", 1024, to=65535)),
    Mutation(
        "3.13",
        "tasks may call nobody",
        lambda aws, outputs: aws("ec2").revoke_security_group_egress(
            GroupId=outputs["service_security_group_id"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                }
            ],
        ),
    ),
    Mutation("3.13", "a NAT gateway gone", _no_nat),
    Mutation("3.13", "database beside the services", _database_in("private")),
    Mutation("3.13", "cache beside the services", _cache_in("private")),
    Mutation("3.14", "no way between services", _no_rule_between_services),
    Mutation("3.14", "services open to the whole VPC", _whole_vpc),
    Mutation("3.14", "ACL before the data refuses PostgreSQL", _refuse("database", 5432)),
    Mutation("3.14", "ACL before the data refuses Redis", _refuse("database", 6379)),
    Mutation(
        "3.14",
        "ACL before the data refuses the answers",
        _refuse("database", 32768, egress=True, to=65535),
    ),
    Mutation("3.18", "ACL before the front door refuses HTTPS", _refuse("public", 443)),
    Mutation("3.18", "one path answered by nobody", _takes("https_listener_arn", "/payment/*")),
    Mutation(
        "3.18",
        "health of payments asked for on another port",
        _health("payment_target_group_arn", HealthCheckPort="9"),
    ),
    Mutation("3.15", "a log under another key", _log_under("payment_log_group_name", "secrets")),
    Mutation("3.15", "the topic under another key", _topic_under("logs")),
    Mutation("3.15", "a secret under another key", _secret_under("logs")),
    Mutation(
        "3.15",
        "a service runs with another's role",
        _role_of("notification", "payment_task_role_arn"),
    ),
    Mutation(
        "3.15",
        "a service logs in as another",
        _logs_in_as("notification_task_role_arn", "payment"),
    ),
    Mutation("3.16", "another image", _task("payment", _image)),
    Mutation("3.16", "another command", _task("payment", _command)),
    Mutation("3.16", "another database host", _told("payment", "DATABASE_HOST", "db.example.com")),
    Mutation("3.16", "another cache host", _told("api", "REDIS_HOST", "redis.example.com")),
    Mutation("3.15", "runs as root", _task("payment", lambda c: c.update(user="0:0"))),
    Mutation("3.16", "another entry point", _task("payment", _entry_point)),
    Mutation("3.16", "another port", _task("payment", _port)),
    Mutation("3.16", "another environment", _told("payment", "ENVIRONMENT", "dev")),
    Mutation("3.20", "no token for the cache", _task("payment", _no_token)),
)
NOVA = (
    Mutation("1.3", "ACL before the load balancer refuses HTTPS", _refuse("public", 443)),
    Mutation("1.3", "ACL before the tiers refuses answers", _refuse("private", 1024, to=65535)),
    Mutation("1.3", "a NAT gateway gone", _no_nat),
    Mutation("1.8", "database in public subnets", _database_in("public")),
    Mutation("1.4", "ACL before the database refuses MySQL", _refuse("isolated", 3306)),
    Mutation(
        "1.4",
        "front door closed on 443",
        lambda aws, outputs: close_port(aws, outputs["alb_security_group_id"], 443),
    ),
    Mutation("1.6", "one path answered by nobody", _takes("https_listener_arn", "/api/*")),
    Mutation(
        "1.6", "health asked for elsewhere", _health("api_target_group_arn", HealthCheckPath="/no")
    ),
    Mutation("1.6", "another image", _task("api", _image)),
    Mutation("1.6", "another command", _task("api", _command)),
    Mutation("1.6", "another database host", _told("api", "DATABASE_HOST", "db.example.com")),
    Mutation("1.6", "runs as root", _task("api", lambda c: c.update(user="0:0"))),
    Mutation("1.6", "another entry point", _task("api", _entry_point)),
    Mutation("1.6", "another port", _task("api", _port)),
    Mutation("1.6", "another bucket", _told("api", "DATA_BUCKET", "somebody-elses")),
    Mutation("1.6", "half the CPU", _task("api", cpu="256")),
    Mutation("1.6", "runs with the instances' role", _role_of("api", "web_role_arn")),
    Mutation("1.10", "a log under another key", _log_under("api_log_group_name", "secrets")),
    Mutation("1.10", "the topic under another key", _topic_under("logs")),
)
CICD = (
    Mutation("5.1", "ACL before the load balancer refuses HTTP", _refuse("public", 80)),
    Mutation("5.1", "ACL before the tasks refuses answers", _refuse("private", 1024, to=65535)),
    Mutation("5.1", "a NAT gateway gone", _no_nat),
    Mutation("5.2", "another image", _task("", _image)),
    Mutation("5.2", "another command", _task("", _command)),
    Mutation("5.2", "runs as root", _task("", lambda c: c.update(user="0:0"))),
    Mutation("5.2", "another entry point", _task("", _entry_point)),
    Mutation("5.2", "another port", _task("", _port)),
    Mutation("5.2", "another environment", _told("", "ENVIRONMENT", "dev")),
    Mutation("5.2", "a log under another key", _log_under("container_log_group_name", "delivery")),
    Mutation(
        "5.3",
        "health of green asked for elsewhere",
        _health("green_target_group_arn", HealthCheckPath="/no"),
    ),
    Mutation("5.3", "one path answered by nobody", _takes("http_listener_arn", "/health")),
    Mutation("5.3", "front door behind an ACL", _refuse("public", 80)),
    Mutation("5.4", "the last version gone after five minutes", _kept_for(5)),
    Mutation("5.5", "the topic under another key", _topic_under("logs")),
)
SERVERLESS = (
    Mutation("4.1", "other code", _other_code),
    Mutation("4.1", "another handler", _function(Handler="handler.other")),
    Mutation(
        "4.1", "another name told", _function(Environment={"Variables": {"BUCKET_NAME": "x"}})
    ),
)
TAP = (Mutation("2.3", "a NAT gateway gone", _no_nat),)
DEV = (Mutation("3.9", "more nodes", _more_nodes),)
GROUPS = (
    Group("tap-production", TAP),
    Group("scalepayments-dev", DEV),
    Group("scalepayments-staging", SCALEPAYMENTS),
    Group("nova-prod", NOVA),
    Group("cicd-prod", CICD),
    Group("serverless-prod", SERVERLESS),
)
