"""The payment platform, each value of its lines made untrue, in each environment."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import alarm_on, change_alarm, silence
from tests.mutations.keys import stop_rotation
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.network import (
    close_port,
    internet_gateway,
    let_in,
    open_port,
    route_out,
)
from tests.mutations.roles import allow
from tests.mutations.services import (
    change_listener,
    change_target_group,
    change_task,
    no_insights,
    redirect_to_http,
    rules,
    told,
)
from tests.mutations.storage import logs_in_plain


def _group(outputs: Outputs, tier: str) -> str:
    return str(outputs[f"{tier}_security_group_id"])


def _opened(what: str, tier: str, port: int, cidr: str) -> Mutation:
    return Mutation(
        "3.14", what, lambda aws, outputs: open_port(aws, _group(outputs, tier), port, cidr)
    )


def _closed(what: str, tier: str, port: int) -> Mutation:
    return Mutation("3.14", what, lambda aws, outputs: close_port(aws, _group(outputs, tier), port))


def _leads_out(tier: str) -> Act:
    return lambda aws, outputs: route_out(
        aws,
        outputs.list(f"{tier}_subnet_ids")[0],
        GatewayId=internet_gateway(aws, outputs["vpc_id"]),
    )


def _cluster(**changes: Any) -> Act:
    return lambda aws, outputs: aws("rds").modify_db_cluster(
        DBClusterIdentifier=outputs["database_cluster_identifier"],
        ApplyImmediately=True,
        **changes,
    )


def _instance(**changes: Any) -> Act:
    return lambda aws, outputs: aws("rds").modify_db_instance(
        DBInstanceIdentifier=outputs.list("database_instance_ids")[0],
        ApplyImmediately=True,
        **changes,
    )


def _one_instance(aws: Aws, outputs: Outputs) -> None:
    _, *others = outputs.list("database_instance_ids")
    for instance in others:
        aws("rds").delete_db_instance(DBInstanceIdentifier=instance, SkipFinalSnapshot=True)


def _plain_database(aws: Aws, outputs: Outputs) -> None:
    """Put a cluster without encryption in the place of the database."""
    rds, name = aws("rds"), outputs["database_cluster_identifier"]
    (found,) = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    for instance in outputs.list("database_instance_ids"):
        rds.delete_db_instance(DBInstanceIdentifier=instance, SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine=found["Engine"],
        MasterUsername=found["MasterUsername"],
        MasterUserPassword="correct-horse",
        StorageEncrypted=False,
        Tags=found["TagList"],
    )


def _redis(**changes: Any) -> Act:
    return lambda aws, outputs: aws("elasticache").modify_replication_group(
        ReplicationGroupId=outputs["redis_replication_group_id"],
        ApplyImmediately=True,
        **changes,
    )


def _scaling(**changes: int) -> Act:
    """Change the limits of the first service's number of tasks."""

    def act(aws: Aws, outputs: Outputs) -> object:
        resource = f"service/{outputs['ecs_cluster_name']}/{outputs['api_service_name']}"
        return aws("application-autoscaling").register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId=resource,
            ScalableDimension="ecs:service:DesiredCount",
            **changes,
        )

    return act


def _target_tracking(value: float) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        scaling = aws("application-autoscaling")
        found = scaling.describe_scaling_policies(
            ServiceNamespace="ecs",
            ResourceId=f"service/{outputs['ecs_cluster_name']}/{outputs['api_service_name']}",
        )["ScalingPolicies"]
        policy = next(
            p
            for p in found
            if "CPU"
            in p["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
                "PredefinedMetricType"
            ]
        )
        settings = {**policy["TargetTrackingScalingPolicyConfiguration"], "TargetValue": value}
        names = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")
        return scaling.put_scaling_policy(
            TargetTrackingScalingPolicyConfiguration=settings,
            **{name: policy[name] for name in names},
        )

    return act


def _service(**changes: Any) -> Act:
    return lambda aws, outputs: aws("ecs").update_service(
        cluster=outputs["ecs_cluster_name"], service=outputs["api_service_name"], **changes
    )


def _service_in(tier: str, number: int | None = None, public: str = "DISABLED") -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        network = {
            "subnets": outputs.list(f"{tier}_subnet_ids")[:number],
            "securityGroups": [_group(outputs, "service")],
            "assignPublicIp": public,
        }
        return _service(networkConfiguration={"awsvpcConfiguration": network})(aws, outputs)

    return act


def _task(change: Callable[[dict[str, Any]], object] = lambda c: None, **changes: Any) -> Act:
    return lambda aws, outputs: change_task(
        aws, outputs["ecs_cluster_name"], outputs["payment_service_name"], change, **changes
    )


def _protected(on: bool) -> Act:
    return lambda aws, outputs: aws("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=outputs["alb_arn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": str(on).lower()}],
    )


def _two_zones(aws: Aws, outputs: Outputs) -> object:
    return aws("elbv2").set_subnets(
        LoadBalancerArn=outputs["alb_arn"], Subnets=outputs.list("public_subnet_ids")[:2]
    )


def _subnet_gone(aws: Aws, outputs: Outputs) -> object:
    *_, last = outputs.list("database_subnet_ids")
    return aws("ec2").delete_subnet(SubnetId=last)


def _retag(key: str, value: str | None) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        arn = outputs["database_cluster_arn"]
        if value is None:
            return aws("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=[key])
        return aws("rds").add_tags_to_resource(
            ResourceName=arn, Tags=[{"Key": key, "Value": value}]
        )

    return act


def _nameless(aws: Aws, outputs: Outputs) -> None:
    """Make a load balancer whose name doesn't say the environment."""
    elbv2 = aws("elbv2")
    (said,) = elbv2.describe_tags(ResourceArns=[outputs["alb_arn"]])["TagDescriptions"]
    elbv2.create_load_balancer(
        Name="other", Subnets=outputs.list("public_subnet_ids"), Tags=said["Tags"]
    )


def _role(outputs: Outputs, kind: str) -> str:
    return str(outputs[f"notification_{kind}_role_arn"]).rpartition("/")[2]


def _listener(**changes: Any) -> Act:
    return lambda aws, outputs: change_listener(aws, outputs["https_listener_arn"], **changes)


def _takes_all_paths(aws: Aws, outputs: Outputs) -> object:
    elbv2, listener = aws("elbv2"), outputs["https_listener_arn"]
    found = rules(aws, listener)
    taken = {rule["Priority"] for rule in found}
    if "1" in taken:
        first = next(rule for rule in found if rule["Priority"] == "1")
        elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": first["RuleArn"], "Priority": 40000}])
    return elbv2.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )


def _no_rule_for_payments(aws: Aws, outputs: Outputs) -> object:
    group = outputs["payment_target_group_arn"]
    found = rules(aws, outputs["https_listener_arn"])
    rule = next(r for r in found if group in json.dumps(r["Actions"]))
    return aws("elbv2").delete_rule(RuleArn=rule["RuleArn"])


def _rings(what: str, metric: str, **changes: Any) -> Mutation:
    return Mutation(
        "3.19", what, lambda aws, outputs: change_alarm(aws, alarm_on(aws, metric), **changes)
    )


def _board_without(namespace: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        cloudwatch, name = aws("cloudwatch"), outputs["dashboard_name"]
        body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
        assert namespace in body
        return cloudwatch.put_dashboard(
            DashboardName=name, DashboardBody=body.replace(namespace, "AWS/Other")
        )

    return act


def _logs_key(concern: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        return aws("logs").associate_kms_key(
            logGroupName=outputs["payment_log_group_name"],
            kmsKeyId=outputs[f"{concern}_kms_key_arn"],
        )

    return act


def _other_login(container: dict[str, Any]) -> None:
    for secret in container["secrets"]:
        secret["valueFrom"] = secret["valueFrom"].replace(":password::", ":pin::")


def _secret_in_plain(container: dict[str, Any]) -> None:
    taken = container["secrets"].pop()
    container["environment"].append({"name": taken["name"], "value": "correct-horse"})


def _no_firewall(aws: Aws, outputs: Outputs) -> object:
    return aws("wafv2").disassociate_web_acl(ResourceArn=outputs["alb_arn"])


def _detector(on: bool) -> Act:
    return lambda aws, outputs: aws("guardduty").update_detector(
        DetectorId=outputs["guardduty_detector_id"], Enable=on
    )


def _no_recorder(aws: Aws, outputs: Outputs) -> object:
    return aws("config").stop_configuration_recorder(
        ConfigurationRecorderName=outputs["config_recorder_name"]
    )


def _one_rule_less(aws: Aws, outputs: Outputs) -> object:
    return aws("config").delete_config_rule(ConfigRuleName=outputs.list("config_rule_names")[0])


def _firewall(aws: Aws, outputs: Outputs) -> object:
    """Put a web ACL before the load balancer of an environment that has none."""
    visible = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": "more",
    }
    waf = aws("wafv2")
    made = waf.create_web_acl(
        Name="more",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=visible,
        Tags=[
            {"Key": "Project", "Value": outputs["project"]},
            {"Key": "Environment", "Value": outputs["environment"]},
        ],
    )["Summary"]
    return waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=outputs["alb_arn"])


def _sizes(least: int, most: int, days: int, wrong_class: str) -> tuple[Mutation, ...]:
    """Give the mutations of the table's numbers that every environment has."""
    return (
        Mutation("3.3", "tasks in one zone", _service_in("private", 1)),
        Mutation("3.4", "another smallest number of tasks", _scaling(MinCapacity=least + 1)),
        Mutation("3.4", "another largest number of tasks", _scaling(MaxCapacity=most + 1)),
        Mutation("3.5", "another class", _instance(DBInstanceClass=wrong_class)),
        Mutation("3.7", "a day less", _cluster(BackupRetentionPeriod=days - 1)),
    )


def _insights(on: bool) -> tuple[Mutation, ...]:
    said = "on" if on else "off"
    monitoring = {"MonitoringInterval": 60 if on else 0}
    return (
        Mutation("3.8", f"Performance Insights {said}", _instance(EnablePerformanceInsights=on)),
        Mutation("3.8", f"enhanced monitoring {said}", _instance(**monitoring)),
    )


def _guards_off() -> tuple[Mutation, ...]:
    return (
        Mutation("3.10", "no firewall", _no_firewall),
        Mutation("3.10", "GuardDuty off", _detector(on=False)),
        Mutation("3.10", "AWS Config off", _no_recorder),
        Mutation("3.10", "a managed rule is gone", _one_rule_less),
    )


DEV = (
    *_sizes(1, 2, 1, "db.r5.large"),
    Mutation(
        "3.6",
        "a second instance",
        lambda aws, outputs: aws("rds").create_db_instance(
            DBInstanceIdentifier="more",
            DBClusterIdentifier=outputs["database_cluster_identifier"],
            DBInstanceClass="db.t3.medium",
            Engine="aurora-postgresql",
        ),
    ),
    *_insights(on=True),
    Mutation("3.10", "a firewall", _firewall),
    Mutation(
        "3.10",
        "GuardDuty on",
        lambda aws, outputs: aws("guardduty").create_detector(
            Enable=True,
            Tags={"Project": outputs["project"], "Environment": outputs["environment"]},
        ),
    ),
    Mutation("3.11", "database protected", _cluster(DeletionProtection=True)),
)

STAGING = (
    Mutation(
        "3.2",
        "production's addresses, too",
        lambda aws, outputs: aws("ec2").associate_vpc_cidr_block(
            VpcId=outputs["vpc_id"], CidrBlock="10.2.0.0/16"
        ),
    ),
    *_sizes(2, 4, 7, "db.r5.4xlarge"),
    Mutation("3.3", "a subnet gone", _subnet_gone),
    Mutation("3.6", "one instance", _one_instance),
    *_insights(on=False),
    Mutation("3.9", "no failover", _redis(AutomaticFailoverEnabled=False, MultiAZEnabled=False)),
    *_guards_off(),
    Mutation("3.11", "database protected", _cluster(DeletionProtection=True)),
    Mutation("3.12", "another Environment", _retag("Environment", "test")),
    Mutation("3.12", "no Owner", _retag("Owner", None)),
    Mutation("3.12", "a name without the environment", _nameless),
    Mutation("3.13", "data subnets lead to the internet", _leads_out("database")),
    Mutation("3.13", "tasks in public subnets", _service_in("public")),
    Mutation("3.13", "tasks with public addresses", _service_in("private", None, "ENABLED")),
    _opened("database reached from anywhere", "database", 5432, "0.0.0.0/0"),
    _opened("Redis reached from the VPC", "cache", 6379, "10.1.0.0/16"),
    _opened("services reached from the VPC", "service", 8080, "10.1.0.0/16"),
    _opened("load balancer open on 8080", "alb", 8080, "0.0.0.0/0"),
    _closed("database closed", "database", 5432),
    _closed("Redis closed", "cache", 6379),
    Mutation(
        "3.14",
        "services closed",
        lambda aws, outputs: close_port(
            aws, _group(outputs, "service"), int(outputs["payment_port"])
        ),
    ),
    Mutation(
        "3.14",
        "load balancer reaches the database",
        lambda aws, outputs: let_in(aws, _group(outputs, "database"), _group(outputs, "alb"), 5432),
    ),
    Mutation(
        "3.14",
        "load balancer wears another group",
        lambda aws, outputs: aws("elbv2").set_security_groups(
            LoadBalancerArn=outputs["alb_arn"], SecurityGroups=[_group(outputs, "service")]
        ),
    ),
    Mutation(
        "3.15",
        "the database's key doesn't rotate",
        lambda aws, outputs: stop_rotation(aws, outputs["database_kms_key_id"]),
    ),
    Mutation("3.15", "logs under the database's key", _logs_key("database")),
    Mutation(
        "3.15",
        "a service reads every secret",
        lambda aws, outputs: allow(aws, _role(outputs, "task"), "secretsmanager:GetSecretValue"),
    ),
    Mutation(
        "3.15",
        "a service is started with another's secret",
        lambda aws, outputs: allow(
            aws,
            _role(outputs, "execution"),
            "secretsmanager:GetSecretValue",
            outputs["database_secret_arn"],
        ),
    ),
    Mutation(
        "3.16",
        "no Container Insights",
        lambda aws, outputs: no_insights(aws, outputs["ecs_cluster_name"]),
    ),
    Mutation("3.16", "half the CPU", _task(cpu="256")),
    Mutation("3.16", "twice the memory", _task(memory="4096")),
    Mutation("3.16", "scales at 95 %", _target_tracking(95.0)),
    Mutation("3.16", "no tasks wanted", _service(desiredCount=0)),
    Mutation(
        "3.16",
        "failed deployments stay",
        _service(
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": False, "rollback": False}
            }
        ),
    ),
    Mutation("3.17", "kept a day", _cluster(BackupRetentionPeriod=1)),
    Mutation("3.17", "database in plain", _plain_database),
    Mutation("3.17", "Redis takes plain connections", _redis(TransitEncryptionMode="preferred")),
    Mutation(
        "3.18",
        "TLS 1.0",
        _listener(SslPolicy="ELBSecurityPolicy-2016-08"),
    ),
    Mutation("3.18", "HTTP stays HTTP", redirect_to_http),
    Mutation("3.18", "tasks accept TLS 1.1", _task(told("TLS_MINIMUM_VERSION", "1.1"))),
    Mutation("3.18", "a rule takes all paths", _takes_all_paths),
    Mutation("3.18", "payments have no rule", _no_rule_for_payments),
    Mutation(
        "3.18",
        "health asked elsewhere",
        lambda aws, outputs: change_target_group(
            aws, outputs["api_target_group_arn"], HealthCheckPath="/nowhere"
        ),
    ),
    Mutation(
        "3.18",
        "front door closed on 443",
        lambda aws, outputs: close_port(aws, _group(outputs, "alb"), 443),
    ),
    Mutation(
        "3.18",
        "front door closed on 80",
        lambda aws, outputs: close_port(aws, _group(outputs, "alb"), 80),
    ),
    Mutation(
        "3.19",
        "logs in plain",
        lambda aws, outputs: logs_in_plain(aws, outputs["payment_log_group_name"]),
    ),
    Mutation(
        "3.19",
        "logs kept for ever",
        lambda aws, outputs: aws("logs").delete_retention_policy(
            logGroupName=outputs["payment_log_group_name"]
        ),
    ),
    _rings("CPU: at 1000 %", "CPUUtilization", Threshold=1000.0),
    _rings("memory: when idle", "MemoryUtilization", ComparisonOperator="LessThanThreshold"),
    _rings("connections: after a day", "DatabaseConnections", Period=86400),
    _rings(
        "connections: of another cluster",
        "DatabaseConnections",
        Dimensions=[{"Name": "DBClusterIdentifier", "Value": "x"}],
    ),
    _rings("errors: never enough", "HTTPCode_Target_5XX_Count", Threshold=1e6),
    _rings(
        "latency: the fastest counts",
        "TargetResponseTime",
        Statistic="Minimum",
        ExtendedStatistic=None,
    ),
    Mutation(
        "3.19",
        "latency: silenced",
        lambda aws, outputs: silence(aws, alarm_on(aws, "TargetResponseTime")),
    ),
    Mutation("3.19", "no database on the dashboard", _board_without("AWS/RDS")),
    Mutation("3.20", "another part of the secret", _task(_other_login)),
    Mutation("3.20", "a password in plain", _task(_secret_in_plain)),
    Mutation(
        "3.20",
        "the running service reads the password",
        lambda aws, outputs: allow(
            aws,
            _role(outputs, "task"),
            "secretsmanager:GetSecretValue",
            outputs["database_secret_arn"],
        ),
    ),
)

PROD = (
    *_sizes(3, 10, 30, "db.t3.medium"),
    Mutation("3.3", "load balancer in two zones", _two_zones),
    Mutation("3.6", "one instance", _one_instance),
    *_insights(on=False),
    *_guards_off(),
    Mutation("3.11", "database unprotected", _cluster(DeletionProtection=False)),
    Mutation("3.11", "load balancer unprotected", _protected(on=False)),
)

GROUPS = (
    Group("scalepayments-dev", DEV),
    Group("scalepayments-staging", STAGING),
    Group("scalepayments-prod", PROD),
)
