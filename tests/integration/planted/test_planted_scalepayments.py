"""Defects that an auditor or the one on call would find in the payment platform."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.hands import (
    ANYBODY,
    STRANGER,
    acl_for,
    bucket_says,
    closed_to_all,
    denied,
    door,
    firewall,
    first_rule_counts,
    heard_of_nothing,
    key_says,
    lent_to,
    listed_for,
    name_leads,
    names_from,
    no_flow_logs,
    no_policies,
    no_rule_to,
    no_scaling_policies,
    nobody_deletes,
    one_more_alarm,
    one_more_rule,
    one_more_subnet,
    opened_to_all,
    scaling,
    subscriptions_gone,
    tagged_more,
    topic_says,
)
from tests.integration.planted.on_call import (
    another_certificate,
    any_connection,
    endpoint_says,
    for_no_service,
    maintenance,
    moved_to,
)
from tests.integration.planted.planting import (
    Field,
    Json,
    Seen,
    all_caught,
    better,
    both,
    call,
    defect,
    missed,
    none_blamed,
    otherwise,
    use,
)
from tests.integration.planted.reasons import LOGGED
from tests.mutations.alarms import change_alarm
from tests.mutations.roles import allow
from tests.mutations.services import change_task

STACK = "scalepayments-staging"
CLUSTER = "$ecs_cluster_name"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SNAPSHOT = "payments-before-migration"


def _password_as_option(container: dict[str, Any]) -> None:
    container["command"] = ["serve", "--db-password", "correct-horse"]


def _administrator_of_host(container: dict[str, Any]) -> None:
    container["linuxParameters"] = {"capabilities": {"add": ["SYS_ADMIN"]}}


def _password(container: dict[str, Any]) -> None:
    container["environment"].append({"name": "DATABASE_PASSWORD", "value": "hunter2-hunter2"})


def _image(container: dict[str, Any]) -> None:
    container["image"] = "docker.io/somebody/payments:latest"


def _no_log(container: dict[str, Any]) -> None:
    container.pop("logConfiguration")


def _cluster(**changes: Any) -> Any:
    return call(
        "rds",
        "modify_db_cluster",
        DBClusterIdentifier="$database_cluster_identifier",
        ApplyImmediately=True,
        **changes,
    )


def _instance(**changes: Any) -> Any:
    return call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier="$database_instance_ids.0",
        ApplyImmediately=True,
        **changes,
    )


def _redis(**changes: Any) -> Any:
    return call(
        "elasticache",
        "modify_replication_group",
        ReplicationGroupId="$redis_replication_group_id",
        ApplyImmediately=True,
        **changes,
    )


def _service(name: str, **changes: Any) -> Any:
    return call(
        "ecs", "update_service", cluster=CLUSTER, service=f"${name}_service_name", **changes
    )


def _alarm(name: str, **changes: Any) -> Any:
    return use(change_alarm, f"scalepayments-{name}-staging", **changes)


_TAGS = [
    {"Key": "Project", "Value": "scalepayments"},
    {"Key": "Environment", "Value": "staging"},
]
DEFECTS = (
    # The network
    defect(
        "a stranger answers for every name",
        "$vpc_id",
        "vpc-resolvers-known",
        use(names_from, "$vpc_id", "6.6.6.6"),
    ),
    defect(
        "the database's port is open to the internet",
        "$database_security_group_id",
        "security-group-data-ports-from-groups",
        use(opened_to_all, "$database_security_group_id", "tcp", 5432, 5432),
    ),
    defect(
        "the cache is open to the internet",
        "$cache_security_group_id",
        "security-group-data-ports-from-groups",
        use(opened_to_all, "$cache_security_group_id", "tcp", 6379, 6379),
    ),
    defect(
        "all ports of the services are open to the internet",
        "$service_security_group_id",
        "security-group-no-internet-to-all-ports",
        use(opened_to_all, "$service_security_group_id", "tcp", 0, 65535),
    ),
    defect(
        "SSH to the load balancer's group",
        "$alb_security_group_id",
        "security-group-no-internet-to-admin-ports",
        use(opened_to_all, "$alb_security_group_id", "tcp", 22, 22),
    ),
    defect(
        "the services' group lets nobody in",
        "$service_security_group_id target",
        "target-group-reached",
        use(closed_to_all, "$service_security_group_id"),
    ),
    defect(
        "the database's subnets have a way to the internet",
        "$database_route_table_ids $database_subnet_ids $database_cluster_identifier",
        "data-subnets-isolated",
        call(
            "ec2",
            "create_route",
            RouteTableId="$database_route_table_ids.0",
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId="$internet_gateway_id",
        ),
    ),
    defect(
        "the tasks' subnet has no way to the internet",
        "$private_route_table_ids $private_subnet_ids $service_names $vpc_id",
        "vpc-tiers-span-zones",
        call(
            "ec2",
            "delete_route",
            RouteTableId="$private_route_table_ids.0",
            DestinationCidrBlock="0.0.0.0/0",
        ),
    ),
    defect(
        "a NAT gateway is deleted",
        "$nat_gateway_ids.1 $private_route_table_ids.1",
        "route-leads-somewhere",
        call("ec2", "delete_nat_gateway", NatGatewayId="$nat_gateway_ids.1"),
    ),
    defect(
        "a network ACL stops the answers to the load balancer",
        "acl- $target_group_arns $alb_arn",
        "target-group-reached",
        use(
            acl_for,
            "$vpc_id",
            "$private_subnet_ids",
            Egress=True,
            Protocol="6",
            PortRange={"From": 1024, "To": 65535},
        ),
    ),
    defect(
        "what starts in a database subnet has a public address",
        "$database_subnet_ids.0",
        "subnet-no-public-addresses",
        call(
            "ec2",
            "modify_subnet_attribute",
            SubnetId="$database_subnet_ids.0",
            MapPublicIpOnLaunch={"Value": True},
        ),
    ),
    defect("flow logs are deleted", "$vpc_id", "vpc-flow-logs", use(no_flow_logs, "$vpc_id")),
    # The front door
    defect(
        "an old TLS policy",
        "$https_listener_arn",
        "listener-tls-version",
        call(
            "elbv2",
            "modify_listener",
            ListenerArn="$https_listener_arn",
            SslPolicy="ELBSecurityPolicy-2016-08",
        ),
    ),
    defect(
        "plain HTTP is served",
        "$http_listener_arn",
        "listener-http-redirects",
        call(
            "elbv2",
            "modify_listener",
            ListenerArn="$http_listener_arn",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": "$api_target_group_arn"}],
        ),
    ),
    defect(
        "nothing leads to the payments",
        "$payment_target_group_arn $payment_service_name",
        "target-group-led-to",
        use(no_rule_to, "$https_listener_arn", "$payment_target_group_arn"),
    ),
    defect(
        "the load balancer keeps no access log",
        "$alb_arn",
        "load-balancer-access-logs",
        use(door, "$alb_arn", access_logs__s3__enabled="false"),
    ),
    defect(
        "malformed headers reach the services",
        "$alb_arn",
        "load-balancer-drops-invalid-headers",
        use(door, "$alb_arn", routing__http__drop_invalid_header_fields__enabled="false"),
    ),
    defect(
        "the firewall stands before nothing",
        "$alb_arn $web_acl_arn",
        "load-balancer-behind-waf",
        call("wafv2", "disassociate_web_acl", ResourceArn="$alb_arn"),
    ),
    defect(
        "a managed rule of the firewall only counts",
        "$web_acl_arn",
        "waf-acl-managed-rules",
        use(firewall, "$web_acl_arn", first_rule_counts),
    ),
    defect(
        "the firewall keeps no log",
        "$web_acl_arn",
        "waf-acl-logging",
        call("wafv2", "delete_logging_configuration", ResourceArn="$web_acl_arn"),
    ),
    defect(
        "a health check that cannot fail",
        "$payment_target_group_arn",
        "target-group-health-check-can-fail",
        call(
            "elbv2",
            "modify_target_group",
            TargetGroupArn="$payment_target_group_arn",
            Matcher={"HttpCode": "200-499"},
        ),
    ),
    defect(
        "the public name leads to a stranger",
        "$domain_name",
        "dns-record-leads-somewhere",
        use(name_leads, "$hosted_zone_id", "$domain_name", "198.51.100.7"),
    ),
    defect(
        "the public name is gone",
        "$domain_name",
        "public-name-found",
        use(name_leads, "$hosted_zone_id", "$domain_name"),
    ),
    # The services
    defect(
        "no task of the API runs",
        "$api_service_name",
        "ecs-service-several-tasks",
        _service("api", desiredCount=0),
    ),
    defect(
        "scaling of the payments is suspended",
        "$payment_service_name",
        "scaling-target-not-suspended",
        use(
            scaling,
            CLUSTER,
            "$payment_service_name",
            SuspendedState={
                "DynamicScalingOutSuspended": True,
                "DynamicScalingInSuspended": True,
                "ScheduledScalingSuspended": True,
            },
        ),
    ),
    defect(
        "the API cannot grow",
        "$api_service_name",
        "scaling-target-has-room",
        use(scaling, CLUSTER, "$api_service_name", MinCapacity=2, MaxCapacity=2),
    ),
    defect(
        "nothing scales the notifications",
        "$notification_service_name",
        "scaling-target-tracks-cpu",
        use(no_scaling_policies, CLUSTER, "$notification_service_name"),
    ),
    defect(
        "a failed deployment of the payments stays",
        "$payment_service_name",
        "ecs-service-circuit-breaker",
        _service(
            "payment",
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": False, "rollback": False}
            },
        ),
    ),
    defect(
        "tasks of the notifications have public addresses",
        "$notification_service_name",
        "ecs-service-in-private-subnets",
        _service(
            "notification",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": "$public_subnet_ids",
                    "securityGroups": ["$service_security_group_id"],
                    "assignPublicIp": "ENABLED",
                }
            },
        ),
    ),
    defect(
        "the payments run in one zone",
        "$payment_service_name",
        "ecs-service-spans-zones",
        _service(
            "payment",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": ["$private_subnet_ids.0"],
                    "securityGroups": ["$service_security_group_id"],
                    "assignPublicIp": "DISABLED",
                }
            },
        ),
    ),
    missed(
        "shells in the API's tasks",
        "$api_service_name",
        Seen.DRIFTED,
        LOGGED,
        _service("api", enableExecuteCommand=True),
    ),
    defect(
        "a password in the API's environment",
        "scalepayments-api-staging",
        "ecs-no-secrets-in-environment",
        use(change_task, CLUSTER, "$api_service_name", _password),
    ),
    defect(
        "a password in the API's command",
        "scalepayments-api-staging",
        "ecs-task-no-plain-secrets",
        use(change_task, CLUSTER, "$api_service_name", _password_as_option),
    ),
    defect(
        "the API administers its host",
        "scalepayments-api-staging",
        "ecs-containers-no-host-capabilities",
        use(change_task, CLUSTER, "$api_service_name", _administrator_of_host),
    ),
    defect(
        "the API reads its host's disk",
        "scalepayments-api-staging",
        "ecs-task-no-system-paths",
        use(
            change_task,
            CLUSTER,
            "$api_service_name",
            volumes=[{"name": "host", "host": {"sourcePath": "/"}}],
        ),
    ),
    defect(
        "a stranger's image takes the payments",
        "scalepayments-payment-staging",
        "ecs-images-known",
        use(change_task, CLUSTER, "$payment_service_name", _image),
    ),
    defect(
        "notifications log nothing",
        "scalepayments-notification-staging",
        "ecs-containers-log",
        use(change_task, CLUSTER, "$notification_service_name", _no_log),
    ),
    defect(
        "Container Insights is off",
        "$ecs_cluster_name",
        "ecs-cluster-container-insights",
        call(
            "ecs",
            "update_cluster_settings",
            cluster=CLUSTER,
            settings=[{"name": "containerInsights", "value": "disabled"}],
        ),
    ),
    defect(
        "the API's tasks cannot be started: their role may do nothing",
        "~api_execution_role_arn scalepayments-api-staging",
        "task-may-start",
        use(no_policies, "~api_execution_role_arn"),
    ),
    defect(
        "a stranger's account takes the payments' role",
        "~payment_task_role_arn",
        "iam-role-no-external-access",
        use(lent_to, "~payment_task_role_arn", STRANGER),
    ),
    defect(
        "the notifications are an administrator",
        "~notification_task_role_arn",
        "iam-no-administrator-attached",
        call(
            "iam",
            "attach_role_policy",
            RoleName="~notification_task_role_arn",
            PolicyArn=ADMINISTRATOR,
        ),
    ),
    defect(
        "the API reads every secret",
        "~api_task_role_arn",
        "iam-secrets-limited",
        use(allow, "~api_task_role_arn", "secretsmanager:GetSecretValue"),
    ),
    # The data
    defect(
        "the database has a public address",
        "$database_instance_ids.0",
        "rds-instance-not-public",
        _instance(PubliclyAccessible=True),
    ),
    defect(
        "backups of the database are kept for a day",
        "$database_cluster_identifier",
        "rds-cluster-backup-retention",
        _cluster(BackupRetentionPeriod=1),
    ),
    defect(
        "the database has one instance",
        "$database_cluster_identifier $database_instance_ids.1",
        "rds-cluster-failover-target",
        call(
            "rds",
            "delete_db_instance",
            DBInstanceIdentifier="$database_instance_ids.1",
            SkipFinalSnapshot=True,
        ),
    ),
    defect(
        "Performance Insights is off",
        "$database_instance_ids.0",
        "rds-instance-performance-insights",
        _instance(EnablePerformanceInsights=False),
    ),
    defect(
        "enhanced monitoring is off",
        "$database_instance_ids.0",
        "rds-instance-enhanced-monitoring",
        _instance(MonitoringInterval=0),
    ),
    defect(
        "a burstable database",
        "$database_instance_ids.0 $database_cluster_identifier",
        "rds-cluster-failover-target",
        _instance(DBInstanceClass="db.t3.medium"),
    ),
    defect(
        "the database's log goes nowhere",
        "$database_cluster_identifier",
        "rds-log-exports",
        _cluster(CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"]}),
    ),
    defect(
        "a snapshot of the payments is public",
        SNAPSHOT,
        "rds-snapshot-not-public",
        both(
            call(
                "rds",
                "create_db_cluster_snapshot",
                DBClusterIdentifier="$database_cluster_identifier",
                DBClusterSnapshotIdentifier=SNAPSHOT,
                Tags=_TAGS,
            ),
            call(
                "rds",
                "modify_db_cluster_snapshot_attribute",
                DBClusterSnapshotIdentifier=SNAPSHOT,
                AttributeName="restore",
                ValuesToAdd=["all"],
            ),
        ),
    ),
    defect(
        "the token of the cache is anybody's",
        "$redis_secret_arn",
        "secretsmanager-policy-not-public",
        call(
            "secretsmanager",
            "put_resource_policy",
            SecretId="$redis_secret_arn",
            ResourcePolicy=Json({"Version": "2012-10-17", "Statement": [ANYBODY]}),
        ),
    ),
    defect(
        "the token of the cache is deleted",
        "$redis_secret_arn scalepayments-redis-auth-token",
        "resource-exists",
        call("secretsmanager", "delete_secret", SecretId="$redis_secret_arn"),
    ),
    defect(
        "the cache doesn't fail over",
        "$redis_replication_group_id",
        "elasticache-automatic-failover",
        _redis(AutomaticFailoverEnabled=False, MultiAZEnabled=False),
    ),
    defect(
        "the cache is not backed up",
        "$redis_replication_group_id",
        "elasticache-recovery-point",
        _redis(SnapshotRetentionLimit=0),
    ),
    # Keys and logs
    defect(
        "the database's key is never rotated",
        "$database_kms_key_id",
        "kms-key-rotation",
        call("kms", "disable_key_rotation", KeyId="$database_kms_key_id"),
    ),
    defect(
        "the cache's key is disabled",
        "$cache_kms_key_id",
        "kms-key-enabled",
        call("kms", "disable_key", KeyId="$cache_kms_key_id"),
    ),
    defect(
        "the database's key is about to be deleted",
        "$database_kms_key_id",
        "kms-key-enabled",
        call("kms", "schedule_key_deletion", KeyId="$database_kms_key_id", PendingWindowInDays=7),
    ),
    defect(
        "a stranger reads the password that RDS keeps",
        "$database_secret_arn",
        "secretsmanager-secret-no-external-access",
        call(
            "secretsmanager",
            "put_resource_policy",
            SecretId="$database_secret_arn",
            ResourcePolicy=Json({"Statement": [{**ANYBODY, "Principal": {"AWS": STRANGER}}]}),
        ),
    ),
    defect(
        "a stranger gets the list of the configuration's objects",
        "$config_bucket_name",
        "sent-to-known-accounts",
        use(listed_for, "$config_bucket_name", "999999999999"),
    ),
    defect(
        "scripts of any web site write to the configuration's bucket",
        "$config_bucket_name",
        "s3-cors-names-who-writes",
        call(
            "s3",
            "put_bucket_cors",
            Bucket="$config_bucket_name",
            CORSConfiguration={
                "CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT", "DELETE"]}]
            },
        ),
    ),
    defect(
        "the secrets' key is anybody's",
        "$secrets_kms_key_id",
        "kms-key-policy-not-public",
        use(key_says, "$secrets_kms_key_id", {**ANYBODY, "Action": "kms:Decrypt"}),
    ),
    defect(
        "a stranger was granted the secrets' key",
        "$secrets_kms_key_id",
        "kms-grant-no-external-access",
        call(
            "kms",
            "create_grant",
            KeyId="$secrets_kms_key_id",
            GranteePrincipal=STRANGER,
            Operations=["Decrypt"],
        ),
    ),
    defect(
        "the API's log is kept for ever",
        "$api_log_group_name",
        "cloudwatch-log-retention",
        call("logs", "delete_retention_policy", logGroupName="$api_log_group_name"),
    ),
    defect(
        "the payments' log is kept for a day",
        "$payment_log_group_name",
        "cloudwatch-log-retention",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$payment_log_group_name",
            retentionInDays=1,
        ),
    ),
    defect(
        "the payments' log is in plain",
        "$payment_log_group_name",
        "cloudwatch-log-customer-key",
        call("logs", "disassociate_kms_key", logGroupName="$payment_log_group_name"),
    ),
    defect(
        "the notifications' log group is gone",
        "$notification_log_group_name scalepayments-notification-staging",
        "ecs-log-group-there",
        call("logs", "delete_log_group", logGroupName="$notification_log_group_name"),
    ),
    # Whoever is told
    defect(
        "an alarm is muted",
        "scalepayments-api-errors-high-staging",
        "cloudwatch-alarm-has-action",
        call(
            "cloudwatch",
            "disable_alarm_actions",
            AlarmNames=["scalepayments-api-errors-high-staging"],
        ),
    ),
    defect(
        "CPU is too high beyond 100 %",
        "scalepayments-payment-cpu-high-staging",
        "cloudwatch-alarm-can-go-off",
        _alarm("payment-cpu-high", Threshold=100.0),
    ),
    missed(
        "an alarm watches a cluster that isn't there",
        "scalepayments-api-memory-high-staging",
        Seen.DRIFTED,
        "not all clusters are listed, so that it may be another stack's",
        _alarm(
            "api-memory-high",
            Dimensions=[
                {"Name": "ClusterName", "Value": "scalepayments-old"},
                {"Name": "ServiceName", "Value": "scalepayments-api-staging"},
            ],
        ),
    ),
    defect(
        "too few connections is too many",
        "scalepayments-database-cpu-high-staging",
        "cloudwatch-alarm-can-go-off",
        _alarm("database-cpu-high", ComparisonOperator="LessThanThreshold"),
    ),
    defect(
        "an alarm takes a day",
        "scalepayments-payment-latency-high-staging",
        "cloudwatch-alarm-can-go-off",
        _alarm("payment-latency-high", Period=3600, EvaluationPeriods=24, DatapointsToAlarm=24),
    ),
    defect(
        "an alarm tells a topic that isn't there",
        "scalepayments-payment-errors-high-staging",
        "cloudwatch-alarm-acts-on-what-is-there",
        _alarm(
            "payment-errors-high",
            AlarmActions=["arn:aws:sns:us-east-1:123456789012:scalepayments-old"],
        ),
    ),
    defect(
        "nobody is subscribed to the alerts",
        "$alerts_topic_arn",
        "sns-topic-has-subscription",
        use(subscriptions_gone, "$alerts_topic_arn"),
    ),
    defect(
        "the subscription to the alerts lets none of them through",
        "scalepayments-alb-errors-high",
        "cloudwatch-alarm-reaches-somebody",
        use(heard_of_nothing, "$alerts_topic_arn"),
    ),
    defect(
        "anybody sends alerts",
        "$alerts_topic_arn",
        "sns-topic-policy-not-public",
        use(topic_says, "$alerts_topic_arn", {"Effect": "Allow", "Principal": {"AWS": "*"}}),
    ),
    defect(
        "alerts are in plain",
        "$alerts_topic_arn",
        "sns-topic-encrypted",
        call(
            "sns",
            "set_topic_attributes",
            TopicArn="$alerts_topic_arn",
            AttributeName="KmsMasterKeyId",
            AttributeValue="",
        ),
    ),
    # Guards
    defect(
        "GuardDuty is suspended",
        "$guardduty_detector_id",
        "guardduty-detector-enabled",
        call("guardduty", "update_detector", DetectorId="$guardduty_detector_id", Enable=False),
    ),
    defect(
        "the recorder is stopped",
        "$config_recorder_name",
        "config-recorder-on",
        call(
            "config",
            "stop_configuration_recorder",
            ConfigurationRecorderName="$config_recorder_name",
        ),
    ),
    defect(
        "the trail is stopped",
        "$audit_trail_arn",
        "cloudtrail-records",
        call("cloudtrail", "stop_logging", Name="$audit_trail_arn"),
    ),
    defect(
        "the trail is not validated",
        "$audit_trail_arn",
        "cloudtrail-files-validated",
        call("cloudtrail", "update_trail", Name="$audit_trail_arn", EnableLogFileValidation=False),
    ),
    defect(
        "the audit bucket is public",
        "$audit_bucket_name",
        "s3-bucket-policy-not-public",
        use(bucket_says, "$audit_bucket_name", {**ANYBODY, "Action": "s3:GetObject"}),
    ),
    defect(
        "the trail may not write to its bucket",
        "$audit_bucket_name $audit_trail_arn",
        "trail-may-deliver",
        call("s3", "delete_bucket_policy", Bucket="$audit_bucket_name"),
    ),
    defect(
        "versions of the configuration's history are not kept",
        "$config_bucket_name",
        "s3-bucket-versioned",
        call(
            "s3",
            "put_bucket_versioning",
            Bucket="$config_bucket_name",
            VersioningConfiguration={"Status": "Suspended"},
        ),
    ),
    defect(
        "the access logs' bucket may be made public",
        "$access_logs_bucket_name",
        "s3-bucket-blocks-public-access",
        call("s3", "delete_public_access_block", Bucket="$access_logs_bucket_name"),
    ),
    defect(
        "access logs are kept for ever",
        "$access_logs_bucket_name",
        "s3-bucket-lifecycle",
        call("s3", "delete_bucket_lifecycle", Bucket="$access_logs_bucket_name"),
    ),
    # What the one on call finds
    defect(
        "a certificate for another name",
        "$https_listener_arn $domain_name",
        "listener-certificate-covers-names",
        use(another_certificate, "$https_listener_arn"),
    ),
    defect(
        "a page about maintenance stayed",
        "scalepayments-api-staging $https_listener_arn",
        "listener-rule-can-be-met",
        use(maintenance, "$https_listener_arn"),
    ),
    defect(
        "the cache is reached at another port",
        "redis $cache_security_group_id",
        "database-lets-clients-in",
        use(moved_to, "$cache_security_group_id", 6380),
    ),
    defect(
        "logs can't be encrypted",
        "scalepayments-flow-logs-staging ~logs_kms_key_arn",
        "log-group-may-use-key",
        use(for_no_service, "$logs_kms_key_arn"),
    ),
    defect(
        "the database accepts plain connections",
        "$database_cluster_identifier",
        "rds-cluster-forces-tls",
        use(any_connection, "$database_cluster_identifier"),
    ),
    defect(
        "RDS tells nobody of failures",
        "$database_cluster_identifier",
        "rds-events-told",
        call(
            "rds",
            "delete_event_subscription",
            SubscriptionName="scalepayments-database-events-staging",
        ),
    ),
    defect(
        "image layers are not let through",
        "s3-endpoint",
        "vpc-endpoint-policy-allows",
        use(endpoint_says, "$vpc_id", "Deny"),
    ),
)
IMPROVEMENTS = (
    better("backups for 35 days", _cluster(BackupRetentionPeriod=35)),
    otherwise("the database may not be deleted", _cluster(DeletionProtection=True)),
    better("snapshots of the cache for 30 days", _redis(SnapshotRetentionLimit=30)),
    better(
        "a log kept longer",
        call(
            "logs", "put_retention_policy", logGroupName="$api_log_group_name", retentionInDays=731
        ),
    ),
    better(
        "a second alarm",
        use(
            one_more_alarm,
            "scalepayments-api-cpu-high-staging",
            "scalepayments-api-cpu-higher-staging",
        ),
    ),
    better(
        "a third zone",
        use(one_more_subnet, "$database_subnet_ids.0", "10.1.250.0/24", "us-east-1c"),
    ),
    better("one more tag", use(tagged_more, "$vpc_id")),
    better("a bucket that nobody deletes", use(nobody_deletes, "$config_bucket_name")),
    better(
        "a role that may do less",
        use(denied, "~api_task_role_arn", "iam:*", "kms:ScheduleKeyDeletion"),
    ),
    better("the firewall stops more", use(firewall, "$web_acl_arn", one_more_rule)),
    better(
        "TLS 1.3 only",
        call(
            "elbv2",
            "modify_listener",
            ListenerArn="$https_listener_arn",
            SslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06",
        ),
    ),
    otherwise(
        "more room to grow",
        use(scaling, CLUSTER, "$api_service_name", MinCapacity=3, MaxCapacity=12),
    ),
    better(
        "findings of GuardDuty sooner",
        call(
            "guardduty",
            "update_detector",
            DetectorId="$guardduty_detector_id",
            Enable=True,
            FindingPublishingFrequency="FIFTEEN_MINUTES",
        ),
    ),
    better(
        "the load balancer may not be deleted",
        use(door, "$alb_arn", deletion_protection__enabled="true"),
    ),
)


def test_defects_are_caught(field: Field) -> None:
    all_caught(field, DEFECTS)


def test_improvements_are_not_blamed(field: Field) -> None:
    none_blamed(field, IMPROVEMENTS)
