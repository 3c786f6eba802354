"""The highly available web system, each value of its lines made untrue."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import change_alarm, silence, unsubscribe_all
from tests.mutations.delivery import (
    change_action,
    change_buildspec,
    change_deployment_group,
    change_pipeline,
    change_rule,
    disable_rule,
    no_targets,
)
from tests.mutations.mutation import Act, Aws, Group, Mutation, restated
from tests.mutations.network import (
    close_port,
    close_ways_out,
    internet_gateway,
    let_in,
    no_route_out,
    open_port,
    route_out,
    share_route_table,
    vpc_attribute,
)
from tests.mutations.roles import allow, forbid, trust_everybody_in
from tests.mutations.services import (
    change_listener,
    change_target_group,
    change_task,
    no_tasks,
    redirect_to_http,
    told,
)
from tests.mutations.storage import (
    accept_plain_http,
    allow_public,
    change_replication,
    encrypt_with,
    keep_logs,
    logs_in_plain,
    suspend_versions,
)


def _group(outputs: Outputs, tier: str) -> str:
    return str(outputs[f"{tier}_security_group_id"])


def _subnet(outputs: Outputs, tier: str, number: int = 0) -> str:
    return outputs.list(f"{tier}_subnet_ids")[number]


def _opened(number: str, what: str, tier: str, port: int, cidr: str = "0.0.0.0/0") -> Mutation:
    return Mutation(
        number, what, lambda aws, outputs: open_port(aws, _group(outputs, tier), port, cidr)
    )


def _closed(what: str, tier: str, port: int) -> Mutation:
    return Mutation("1.4", what, lambda aws, outputs: close_port(aws, _group(outputs, tier), port))


def _database(**changes: Any) -> Act:
    return lambda aws, outputs: aws("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["database_identifier"], ApplyImmediately=True, **changes
    )


def started_from(change: Callable[[dict[str, Any]], object]) -> Act:
    """Let the group start from a new version of its launch template."""

    def act(aws: Aws, outputs: Outputs) -> object:
        ec2, template = aws("ec2"), outputs["web_launch_template_id"]
        (found,) = ec2.describe_launch_template_versions(
            LaunchTemplateId=template, Versions=["$Latest"]
        )["LaunchTemplateVersions"]
        data = found["LaunchTemplateData"]
        change(data)
        made = ec2.create_launch_template_version(
            LaunchTemplateId=template, LaunchTemplateData=data
        )["LaunchTemplateVersion"]["VersionNumber"]
        return aws("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=outputs["web_autoscaling_group_name"],
            LaunchTemplate={"LaunchTemplateId": template, "Version": str(made)},
        )

    return act


def _fleet(**changes: Any) -> Act:
    return lambda aws, outputs: aws("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=outputs["web_autoscaling_group_name"], **changes
    )


def _one_zone(aws: Aws, outputs: Outputs) -> object:
    return _fleet(VPCZoneIdentifier=_subnet(outputs, "private"))(aws, outputs)


def _plain_volumes(data: dict[str, Any]) -> None:
    for volume in data["BlockDeviceMappings"]:
        volume["Ebs"]["Encrypted"] = False


def _alarm_of(aws: Aws, outputs: Outputs, policy: str) -> str:
    """Give the alarm that sets a scaling policy off."""
    found = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    arn = outputs[f"web_{policy}_policy_arn"]
    return next(str(alarm["AlarmName"]) for alarm in found if arn in alarm["AlarmActions"])


def _grows(what: str, **changes: Any) -> Mutation:
    return Mutation(
        "1.5",
        what,
        lambda aws, outputs: change_alarm(aws, _alarm_of(aws, outputs, "scale_out"), **changes),
    )


def _shrinks(what: str, **changes: Any) -> Mutation:
    return Mutation(
        "1.5",
        what,
        lambda aws, outputs: change_alarm(aws, _alarm_of(aws, outputs, "scale_in"), **changes),
    )


def _steps(*steps: tuple[float | None, float | None, int]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        autoscaling = aws("autoscaling")
        found = autoscaling.describe_policies(
            AutoScalingGroupName=outputs["web_autoscaling_group_name"]
        )["ScalingPolicies"]
        policy = next(p for p in found if p["PolicyARN"] == outputs["web_scale_out_policy_arn"])
        names = ("MetricIntervalLowerBound", "MetricIntervalUpperBound", "ScalingAdjustment")
        said = [
            {name: value for name, value in zip(names, step, strict=True) if value is not None}
            for step in steps
        ]
        return restated(
            autoscaling,
            "put_scaling_policy",
            policy,
            StepAdjustments=said,
            PredictiveScalingConfiguration=None,
        )

    return act


def _task(change: Callable[[dict[str, Any]], object]) -> Act:
    return lambda aws, outputs: change_task(
        aws, outputs["ecs_cluster_name"], outputs["api_service_name"], change
    )


def _logs_elsewhere(container: dict[str, Any]) -> None:
    container["logConfiguration"]["options"]["awslogs-group"] = "other"


def _service_in(tier: str, public: str = "DISABLED") -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        network = {
            "subnets": outputs.list(f"{tier}_subnet_ids"),
            "securityGroups": [_group(outputs, "api")],
            "assignPublicIp": public,
        }
        return aws("ecs").update_service(
            cluster=outputs["ecs_cluster_name"],
            service=outputs["api_service_name"],
            networkConfiguration={"awsvpcConfiguration": network},
        )

    return act


def _no_tasks(aws: Aws, outputs: Outputs) -> object:
    return no_tasks(aws, outputs["ecs_cluster_name"], outputs["api_service_name"])


def _no_targets(aws: Aws, outputs: Outputs) -> object:
    return aws("autoscaling").detach_load_balancer_target_groups(
        AutoScalingGroupName=outputs["web_autoscaling_group_name"],
        TargetGroupARNs=[outputs["web_target_group_arn"]],
    )


def _bucket(mutate: Callable[[Aws, str], object], name: str = "data") -> Act:
    return lambda aws, outputs: mutate(aws, outputs[f"{name}_bucket_name"])


def _copies(**changes: Any) -> Act:
    def change(configuration: dict[str, Any]) -> None:
        for rule in configuration["Rules"]:
            rule.update(changes)

    return _bucket(lambda aws, bucket: change_replication(aws, bucket, change))


def _copies_under(key: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        def change(configuration: dict[str, Any]) -> None:
            for rule in configuration["Rules"]:
                rule["Destination"]["EncryptionConfiguration"] = {
                    "ReplicaKmsKeyID": outputs[f"{key}_kms_key_arn"]
                }

        return change_replication(aws, outputs["data_bucket_name"], change)

    return act


def _copies_next_door(aws: Aws, outputs: Outputs) -> object:
    def change(configuration: dict[str, Any]) -> None:
        for rule in configuration["Rules"]:
            rule["Destination"]["Bucket"] = f"arn:aws:s3:::{outputs['artifacts_bucket_name']}"

    return change_replication(aws, outputs["data_bucket_name"], change)


def _plain_copies(configuration: dict[str, Any]) -> None:
    for rule in configuration["Rules"]:
        rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"] = "Disabled"


def _copying_role(outputs: Outputs) -> str:
    return str(outputs["data_replication_role_arn"]).rpartition("/")[2]


def planned(change: Callable[[dict[str, Any]], object]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        backup, plan = aws("backup"), outputs["backup_plan_id"]
        found = backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]
        for rule in found["Rules"]:
            change(rule)
            rule.pop("RuleId", None)
        return backup.update_backup_plan(BackupPlanId=plan, BackupPlan=found)

    return act


def selected(change: Callable[[dict[str, Any]], object]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        backup, plan = aws("backup"), outputs["backup_plan_id"]
        (listed,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
        found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=listed["SelectionId"])[
            "BackupSelection"
        ]
        change(found)
        backup.delete_backup_selection(BackupPlanId=plan, SelectionId=listed["SelectionId"])
        return backup.create_backup_selection(BackupPlanId=plan, BackupSelection=found)

    return act


def _of_service(service: str) -> Callable[[dict[str, Any]], object]:
    """Leave out of a selection what is of another service."""

    def change(selection: dict[str, Any]) -> None:
        selection["Resources"] = [f"arn:aws:{service}:*:*:*"]

    return change


def _cpu_alarm(aws: Aws, namespace: str, topic: str) -> str:
    found = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    return next(
        str(alarm["AlarmName"])
        for alarm in found
        if alarm.get("Namespace") == namespace
        and alarm.get("MetricName") == "CPUUtilization"
        and topic in alarm["AlarmActions"]
    )


def _rings(what: str, namespace: str, **changes: Any) -> Mutation:
    return Mutation(
        "1.10",
        what,
        lambda aws, outputs: change_alarm(
            aws, _cpu_alarm(aws, namespace, outputs["alerts_topic_arn"]), **changes
        ),
    )


def _topic_in_plain(aws: Aws, outputs: Outputs) -> object:
    return aws("sns").set_topic_attributes(
        TopicArn=outputs["alerts_topic_arn"], AttributeName="KmsMasterKeyId", AttributeValue=""
    )


def _pipeline(change: Callable[[dict[str, Any]], object]) -> Act:
    return lambda aws, outputs: change_pipeline(aws, outputs["pipeline_name"], change)


def _deploy_untested(stages: dict[str, Any]) -> None:
    (source,), (deploy,) = stages["Source"]["actions"], stages["Deploy"]["actions"]
    deploy["inputArtifacts"] = source["outputArtifacts"]


def _project(outputs: Outputs, step: str) -> str:
    return str(outputs[f"web_{step}_project_arn"]).rpartition("/")[2]


def _build(step: str, old: str, new: str) -> Act:
    return lambda aws, outputs: change_buildspec(aws, _project(outputs, step), old, new)


def _tag(key: str, value: str | None) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        thing = [_subnet(outputs, "private")]
        if value is None:
            return aws("ec2").delete_tags(Resources=thing, Tags=[{"Key": key}])
        return aws("ec2").create_tags(Resources=thing, Tags=[{"Key": key, "Value": value}])

    return act


def _nameless(aws: Aws, outputs: Outputs) -> None:
    """Make a log group whose name says neither team nor environment."""
    ec2 = aws("ec2")
    subnet = ec2.describe_subnets(SubnetIds=[_subnet(outputs, "private")])["Subnets"][0]
    tags = {tag["Key"]: tag["Value"] for tag in subnet["Tags"]}
    aws("logs").create_log_group(logGroupName="other", tags=tags)


def _another_service(aws: Aws, outputs: Outputs) -> object:
    return change_action(aws, outputs["pipeline_name"], "Deploy", DeploymentGroupName="other")


def _other_cidr(aws: Aws, outputs: Outputs) -> None:
    close_port(aws, _group(outputs, "web"), 22)
    open_port(aws, _group(outputs, "web"), 22, "10.1.0.0/16")


def _old_tls(data: dict[str, Any]) -> None:
    script = base64.b64decode(data["UserData"]).decode()
    data["UserData"] = base64.b64encode(
        script.replace("ssl_protocols TLSv1.2", "ssl_protocols TLSv1.1 TLSv1.2").encode()
    ).decode()


def _parameter(name: str, value: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        rds = aws("rds")
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=outputs["database_identifier"])[
            "DBInstances"
        ]
        group = found["DBParameterGroups"][0]["DBParameterGroupName"]
        changed = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
        return rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[changed])

    return act


def _no_firewall(aws: Aws, outputs: Outputs) -> object:
    return aws("wafv2").disassociate_web_acl(ResourceArn=outputs["alb_arn"])


GROUPS = (
    Group(
        "nova-prod",
        (
            Mutation("1.1", "SSH from another network", _other_cidr),
            Mutation("1.1", "backups kept a day", _database(BackupRetentionPeriod=1)),
            Mutation("1.1", "copied next door", _copies_next_door),
            Mutation(
                "1.1",
                "the plan keeps a day",
                planned(lambda rule: rule["Lifecycle"].update(DeleteAfterDays=1)),
            ),
            Mutation("1.2", "another Owner", _tag("Owner", "Somebody")),
            Mutation("1.2", "no Purpose", _tag("Purpose", None)),
            Mutation("1.2", "a name without team", _nameless),
            Mutation(
                "1.3",
                "no DNS support",
                lambda aws, outputs: vpc_attribute(
                    aws, outputs["vpc_id"], "EnableDnsSupport", False
                ),
            ),
            Mutation(
                "1.3",
                "an isolated subnet leads to the internet",
                lambda aws, outputs: route_out(
                    aws,
                    _subnet(outputs, "isolated"),
                    GatewayId=internet_gateway(aws, outputs["vpc_id"]),
                ),
            ),
            Mutation(
                "1.3",
                "a private subnet leads to the internet",
                lambda aws, outputs: route_out(
                    aws,
                    _subnet(outputs, "private"),
                    GatewayId=internet_gateway(aws, outputs["vpc_id"]),
                ),
            ),
            Mutation(
                "1.3",
                "public subnets lead nowhere",
                lambda aws, outputs: no_route_out(aws, _subnet(outputs, "public")),
            ),
            Mutation(
                "1.3",
                "an isolated subnet shares the private table",
                lambda aws, outputs: share_route_table(
                    aws, _subnet(outputs, "isolated"), _subnet(outputs, "private")
                ),
            ),
            Mutation(
                "1.3",
                "load balancer in private subnets",
                lambda aws, outputs: aws("elbv2").set_subnets(
                    LoadBalancerArn=outputs["alb_arn"], Subnets=outputs.list("private_subnet_ids")
                ),
            ),
            _opened("1.4", "SSH from anywhere", "web", 22),
            _closed("no SSH", "web", 22),
            _closed("load balancer closed on 80", "alb", 80),
            _closed("load balancer closed on 443", "alb", 443),
            _opened("1.4", "load balancer open on 8080", "alb", 8080),
            _opened("1.4", "instances reached from the VPC", "web", 8443, "10.0.0.0/16"),
            _opened("1.4", "tasks reached from the VPC", "api", 8443, "10.0.0.0/16"),
            _opened("1.4", "database reached from the VPC", "database", 3306, "10.0.0.0/16"),
            _closed("database closed", "database", 3306),
            Mutation(
                "1.4",
                "load balancer reaches the database",
                lambda aws, outputs: let_in(
                    aws, _group(outputs, "database"), _group(outputs, "alb"), 3306
                ),
            ),
            Mutation(
                "1.4",
                "tasks may call nobody",
                lambda aws, outputs: close_ways_out(aws, _group(outputs, "api")),
            ),
            Mutation(
                "1.4",
                "load balancer wears another group",
                lambda aws, outputs: aws("elbv2").set_security_groups(
                    LoadBalancerArn=outputs["alb_arn"], SecurityGroups=[_group(outputs, "web")]
                ),
            ),
            Mutation(
                "1.5", "another family", started_from(lambda d: d.update(InstanceType="t3.large"))
            ),
            Mutation("1.5", "no instance is a target", _no_targets),
            Mutation("1.5", "in one zone", _one_zone),
            Mutation("1.5", "one instance", _fleet(MinSize=1, DesiredCapacity=1)),
            Mutation("1.5", "volumes in plain", started_from(_plain_volumes)),
            Mutation(
                "1.5",
                "IMDSv1",
                started_from(lambda d: d["MetadataOptions"].update(HttpTokens="optional")),
            ),
            Mutation(
                "1.5",
                "basic monitoring",
                started_from(lambda d: d.update(Monitoring={"Enabled": False})),
            ),
            _grows("grows over 85 %", Threshold=85.0),
            _grows("grows after 10 minutes", Period=600, EvaluationPeriods=1, DatapointsToAlarm=1),
            _grows("grows when idle", ComparisonOperator="LessThanThreshold"),
            _grows("grows by the busiest instance", Statistic="Maximum"),
            _grows(
                "grows by another group",
                Dimensions=[{"Name": "AutoScalingGroupName", "Value": "x"}],
            ),
            Mutation("1.5", "loads without a step", _steps((0, 10, 1), (20, None, 2))),
            Mutation("1.5", "shrinks when busy", _steps((0, None, -1))),
            _shrinks("never shrinks", ComparisonOperator="GreaterThanThreshold", Threshold=100.0),
            _shrinks("shrinks while busy", Threshold=70.0),
            Mutation("1.6", "tasks in public subnets", _service_in("public")),
            Mutation("1.6", "tasks with public addresses", _service_in("private", "ENABLED")),
            Mutation("1.6", "no task runs", _no_tasks),
            Mutation("1.6", "logs elsewhere", _task(_logs_elsewhere)),
            Mutation("1.6", "tasks accept TLS 1.1", _task(told("TLS_MINIMUM_VERSION", "1.1"))),
            Mutation(
                "1.6", "tasks trust any database", _task(told("DATABASE_SSL_MODE", "PREFERRED"))
            ),
            Mutation("1.6", "instances accept TLS 1.1", started_from(_old_tls)),
            Mutation(
                "1.6",
                "clients use TLS 1.0",
                lambda aws, outputs: change_listener(
                    aws, outputs["https_listener_arn"], SslPolicy="ELBSecurityPolicy-2016-08"
                ),
            ),
            Mutation("1.6", "HTTP stays HTTP", redirect_to_http),
            Mutation(
                "1.6",
                "health asked over HTTP",
                lambda aws, outputs: change_target_group(
                    aws, outputs["api_target_group_arn"], HealthCheckProtocol="HTTP"
                ),
            ),
            Mutation("1.6", "database without TLS", _parameter("require_secure_transport", "0")),
            Mutation("1.6", "database with TLS 1.1", _parameter("tls_version", "TLSv1.1,TLSv1.2")),
            Mutation(
                "1.7", "encrypted by S3", _bucket(lambda aws, b: encrypt_with(aws, b, "AES256"))
            ),
            Mutation("1.7", "versions suspended", _bucket(suspend_versions)),
            Mutation("1.7", "public policies allowed", _bucket(allow_public)),
            Mutation("1.7", "plain HTTP accepted", _bucket(accept_plain_http)),
            Mutation(
                "1.7", "artifacts: versions suspended", _bucket(suspend_versions, "artifacts")
            ),
            Mutation("1.7", "copies stopped", _copies(Status="Disabled")),
            Mutation("1.7", "some objects copied", _copies(Filter={"Prefix": "some/"})),
            Mutation("1.7", "copied next door", _copies_next_door),
            Mutation("1.7", "copied under this region's key", _copies_under("storage")),
            Mutation(
                "1.7",
                "encrypted objects left out",
                _bucket(lambda aws, b: change_replication(aws, b, _plain_copies)),
            ),
            Mutation(
                "1.7",
                "copies anything",
                lambda aws, outputs: allow(aws, _copying_role(outputs), "s3:ReplicateObject"),
            ),
            Mutation(
                "1.7",
                "may not copy",
                lambda aws, outputs: forbid(aws, _copying_role(outputs), "s3:ReplicateObject"),
            ),
            Mutation(
                "1.7",
                "others copy",
                lambda aws, outputs: trust_everybody_in(aws, _copying_role(outputs)),
            ),
            Mutation("1.8", "no standby", _database(MultiAZ=False)),
            Mutation("1.8", "kept a day", _database(BackupRetentionPeriod=1)),
            Mutation("1.8", "backups at noon", _database(PreferredBackupWindow="12:00-13:00")),
            Mutation(
                "1.8",
                "upgrades on Monday morning",
                _database(PreferredMaintenanceWindow="mon:09:00-mon:10:00"),
            ),
            Mutation(
                "1.8",
                "a password of ours",
                _database(ManageMasterUserPassword=False, MasterUserPassword="correct-horse"),
            ),
            Mutation(
                "1.8", "a password told to tasks", _task(told("DATABASE_PASSWORD", "correct-horse"))
            ),
            Mutation(
                "1.9", "weekly", planned(lambda r: r.update(ScheduleExpression="cron(0 5 ? * 1 *)"))
            ),
            Mutation(
                "1.9", "kept a day", planned(lambda r: r["Lifecycle"].update(DeleteAfterDays=1))
            ),
            Mutation("1.9", "databases only", selected(_of_service("rds"))),
            Mutation("1.9", "volumes only", selected(_of_service("ec2"))),
            _rings("instances: at 1000 %", "AWS/EC2", Threshold=1000.0),
            _rings("instances: when idle", "AWS/EC2", ComparisonOperator="LessThanThreshold"),
            _rings("instances: after a day", "AWS/EC2", Period=86400),
            _rings("tasks: at 1000 %", "AWS/ECS", Threshold=1000.0),
            _rings("tasks: memory instead", "AWS/ECS", MetricName="MemoryUtilization"),
            _rings(
                "tasks: of another service",
                "AWS/ECS",
                Dimensions=[{"Name": "ServiceName", "Value": "x"}],
            ),
            Mutation(
                "1.10",
                "tasks: silenced",
                lambda aws, outputs: silence(
                    aws, _cpu_alarm(aws, "AWS/ECS", outputs["alerts_topic_arn"])
                ),
            ),
            _rings("instances: telling nobody", "AWS/EC2", AlarmActions=[]),
            Mutation(
                "1.10",
                "logs in plain",
                lambda aws, outputs: logs_in_plain(aws, outputs["api_log_group_name"]),
            ),
            Mutation(
                "1.10",
                "logs kept a month",
                lambda aws, outputs: keep_logs(aws, outputs["web_log_group_name"], 30),
            ),
            Mutation("1.10", "topic in plain", _topic_in_plain),
            Mutation(
                "1.10",
                "nobody reads the topic",
                lambda aws, outputs: unsubscribe_all(aws, outputs["alerts_topic_arn"]),
            ),
            Mutation("1.11", "no web ACL", _no_firewall),
            Mutation("1.12", "what wasn't tested is deployed", _pipeline(_deploy_untested)),
            Mutation(
                "1.12", "no Test stage", _pipeline(lambda s: s["Test"].update(name="Nothing"))
            ),
            Mutation("1.12", "a failure stays", _pipeline(lambda s: s["Deploy"].pop("onFailure"))),
            Mutation("1.12", "another deployment group", _another_service),
            Mutation(
                "1.12",
                "instances stay with a bad revision",
                lambda aws, outputs: change_deployment_group(
                    aws,
                    outputs["deployment_group_name"],
                    autoRollbackConfiguration={"enabled": False, "events": []},
                ),
            ),
            Mutation("1.12", "no tests", _build("test", "pytest", "echo pytest")),
            Mutation("1.12", "no revision", _build("build", "make revision", "echo revision")),
            Mutation("1.12", "builds go on after errors", _build("build", "ABORT", "CONTINUE")),
            Mutation(
                "1.12",
                "a push starts nothing",
                lambda aws, outputs: disable_rule(aws, outputs["start_rule_arn"]),
            ),
            Mutation(
                "1.12",
                "a push to another branch",
                lambda aws, outputs: change_rule(
                    aws,
                    outputs["start_rule_arn"],
                    lambda pattern: pattern["detail"].update(referenceName=["other"]),
                ),
            ),
            Mutation(
                "1.12",
                "a push has no target",
                lambda aws, outputs: no_targets(aws, outputs["start_rule_arn"]),
            ),
        ),
    ),
)
