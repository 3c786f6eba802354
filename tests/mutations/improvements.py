"""More than was promised, made by hand: no scenario may turn red for it."""

from __future__ import annotations

import json

from stackproof.outputs import Outputs
from tests.mutations.mutation import Act, Aws, Group, Improvement


def _tags(outputs: Outputs) -> list[dict[str, str]]:
    """Give tags as the stack's own things have them, so that nobody asks whose it is."""
    told = outputs.settings
    tags = {
        "Project": outputs["project"],
        "Environment": outputs["environment"],
        "Stack": outputs["stack"],
        "ManagedBy": "hand",
        "Owner": told.get("owner", "hand"),
        "CostCenter": told.get("cost_center", "hand"),
        "Component": "more",
        "Purpose": "More",
        "Name": "more",
    }
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def _backups_kept_longer(aws: Aws, outputs: Outputs) -> object:
    return aws("rds").modify_db_cluster(
        DBClusterIdentifier=outputs["database_cluster_identifier"], BackupRetentionPeriod=35
    )


def _one_more_alarm(aws: Aws, outputs: Outputs) -> object:
    named = (outputs["project"], "more", outputs["environment"])
    if outputs["blueprint"] == "nova":  # which names the environment before the service
        named = (outputs["project"], outputs["environment"], "more")
    return aws("cloudwatch").put_metric_alarm(
        AlarmName="-".join(named),
        Namespace="App",
        MetricName="Orders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        Tags=_tags(outputs),
    )


def _one_more_permission(role: str) -> Act:
    statement = {
        "Effect": "Allow",
        "Action": "cloudwatch:PutMetricData",
        "Resource": "*",
        "Condition": {"StringEquals": {"cloudwatch:namespace": "App"}},
    }
    return lambda aws, outputs: aws("iam").put_role_policy(
        RoleName=outputs[role].rpartition("/")[2],
        PolicyName="more",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _one_more_reader(aws: Aws, outputs: Outputs) -> object:
    return aws("sns").subscribe(
        TopicArn=outputs["alerts_topic_arn"], Protocol="email", Endpoint="second@example.com"
    )


def _one_more_zone(aws: Aws, outputs: Outputs) -> object:
    first_two = ".".join(str(outputs["vpc_cidr"]).split(".")[:2])
    return aws("ec2").create_subnet(
        VpcId=outputs["vpc_id"],
        CidrBlock=f"{first_two}.250.0/24",
        AvailabilityZone=f"{outputs['region']}c",
        TagSpecifications=[{"ResourceType": "subnet", "Tags": _tags(outputs)}],
    )


def _one_more_backup_rule(aws: Aws, outputs: Outputs) -> object:
    backup, plan = aws("backup"), outputs["backup_plan_id"]
    found = backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]
    daily = {key: value for key, value in found["Rules"][0].items() if key != "RuleId"}
    monthly = {
        **daily,
        "RuleName": "monthly",
        "ScheduleExpression": "cron(0 5 1 * ? *)",
        "Lifecycle": {"DeleteAfterDays": 365},
    }
    return backup.update_backup_plan(
        BackupPlanId=plan, BackupPlan={**found, "Rules": [daily, monthly]}
    )


ANYWHERE = (
    Improvement("0.2", "one more alarm", _one_more_alarm),
    Improvement("0.2", "one more reader of the alerts", _one_more_reader),
    Improvement("0.2", "one more zone", _one_more_zone),
)
GROUPS = (
    Group(
        "scalepayments-staging",
        (),
        (
            *ANYWHERE,
            Improvement("3.7", "backups kept for 35 days", _backups_kept_longer),
            Improvement("3.15", "one more permission", _one_more_permission("api_task_role_arn")),
        ),
    ),
    Group(
        "nova-prod",
        (),
        (
            *ANYWHERE,
            Improvement("1.9", "one more backup rule", _one_more_backup_rule),
            Improvement("1.6", "one more permission", _one_more_permission("api_task_role_arn")),
        ),
    ),
    Group("cicd-prod", (), ANYWHERE),
)
