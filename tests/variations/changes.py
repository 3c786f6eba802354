"""What a setting decides, changed on AWS: by setting, for each system that has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import unsubscribe_all
from tests.mutations.mutation import Act, Aws
from tests.mutations.nightly import start_at

# What no call can change on what is there: it would be another thing. Wrong outputs prove these.
FIXED = frozenset(
    {
        "aws:region",
        "availability_zones",
        "backup_region",
        "cross_region_replication_region",
        "environment_suffix",
        "api_image",
        "first_image",
        "hosted_zone_id",
        "image_tag",
        "notification_image",
        "payment_image",
        "vpc_cidr",
    }
)
# What decides nothing while another setting has this value.
MOOT: Mapping[str, tuple[str, object]] = {
    "backup_region": ("enable_cross_region_replication", False),
    "guardduty_detector_id": ("environment", "dev"),
    "config_recorder_name": ("environment", "dev"),
    "audit_trail_arn": ("environment", "dev"),
}


def _tag(key: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        tag = {"Key": key, "Value": "another"}
        return aws("sns").tag_resource(ResourceArn=outputs["alerts_topic_arn"], Tags=[tag])

    return act


def _further_tag(aws: Aws, outputs: Outputs) -> object:
    keys = list(outputs.settings["tags"])[:1]
    return aws("sns").untag_resource(ResourceArn=outputs["alerts_topic_arn"], TagKeys=keys)


def _reader(aws: Aws, outputs: Outputs) -> object:
    topic = outputs["alerts_topic_arn"]
    unsubscribe_all(aws, topic)
    return aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="gone@example.com")


def _ssh(aws: Aws, outputs: Outputs) -> object:
    groups = outputs.get("security_group_ids") or {"ssh": outputs.get("web_security_group_id")}
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    return aws("ec2").authorize_security_group_ingress(
        GroupId=groups["ssh"], IpPermissions=[{**rule, "IpRanges": [{"CidrIp": "10.99.0.0/16"}]}]
    )


def _flow_log(aws: Aws, outputs: Outputs) -> object:
    """Switch flow logs the other way."""
    ec2 = aws("ec2")
    if outputs.settings["enable_flow_logs"]:
        ids = [found["FlowLogId"] for found in ec2.describe_flow_logs()["FlowLogs"]]
        return ec2.delete_flow_logs(FlowLogIds=ids)
    return ec2.create_flow_logs(
        ResourceIds=[outputs["vpc_id"]],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName=outputs["cloudwatch_log_groups"]["infrastructure"],
        DeliverLogsPermissionArn=f"arn:aws:iam::{outputs['account_id']}:role/flow-logs",
    )


def _copies(aws: Aws, outputs: Outputs) -> object:
    """Switch copying the other way."""
    s3, data = aws("s3"), outputs["s3_bucket_names"]["data"]
    if outputs.settings["enable_cross_region_replication"]:
        return s3.delete_bucket_replication(Bucket=data)
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{outputs['s3_bucket_names']['logs']}"},
    }
    role = f"arn:aws:iam::{outputs['account_id']}:role/copies"
    return s3.put_bucket_replication(
        Bucket=data, ReplicationConfiguration={"Role": role, "Rules": [rule]}
    )


def _backups(aws: Aws, outputs: Outputs) -> object:
    return aws("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["database_identifier"],
        BackupRetentionPeriod=1,
        ApplyImmediately=True,
    )


def _domain(aws: Aws, outputs: Outputs) -> object:
    """Let the domain lead to somebody else's load balancer."""
    route53, domain = aws("route53"), f"{outputs.settings['domain_name']}."
    zone = outputs.settings.get("hosted_zone_id") or outputs["hosted_zone_id"]
    listed = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    (record,) = (r for r in listed if (r["Type"], r["Name"]) == ("A", domain))
    target = {**record["AliasTarget"], "DNSName": "another.elb.amazonaws.com"}
    change = {"Action": "UPSERT", "ResourceRecordSet": {**record, "AliasTarget": target}}
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def _origin(aws: Aws, outputs: Outputs) -> object:
    api = aws("apigatewayv2")
    cors = api.get_api(ApiId=outputs["api_id"])["CorsConfiguration"]
    cors["AllowOrigins"] = ["https://another.example.org"]
    return api.update_api(ApiId=outputs["api_id"], CorsConfiguration=cors)


def _function(**changes: Any) -> Act:
    return lambda aws, outputs: aws("lambda").update_function_configuration(
        FunctionName=outputs["function_name"], **changes
    )


def _log_level(aws: Aws, outputs: Outputs) -> object:
    name = outputs["function_name"]
    held = aws("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    return _function(Environment={"Variables": {**held, "LOG_LEVEL": "ERROR"}})(aws, outputs)


def _detector(aws: Aws, outputs: Outputs) -> object:
    return aws("guardduty").update_detector(
        DetectorId=outputs["guardduty_detector_id"], Enable=False
    )


def _recorder(aws: Aws, outputs: Outputs) -> object:
    return aws("config").stop_configuration_recorder(
        ConfigurationRecorderName=outputs["config_recorder_name"]
    )


def _trail(aws: Aws, outputs: Outputs) -> object:
    return aws("cloudtrail").stop_logging(Name=outputs["audit_trail_arn"])


CHANGES: Mapping[str, Act] = {
    "guardduty_detector_id": _detector,
    "config_recorder_name": _recorder,
    "audit_trail_arn": _trail,
    "owner": _tag("Owner"),
    "cost_center": _tag("CostCenter"),
    "environment": _tag("Environment"),
    "project": _tag("Project"),
    "team": _tag("Project"),
    "tags": _further_tag,
    "alert_email": _reader,
    "allowed_cidr": _ssh,
    "enable_flow_logs": _flow_log,
    "enable_cross_region_replication": _copies,
    "db_backup_retention_days": _backups,
    "domain_name": _domain,
    "allowed_origin": _origin,
    "log_level": _log_level,
    "schedule": start_at("cron(0 5 * * ? *)"),
    "runtime": _function(Runtime="python3.14"),
}
