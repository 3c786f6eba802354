"""Defects that an auditor or the one on call would find in the highly available web stack."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.audited_nova import AUDITED
from tests.integration.planted.hands import (
    ANYBODY,
    STRANGER,
    acl_for,
    bucket_says,
    closed_to_all,
    denied,
    door,
    firewall,
    key_says,
    lent_to,
    name_leads,
    no_flow_logs,
    no_policies,
    no_rule_to,
    no_targets_of,
    nobody_deletes,
    one_more_alarm,
    one_more_rule,
    one_more_subnet,
    opened_to_all,
    replication,
    scaling,
    subscriptions_gone,
    tagged_more,
    topic_says,
)
from tests.integration.planted.on_call import (
    endpoint_says,
    guarded_by,
    notices_filtered,
    scaled_by_the_clock,
    targets_checked,
    unlogged,
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
    use,
)
from tests.integration.planted.reasons import DOOR, GONE
from tests.mutations.alarms import change_alarm
from tests.mutations.delivery import change_pipeline, change_project
from tests.mutations.nova import planned, selected, started_from
from tests.mutations.roles import allow
from tests.mutations.services import change_task

STACK = "nova-prod"
SNAPSHOT = "nova-prod-before-migration"
DOCUMENT = "nova-restart"
_TAGS = [
    {"Key": "Project", "Value": "nova"},
    {"Key": "Environment", "Value": "prod"},
    {"Key": "Owner", "Value": "Nova Team"},
    {"Key": "Purpose", "Value": "Migration"},
]


def _database(**changes: Any) -> Any:
    return call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier="$database_identifier",
        ApplyImmediately=True,
        **changes,
    )


def _fleet(**changes: Any) -> Any:
    return call(
        "autoscaling",
        "update_auto_scaling_group",
        AutoScalingGroupName="$web_autoscaling_group_name",
        **changes,
    )


def _alarm(name: str, **changes: Any) -> Any:
    return use(change_alarm, f"nova-prod-{name}", **changes)


def _imds(data: dict[str, Any]) -> None:
    data["MetadataOptions"]["HttpTokens"] = "optional"


def _plain(data: dict[str, Any]) -> None:
    for device in data["BlockDeviceMappings"]:
        device["Ebs"].update(Encrypted=False)
        device["Ebs"].pop("KmsKeyId", None)


def _burstable(data: dict[str, Any]) -> None:
    data["InstanceType"] = "t2.micro"


def _open_task(container: dict[str, Any]) -> None:
    container["readonlyRootFilesystem"] = False


def _root(container: dict[str, Any]) -> None:
    container["user"] = "root"


def _blocks(acl: dict[str, Any]) -> None:
    acl["DefaultAction"] = {"Block": {}}


def _counts(acl: dict[str, Any]) -> None:
    acl["Rules"] = []


def _untested(stages: dict[str, Any]) -> None:
    stages["Test"]["actions"] = stages["Test"]["actions"][:1]
    stages["Source"]["actions"][0]["configuration"]["BranchName"] = "experiment"


def _copied_for_a_day(rule: dict[str, Any]) -> None:
    for copy in rule["CopyActions"]:
        copy["Lifecycle"] = {"DeleteAfterDays": 1}


def _week(rule: dict[str, Any]) -> None:
    rule["Lifecycle"] = {"DeleteAfterDays": 1}
    rule["CopyActions"] = []


def _longer(rule: dict[str, Any]) -> None:
    rule["Lifecycle"]["DeleteAfterDays"] += 5


def _none(selection: dict[str, Any]) -> None:
    selection["Resources"] = []
    selection.pop("Conditions", None)
    selection["ListOfTags"] = [
        {"ConditionType": "STRINGEQUALS", "ConditionKey": "Backup", "ConditionValue": "never"}
    ]


DEFECTS = (
    # The network
    defect(
        "SSH to the instances from anywhere",
        "$web_security_group_id",
        "security-group-no-internet-to-admin-ports",
        use(opened_to_all, "$web_security_group_id", "tcp", 22, 22),
    ),
    defect(
        "MySQL from anywhere",
        "$database_security_group_id",
        "security-group-data-ports-from-groups",
        use(opened_to_all, "$database_security_group_id", "tcp", 3306, 3306),
    ),
    defect(
        "any protocol reaches the API's tasks",
        "$api_security_group_id",
        "security-group-no-internet-to-all-ports",
        use(opened_to_all, "$api_security_group_id", "-1", -1, -1),
    ),
    defect(
        "remote desktop on the load balancer",
        "$alb_security_group_id",
        "security-group-no-internet-to-admin-ports",
        use(opened_to_all, "$alb_security_group_id", "tcp", 3389, 3389),
    ),
    defect(
        "nobody reaches the load balancer",
        "$alb_security_group_id $alb_arn",
        "load-balancer-reached",
        use(closed_to_all, "$alb_security_group_id"),
    ),
    defect(
        "nobody reaches the database",
        "$database_security_group_id $database_identifier",
        "database-lets-clients-in",
        use(closed_to_all, "$database_security_group_id"),
    ),
    defect(
        "the database's subnets have a way to the internet",
        "$isolated_route_table_ids $isolated_subnet_ids $database_identifier",
        "data-subnets-isolated",
        call(
            "ec2",
            "create_route",
            RouteTableId="$isolated_route_table_ids.0",
            DestinationCidrBlock="0.0.0.0/0",
            NatGatewayId="$nat_gateway_ids.0",
        ),
    ),
    defect(
        "the public subnets have no way to the internet",
        "$public_route_table_ids $public_subnet_ids $alb_arn",
        "load-balancer-in-public-subnets",
        call(
            "ec2",
            "delete_route",
            RouteTableId="$public_route_table_ids.0",
            DestinationCidrBlock="0.0.0.0/0",
        ),
    ),
    defect(
        "a NAT gateway is deleted",
        "$nat_gateway_ids.2 $private_route_table_ids.2",
        "route-leads-somewhere",
        call("ec2", "delete_nat_gateway", NatGatewayId="$nat_gateway_ids.2"),
    ),
    defect(
        "the internet gateway is detached",
        "$internet_gateway_id $public_route_table_ids $alb_arn",
        "route-leads-somewhere",
        call(
            "ec2",
            "detach_internet_gateway",
            InternetGatewayId="$internet_gateway_id",
            VpcId="$vpc_id",
        ),
    ),
    defect(
        "a network ACL stops those who ask the load balancer",
        "acl- $alb_arn $https_listener_arn",
        "load-balancer-reached",
        use(
            acl_for,
            "$vpc_id",
            "$public_subnet_ids",
            Egress=False,
            Protocol="6",
            PortRange={"From": 443, "To": 443},
        ),
    ),
    defect(
        "the VPC's DNS is off",
        "$vpc_id",
        "vpc-dns",
        call("ec2", "modify_vpc_attribute", VpcId="$vpc_id", EnableDnsSupport={"Value": False}),
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
            SslPolicy="ELBSecurityPolicy-TLS-1-1-2017-01",
        ),
    ),
    missed(
        "HTTPS answers by itself that all is well",
        "$https_listener_arn $web_target_group_arn $alb_arn",
        Seen.DRIFTED,
        DOOR,
        call(
            "elbv2",
            "modify_listener",
            ListenerArn="$https_listener_arn",
            DefaultActions=[
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain"},
                }
            ],
        ),
    ),
    defect(
        "nothing leads to the API",
        "$api_target_group_arn $api_service_name",
        "target-group-led-to",
        use(no_rule_to, "$https_listener_arn", "$api_target_group_arn"),
    ),
    defect(
        "the load balancer may be deleted",
        "$alb_arn",
        "load-balancer-deletion-protection",
        use(door, "$alb_arn", deletion_protection__enabled="false"),
    ),
    defect(
        "the load balancer passes on odd requests",
        "$alb_arn",
        "load-balancer-desync-mitigation",
        use(door, "$alb_arn", routing__http__desync_mitigation_mode="monitor"),
    ),
    defect(
        "the firewall is off the load balancer",
        "$alb_arn $web_acl_arn",
        "load-balancer-behind-waf",
        call("wafv2", "disassociate_web_acl", ResourceArn="$alb_arn"),
    ),
    defect(
        "the firewall has no rule",
        "$web_acl_arn",
        "waf-acl-managed-rules",
        use(firewall, "$web_acl_arn", _counts),
    ),
    defect(
        "the public name is gone",
        "$domain_name",
        "public-name-found",
        use(name_leads, "$hosted_zone_id", "$domain_name"),
    ),
    defect(
        "a health check of any answer",
        "$web_target_group_arn",
        "target-group-health-check-can-fail",
        call(
            "elbv2",
            "modify_target_group",
            TargetGroupArn="$web_target_group_arn",
            Matcher={"HttpCode": "200-499"},
        ),
    ),
    # Instances and tasks
    defect(
        "instances give their credentials to any request",
        "$web_launch_template_id nova-prod-web",
        "launch-template-imdsv2",
        started_from(_imds),
    ),
    defect(
        "instances' disks are in plain",
        "$web_launch_template_id nova-prod-web",
        "launch-template-volumes-encrypted",
        started_from(_plain),
    ),
    missed(
        "burstable instances",
        "$web_launch_template_id nova-prod-web",
        Seen.DRIFTED,
        "of what runs in production only databases and caches are asked",
        started_from(_burstable),
    ),
    defect(
        "the fleet has no spare instance",
        "$web_autoscaling_group_name",
        "autoscaling-group-several-instances",
        _fleet(MinSize=1, MaxSize=1, DesiredCapacity=1),
    ),
    defect(
        "the fleet is in one zone",
        "$web_autoscaling_group_name",
        "autoscaling-group-spans-zones",
        _fleet(VPCZoneIdentifier="$private_subnet_ids.0"),
    ),
    defect(
        "the fleet believes sick instances",
        "$web_autoscaling_group_name",
        "autoscaling-group-asks-load-balancer",
        _fleet(HealthCheckType="EC2"),
    ),
    defect(
        "the fleet starts no instance",
        "$web_autoscaling_group_name",
        "autoscaling-group-processes-run",
        call(
            "autoscaling",
            "suspend_processes",
            AutoScalingGroupName="$web_autoscaling_group_name",
            ScalingProcesses=["Launch", "AlarmNotification"],
        ),
    ),
    defect(
        "nothing scales the fleet out",
        "$web_autoscaling_group_name web-cpu-high scale-out",
        "autoscaling-group-scales",
        call(
            "autoscaling",
            "delete_policy",
            AutoScalingGroupName="$web_autoscaling_group_name",
            PolicyName="nova-prod-web-scale-out",
        ),
    ),
    defect(
        "the instances are an administrator",
        "~web_role_arn",
        "iam-no-administrator-attached",
        call(
            "iam",
            "attach_role_policy",
            RoleName="~web_role_arn",
            PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
        ),
    ),
    defect(
        "the API may write to every bucket",
        "~api_task_role_arn",
        "iam-no-whole-service",
        use(allow, "~api_task_role_arn", "s3:*", "arn:aws:s3:::*"),
    ),
    defect(
        "a stranger takes the API's role",
        "~api_task_role_arn",
        "iam-role-no-external-access",
        use(lent_to, "~api_task_role_arn", STRANGER),
    ),
    defect(
        "the API's tasks cannot be started: their role may do nothing",
        "~api_execution_role_arn nova-prod-api",
        "task-may-start",
        use(no_policies, "~api_execution_role_arn"),
    ),
    defect(
        "no task of the API runs",
        "$api_service_name",
        "ecs-service-several-tasks",
        call(
            "ecs",
            "update_service",
            cluster="$ecs_cluster_name",
            service="$api_service_name",
            desiredCount=0,
        ),
    ),
    defect(
        "the API can't scale out",
        "$api_service_name",
        "scaling-target-not-suspended",
        use(
            scaling,
            "$ecs_cluster_name",
            "$api_service_name",
            SuspendedState={"DynamicScalingOutSuspended": True},
        ),
    ),
    defect(
        "the API's files may be written over",
        "nova-prod-api",
        "ecs-containers-read-only-root",
        use(change_task, "$ecs_cluster_name", "$api_service_name", _open_task),
    ),
    defect(
        "the API runs as root",
        "nova-prod-api",
        "ecs-containers-not-root",
        use(change_task, "$ecs_cluster_name", "$api_service_name", _root),
    ),
    # The data
    defect(
        "one database", "$database_identifier", "rds-instance-multi-az", _database(MultiAZ=False)
    ),
    defect(
        "a public database",
        "$database_identifier",
        "rds-instance-not-public",
        _database(PubliclyAccessible=True),
    ),
    defect(
        "no backups",
        "$database_identifier",
        "rds-instance-backup-retention",
        _database(BackupRetentionPeriod=0),
    ),
    defect(
        "the database may be deleted",
        "$database_identifier",
        "rds-deletion-protection",
        _database(DeletionProtection=False),
    ),
    defect(
        "a database on a test machine",
        "$database_identifier",
        "production-data-not-burstable",
        _database(DBInstanceClass="db.t3.micro"),
    ),
    defect(
        "no minor upgrades of the database",
        "$database_identifier",
        "rds-instance-minor-upgrades",
        _database(AutoMinorVersionUpgrade=False),
    ),
    defect(
        "a snapshot of the database is public",
        SNAPSHOT,
        "rds-snapshot-not-public",
        both(
            call(
                "rds",
                "create_db_snapshot",
                DBInstanceIdentifier="$database_identifier",
                DBSnapshotIdentifier=SNAPSHOT,
                Tags=_TAGS,
            ),
            call(
                "rds",
                "modify_db_snapshot_attribute",
                DBSnapshotIdentifier=SNAPSHOT,
                AttributeName="restore",
                ValuesToAdd=["all"],
            ),
        ),
    ),
    defect(
        "nobody can change the policy of a key",
        "$storage_kms_key_id",
        "kms-key-has-manager",
        use(
            key_says,
            "$storage_kms_key_id",
            {"Effect": "Deny", "Principal": "*", "Action": "kms:PutKeyPolicy", "Resource": "*"},
        ),
    ),
    defect(
        "everybody may read the document that instances run",
        DOCUMENT,
        "ssm-document-not-public",
        both(
            call(
                "ssm",
                "create_document",
                Name=DOCUMENT,
                DocumentType="Command",
                Content='{"schemaVersion": "2.2", "mainSteps": []}',
                Tags=_TAGS,
            ),
            call(
                "ssm",
                "modify_document_permission",
                Name=DOCUMENT,
                PermissionType="Share",
                AccountIdsToAdd=["all"],
            ),
        ),
    ),
    defect(
        "anybody reads the data",
        "$data_bucket_name",
        "s3-bucket-policy-not-public",
        use(bucket_says, "$data_bucket_name", {**ANYBODY, "Action": "s3:GetObject"}),
    ),
    defect(
        "a stranger's account writes artifacts",
        "$artifacts_bucket_name",
        "s3-bucket-no-external-access",
        use(
            bucket_says,
            "$artifacts_bucket_name",
            {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:PutObject"},
        ),
    ),
    defect(
        "the data isn't copied",
        "$data_bucket_name",
        "s3-bucket-replicated",
        call("s3", "delete_bucket_replication", Bucket="$data_bucket_name"),
    ),
    defect(
        "artifacts are copied from one folder only",
        "$artifacts_bucket_name",
        "s3-replication-whole",
        use(
            replication,
            "$artifacts_bucket_name",
            lambda rule: rule.update(Filter={"Prefix": "releases/"}),
        ),
    ),
    defect(
        "the copy's role may do nothing",
        "~data_replication_role_arn $data_bucket_name",
        "replication-may-copy",
        use(no_policies, "~data_replication_role_arn"),
    ),
    defect(
        "the copy keeps no versions",
        "$data_replica_bucket_name $data_bucket_name",
        "s3-replication-versioned",
        call(
            "s3 $replication_region",
            "put_bucket_versioning",
            Bucket="$data_replica_bucket_name",
            VersioningConfiguration={"Status": "Suspended"},
        ),
    ),
    defect(
        "the copy's key is disabled",
        "$replica_kms_key_id $data_replica_bucket_name",
        "kms-key-enabled",
        call("kms $replication_region", "disable_key", KeyId="$replica_kms_key_id"),
    ),
    defect(
        "data is encrypted with no key of ours",
        "$data_bucket_name",
        "s3-bucket-customer-key",
        call(
            "s3",
            "put_bucket_encryption",
            Bucket="$data_bucket_name",
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        ),
    ),
    defect(
        "backups for a day", "$backup_plan_id nova-prod", "backup-plan-retention", planned(_week)
    ),
    defect(
        "copies of backups for a day",
        "$backup_plan_id nova-prod",
        "backup-plan-retention",
        planned(_copied_for_a_day),
    ),
    defect(
        "backups of nothing",
        "$backup_plan_id $database_identifier",
        "backup-covers-data",
        selected(_none),
    ),
    defect(
        "a stranger reads the backups",
        "$backup_vault_name",
        "backup-vault-not-public",
        call(
            "backup",
            "put_backup_vault_access_policy",
            BackupVaultName="$backup_vault_name",
            Policy=Json({"Version": "2012-10-17", "Statement": [ANYBODY]}),
        ),
    ),
    defect(
        "the disks' key is about to be deleted",
        "$volumes_kms_key_id",
        "kms-key-enabled",
        call("kms", "schedule_key_deletion", KeyId="$volumes_kms_key_id", PendingWindowInDays=7),
    ),
    defect(
        "the storage's key is anybody's",
        "$storage_kms_key_id",
        "kms-key-policy-not-public",
        use(key_says, "$storage_kms_key_id", {**ANYBODY, "Action": "kms:*"}),
    ),
    defect(
        "the backups' key isn't rotated",
        "$backup_kms_key_id",
        "kms-key-rotation",
        call("kms", "disable_key_rotation", KeyId="$backup_kms_key_id"),
    ),
    # Whoever is told
    defect(
        "the instances' alarm is muted",
        "nova-prod-web-errors-high",
        "cloudwatch-alarm-has-action",
        call("cloudwatch", "disable_alarm_actions", AlarmNames=["nova-prod-web-errors-high"]),
    ),
    defect(
        "CPU is too high at 1000 %",
        "api-cpu-high",
        "cloudwatch-alarm-can-go-off",
        _alarm("api-cpu-high", Threshold=1000.0),
    ),
    defect(
        "an alarm asks for a unit that nobody reports",
        "api-memory-high",
        "cloudwatch-alarm-can-go-off",
        _alarm("api-memory-high", Unit="Bytes"),
    ),
    defect(
        "an alarm about a database of old",
        "database-cpu-high",
        "cloudwatch-alarm-metric-reported",
        _alarm(
            "database-cpu-high",
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "nova-old-database"}],
        ),
    ),
    defect(
        "an alarm about a metric that isn't",
        "api-memory-high",
        "cloudwatch-alarm-metric-reported",
        _alarm("api-memory-high", MetricName="MemoryUtilisation"),
    ),
    defect(
        "an alarm tells nobody",
        "backup-failed",
        "cloudwatch-alarm-has-action",
        _alarm("backup-failed", AlarmActions=[]),
    ),
    defect(
        "nobody hears the alerts",
        "$alerts_topic_arn",
        "sns-topic-has-subscription",
        use(subscriptions_gone, "$alerts_topic_arn"),
    ),
    defect(
        "nobody may send alerts",
        "$alerts_topic_arn alarm nova-prod-",
        "alarm-may-notify",
        use(
            topic_says,
            "$alerts_topic_arn",
            {"Effect": "Deny", "Principal": {"Service": "cloudwatch.amazonaws.com"}},
        ),
    ),
    defect(
        "the alerts' key is disabled",
        "$alerts_kms_key_id $alerts_topic_arn",
        "kms-key-enabled",
        call("kms", "disable_key", KeyId="$alerts_kms_key_id"),
    ),
    missed(
        "the instances' log is gone",
        "$web_log_group_name",
        Seen.VANISHED,
        GONE,
        call("logs", "delete_log_group", logGroupName="$web_log_group_name"),
    ),
    defect(
        "the API's log is kept for a day",
        "$api_log_group_name",
        "cloudwatch-log-retention",
        call("logs", "put_retention_policy", logGroupName="$api_log_group_name", retentionInDays=1),
    ),
    defect(
        "the trail is stopped",
        "$audit_trail_arn",
        "cloudtrail-records",
        call("cloudtrail", "stop_logging", Name="$audit_trail_arn"),
    ),
    defect(
        "the trail sees one region",
        "$audit_trail_arn",
        "cloudtrail-all-regions",
        call("cloudtrail", "update_trail", Name="$audit_trail_arn", IsMultiRegionTrail=False),
    ),
    # Delivery
    defect(
        "a push starts nothing",
        "~start_rule_arn",
        "event-rule-enabled",
        call("events", "disable_rule", Name="~start_rule_arn"),
    ),
    defect(
        "a failed pipeline tells nobody",
        "~failure_rule_arn",
        "event-rule-has-target",
        use(no_targets_of, "~failure_rule_arn"),
    ),
    defect(
        "the pipeline takes another branch",
        "$pipeline_name",
        "codepipeline-started-by-its-branch",
        use(change_pipeline, "$pipeline_name", _untested),
    ),
    defect(
        "builds run privileged",
        "nova-prod-web-build",
        "codebuild-privileged-for-images-only",
        use(
            change_project,
            "nova-prod-web-build",
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
                "computeType": "BUILD_GENERAL1_SMALL",
                "privilegedMode": True,
            },
        ),
    ),
    defect(
        "a bad revision stays",
        "$deployment_group_name",
        "codedeploy-rolls-back",
        call(
            "codedeploy",
            "update_deployment_group",
            applicationName="$deployment_application_name",
            currentDeploymentGroupName="$deployment_group_name",
            autoRollbackConfiguration={"enabled": False, "events": []},
        ),
    ),
    # What the one on call finds
    defect(
        "each night the API is scaled to nothing",
        "$api_service_name",
        "scheduled-scaling-keeps-some",
        use(scaled_by_the_clock, "$ecs_cluster_name", "$api_service_name", 0),
    ),
    defect(
        "the API runs on spare capacity alone",
        "$api_service_name",
        "ecs-service-not-only-spot",
        call(
            "ecs",
            "update_service",
            cluster="$ecs_cluster_name",
            service="$api_service_name",
            capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        ),
    ),
    defect(
        "alerts are sent to a stranger's queue, too",
        "$alerts_topic_arn",
        "sent-to-known-accounts",
        call(
            "sns",
            "subscribe",
            TopicArn="$alerts_topic_arn",
            Protocol="sqs",
            Endpoint="arn:aws:sqs:us-west-2:999999999999:theirs",
        ),
    ),
    defect(
        "the firewall blocks whoever comes",
        "$web_acl_arn",
        "waf-acl-lets-somebody-in",
        use(firewall, "$web_acl_arn", _blocks),
    ),
    defect(
        "RDS tells of failures by hand, without tags",
        "made-by-hand",
        "tags-required",
        both(
            call("rds", "delete_event_subscription", SubscriptionName="nova-prod-database-events"),
            call(
                "rds",
                "create_event_subscription",
                SubscriptionName="made-by-hand",
                SnsTopicArn="$alerts_topic_arn",
                SourceType="db-instance",
                EventCategories=["failure"],
                Enabled=True,
            ),
        ),
    ),
    defect(
        "nobody knows who read the data",
        "$data_bucket_name",
        "s3-bucket-access-logged",
        use(unlogged, "$data_bucket_name"),
    ),
    defect(
        "the instances are asked at a port where nobody listens",
        "$web_target_group_arn",
        "target-group-reached",
        use(targets_checked, "$web_target_group_arn", HealthCheckPort="9999"),
    ),
    defect(
        "the API's tasks are in the database's group",
        "$api_service_name",
        "target-group-reached",
        use(guarded_by, "$ecs_cluster_name", "$api_service_name", "$database_security_group_id"),
    ),
    defect(
        "data may leave for any bucket there is",
        "s3-endpoint",
        "vpc-endpoint-policy-narrow",
        use(endpoint_says, "$vpc_id", "Allow"),
    ),
    defect(
        "all alerts are filtered out",
        "$alerts_topic_arn nova-prod-web-cpu-high",
        "cloudwatch-alarm-reaches-somebody",
        use(notices_filtered, "$alerts_topic_arn"),
    ),
    defect(
        "the database's password is deleted",
        "secret:rds! nova-prod-database",
        "resource-exists",
        call(
            "secretsmanager",
            "delete_secret",
            SecretId="$database_secret_arn",
            ForceDeleteWithoutRecovery=True,
        ),
    ),
    *AUDITED,
)
IMPROVEMENTS = (
    better("backups of the database for 35 days", _database(BackupRetentionPeriod=35)),
    better("more room for the database to grow", _database(MaxAllocatedStorage=1000)),
    better(
        "a log kept longer",
        call(
            "logs", "put_retention_policy", logGroupName="$web_log_group_name", retentionInDays=731
        ),
    ),
    better(
        "a second alarm",
        use(one_more_alarm, "nova-prod-api-cpu-high", "nova-prod-api-cpu-higher"),
    ),
    better(
        "one more database subnet",
        use(one_more_subnet, "$isolated_subnet_ids.0", "10.0.250.0/24", "us-west-2d"),
    ),
    better("one more tag", use(tagged_more, "$vpc_id")),
    better("a bucket that nobody deletes", use(nobody_deletes, "$data_bucket_name")),
    better("a role that may do less", use(denied, "~api_task_role_arn", "iam:*")),
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
    better("a larger fleet", _fleet(MinSize=4, MaxSize=16, DesiredCapacity=4)),
    better("recovery points are kept longer", planned(_longer)),
    better(
        "sick targets are found sooner",
        call(
            "elbv2",
            "modify_target_group",
            TargetGroupArn="$web_target_group_arn",
            HealthCheckIntervalSeconds=10,
        ),
    ),
)


def test_defects_are_caught(field: Field) -> None:
    all_caught(field, DEFECTS)


def test_improvements_are_not_blamed(field: Field) -> None:
    none_blamed(field, IMPROVEMENTS)
