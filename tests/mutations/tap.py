"""The base platform, each value of its lines made untrue."""

from __future__ import annotations

from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import change_alarm, silence, unsubscribe_all
from tests.mutations.keys import (
    log_groups_key,
    no_service_may_use,
    stop_rotation,
    topics_key,
)
from tests.mutations.mutation import Act, Aws, Group, Mutation, restated
from tests.mutations.network import (
    another_zones_nat,
    close_port,
    close_ways_out,
    default_group,
    internet_gateway,
    let_in,
    let_out,
    no_route_out,
    open_port,
    public_addresses,
    route_out,
    share_route_table,
    vpc_attribute,
)
from tests.mutations.roles import allow, forbid, trust_everybody_in
from tests.mutations.storage import (
    accept_plain_http,
    allow_public,
    change_lifecycle,
    change_replication,
    encrypt_with,
    keep_logs,
    logs_in_plain,
    refuse_tls,
    suspend_versions,
)


def _vpc(outputs: Outputs) -> str:
    return str(outputs["vpc_id"])


def _public(outputs: Outputs, number: int = 0) -> str:
    return outputs.list("public_subnet_ids")[number]


def _private(outputs: Outputs, number: int = 0) -> str:
    return outputs.list("private_subnet_ids")[number]


def _group(outputs: Outputs, use: str) -> str:
    return str(outputs["security_group_ids"][use])


def _bucket(outputs: Outputs, use: str) -> str:
    return str(outputs["s3_bucket_names"][use])


def _region(outputs: Outputs, use: str) -> str:
    return str(outputs["backup_region" if use == "backup" else "region"])


def _logs(outputs: Outputs, use: str) -> str:
    return str(outputs["cloudwatch_log_groups"][use])


def _alarm(outputs: Outputs) -> str:
    return f"tap-high-cpu-{outputs['environment']}"


def _flow_log(aws: Aws, outputs: Outputs) -> dict[str, Any]:
    (found,) = aws("ec2").describe_flow_logs(
        Filters=[{"Name": "resource-id", "Values": [_vpc(outputs)]}]
    )["FlowLogs"]
    return dict(found)


def _another_flow_log(**changes: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        found = _flow_log(aws, outputs)
        aws("ec2").delete_flow_logs(FlowLogIds=[found["FlowLogId"]])
        tags = [{"ResourceType": "vpc-flow-log", "Tags": found["Tags"]}]
        changed = {key: value.format(**_names(outputs)) for key, value in changes.items()}
        return restated(
            aws("ec2"),
            "create_flow_logs",
            found,
            ResourceIds=[_vpc(outputs)],
            ResourceType="VPC",
            TagSpecifications=tags,
            LogGroupName=None,
            **changed,
        )

    return act


def _names(outputs: Outputs) -> dict[str, str]:
    logs = f"arn:aws:logs:{outputs['region']}:{outputs['account_id']}:log-group"
    return {"application": f"{logs}:{_logs(outputs, 'application')}"}


def _role(name: str, outputs: Outputs) -> str:
    return f"tap-{name}-{outputs['environment']}"


def _tag(aws: Aws, thing: str, key: str, value: str | None) -> object:
    if value is None:
        return aws("ec2").delete_tags(Resources=[thing], Tags=[{"Key": key}])
    return aws("ec2").create_tags(Resources=[thing], Tags=[{"Key": key, "Value": value}])


def _tags(key: str, value: str | None) -> Act:
    return lambda aws, outputs: _tag(aws, _vpc(outputs), key, value)


def _door(use: str, port: int, cidr: str = "10.9.0.0/16") -> tuple[Mutation, Mutation]:
    return (
        Mutation(
            "2.4",
            f"{use} closed on {port}",
            lambda aws, outputs: close_port(aws, _group(outputs, use), port),
        ),
        Mutation(
            "2.4",
            f"{use} open on {port} to {cidr}, too",
            lambda aws, outputs: open_port(aws, _group(outputs, use), port, cidr),
        ),
    )


def _kept(use: str) -> tuple[Mutation, ...]:
    return (
        Mutation(
            "2.5",
            f"{use}: encrypted by KMS",
            lambda aws, outputs: encrypt_with(
                aws, _bucket(outputs, use), "aws:kms", region=_region(outputs, use)
            ),
        ),
        Mutation(
            "2.5",
            f"{use}: public policies not blocked",
            lambda aws, outputs: allow_public(
                aws, _bucket(outputs, use), region=_region(outputs, use)
            ),
        ),
        Mutation(
            "2.5",
            f"{use}: plain HTTP accepted",
            lambda aws, outputs: accept_plain_http(
                aws, _bucket(outputs, use), region=_region(outputs, use)
            ),
        ),
        Mutation(
            "2.5",
            f"{use}: TLS refused instead",
            lambda aws, outputs: refuse_tls(
                aws, _bucket(outputs, use), region=_region(outputs, use)
            ),
        ),
    )


def _versions(use: str) -> Mutation:
    return Mutation(
        "2.5",
        f"{use}: versions suspended",
        lambda aws, outputs: suspend_versions(
            aws, _bucket(outputs, use), region=_region(outputs, use)
        ),
    )


def _plain_logs(use: str) -> Mutation:
    return Mutation(
        "2.6",
        f"{use} log group in plain",
        lambda aws, outputs: logs_in_plain(aws, _logs(outputs, use)),
    )


def _ssh_from_another_network(aws: Aws, outputs: Outputs) -> None:
    close_port(aws, _group(outputs, "ssh"), 22)
    open_port(aws, _group(outputs, "ssh"), 22, "10.0.0.0/9")


def _copies(what: str, **changes: Any) -> Mutation:
    def change(configuration: dict[str, Any]) -> None:
        for rule in configuration["Rules"]:
            rule.update(changes)

    return Mutation(
        "2.5",
        what,
        lambda aws, outputs: change_replication(aws, _bucket(outputs, "data"), change),
    )


def _copy_to_logs(aws: Aws, outputs: Outputs) -> object:
    def change(configuration: dict[str, Any]) -> None:
        for rule in configuration["Rules"]:
            rule["Destination"]["Bucket"] = f"arn:aws:s3:::{_bucket(outputs, 'logs')}"

    return change_replication(aws, _bucket(outputs, "data"), change)


def _log_objects(what: str, **changes: Any) -> Mutation:
    return Mutation(
        "2.5",
        what,
        lambda aws, outputs: change_lifecycle(
            aws, _bucket(outputs, "logs"), lambda rule: rule.update(changes)
        ),
    )


def _rings(what: str, **changes: Any) -> Mutation:
    return Mutation("2.6", what, lambda aws, outputs: change_alarm(aws, _alarm(outputs), **changes))


def _backup_elsewhere(aws: Aws, outputs: Outputs) -> None:
    bucket, region = _bucket(outputs, "backup"), "us-west-1"
    aws("s3", _region(outputs, "backup")).delete_bucket(Bucket=bucket)
    aws("s3", region).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region}
    )


def _delete_alarm(aws: Aws, outputs: Outputs) -> object:
    return aws("cloudwatch").delete_alarms(AlarmNames=[_alarm(outputs)])


def _delete_flow_log(aws: Aws, outputs: Outputs) -> object:
    return aws("ec2").delete_flow_logs(FlowLogIds=[_flow_log(aws, outputs)["FlowLogId"]])


def _subnet_that_nobody_names(aws: Aws, outputs: Outputs) -> None:
    subnet = aws("ec2").create_subnet(VpcId=_vpc(outputs), CidrBlock="10.0.99.0/24")["Subnet"]
    tags = aws("ec2").describe_subnets(SubnetIds=[_public(outputs)])["Subnets"][0]["Tags"]
    aws("ec2").create_tags(Resources=[subnet["SubnetId"]], Tags=tags)


def _group_that_nobody_names(aws: Aws, outputs: Outputs) -> None:
    ec2 = aws("ec2")
    group = ec2.create_security_group(GroupName="more", Description="more", VpcId=_vpc(outputs))[
        "GroupId"
    ]
    found = ec2.describe_security_groups(GroupIds=[_group(outputs, "web")])["SecurityGroups"]
    ec2.create_tags(Resources=[group], Tags=found[0]["Tags"])


def _delete_log_group(aws: Aws, outputs: Outputs) -> object:
    return aws("logs").delete_log_group(logGroupName=_logs(outputs, "application"))


GROUPS = (
    Group(
        "tap-production",
        (
            Mutation(
                "2.1",
                "SSH from another network",
                _ssh_from_another_network,
            ),
            Mutation("2.1", "flow logs off", _delete_flow_log),
            Mutation(
                "2.1",
                "cross-region replication off",
                lambda aws, outputs: aws("s3").delete_bucket_replication(
                    Bucket=_bucket(outputs, "data")
                ),
            ),
            Mutation("2.2", "environment not production", _tags("environment", "test")),
            Mutation("2.2", "another Environment", _tags("Environment", "test")),
            Mutation("2.2", "no Project", _tags("Project", None)),
            Mutation("2.2", "managed by hand", _tags("ManagedBy", "hand")),
            Mutation("2.2", "another Stack", _tags("Stack", "test")),
            Mutation("2.2", "no Component", _tags("Component", None)),
            Mutation(
                "2.3",
                "no DNS support",
                lambda aws, outputs: vpc_attribute(aws, _vpc(outputs), "EnableDnsSupport", False),
            ),
            Mutation(
                "2.3",
                "no DNS hostnames",
                lambda aws, outputs: vpc_attribute(aws, _vpc(outputs), "EnableDnsHostnames", False),
            ),
            Mutation(
                "2.3",
                "no public addresses in a public subnet",
                lambda aws, outputs: public_addresses(aws, _public(outputs, 1), False),
            ),
            Mutation(
                "2.3",
                "public addresses in a private subnet",
                lambda aws, outputs: public_addresses(aws, _private(outputs), True),
            ),
            Mutation(
                "2.3",
                "a private subnet leads to the internet",
                lambda aws, outputs: route_out(
                    aws, _private(outputs), GatewayId=internet_gateway(aws, _vpc(outputs))
                ),
            ),
            Mutation(
                "2.3",
                "public subnets lead nowhere",
                lambda aws, outputs: no_route_out(aws, _public(outputs)),
            ),
            Mutation(
                "2.3",
                "through another zone's NAT gateway",
                lambda aws, outputs: another_zones_nat(aws, _private(outputs)),
            ),
            Mutation(
                "2.3",
                "private subnets share a route table",
                lambda aws, outputs: share_route_table(
                    aws, _private(outputs), _private(outputs, 1)
                ),
            ),
            *_door("web", 80),
            *_door("web", 443),
            *_door("app", 8080),
            *_door("db", 3306),
            *_door("db", 5432),
            *_door("ssh", 22, "11.0.0.0/8"),
            Mutation(
                "2.4",
                "another door of the web group",
                lambda aws, outputs: open_port(aws, _group(outputs, "web"), 8443),
            ),
            Mutation(
                "2.4",
                "web servers reach databases",
                lambda aws, outputs: let_in(
                    aws, _group(outputs, "db"), _group(outputs, "web"), 3306
                ),
            ),
            Mutation(
                "2.4",
                "administrators reach nothing",
                lambda aws, outputs: close_ways_out(aws, _group(outputs, "ssh")),
            ),
            Mutation(
                "2.4",
                "databases open connections",
                lambda aws, outputs: let_out(aws, _group(outputs, "db")),
            ),
            Mutation(
                "2.4",
                "the default group lets everything in",
                lambda aws, outputs: open_port(aws, default_group(aws, _vpc(outputs)), 0, to=65535),
            ),
            *_kept("data"),
            *_kept("backup"),
            *_kept("logs"),
            _versions("data"),
            _versions("backup"),
            _copies("copies disabled", Status="Disabled"),
            _copies("only some objects copied", Filter={"Prefix": "some/"}),
            _copies("deletions copied", DeleteMarkerReplication={"Status": "Enabled"}),
            Mutation("2.5", "copied to the logs instead", _copy_to_logs),
            Mutation(
                "2.5",
                "S3 may not read what it copies",
                lambda aws, outputs: forbid(
                    aws, _role("replication", outputs), "s3:GetObjectVersionForReplication"
                ),
            ),
            Mutation(
                "2.5",
                "S3 may not write copies",
                lambda aws, outputs: forbid(
                    aws, _role("replication", outputs), "s3:ReplicateObject"
                ),
            ),
            Mutation(
                "2.5",
                "S3 may copy anything",
                lambda aws, outputs: allow(
                    aws, _role("replication", outputs), "s3:ReplicateObject"
                ),
            ),
            Mutation(
                "2.5",
                "others may take the copying role",
                lambda aws, outputs: trust_everybody_in(aws, _role("replication", outputs)),
            ),
            _log_objects("log objects kept a day longer", Expiration={"Days": 91}),
            _log_objects("log objects kept for ever", Status="Disabled"),
            _log_objects("only some log objects expire", Filter={"Prefix": "some/"}),
            Mutation(
                "2.5",
                "data expires",
                lambda aws, outputs: change_lifecycle(
                    aws,
                    _bucket(outputs, "data"),
                    lambda rule: rule.update(Expiration={"Days": 900}),
                ),
            ),
            Mutation("2.5", "backup in a third region", _backup_elsewhere),
            Mutation("2.6", "flow log deleted", _delete_flow_log),
            Mutation("2.6", "refused traffic only", _another_flow_log(TrafficType="REJECT")),
            Mutation(
                "2.6",
                "traffic to the application's log group",
                _another_flow_log(LogDestination="{application}"),
            ),
            Mutation(
                "2.6",
                "flow logs may write anywhere",
                lambda aws, outputs: allow(aws, _role("flow-logs", outputs), "logs:PutLogEvents"),
            ),
            Mutation(
                "2.6",
                "flow logs may not write",
                lambda aws, outputs: forbid(aws, _role("flow-logs", outputs), "logs:PutLogEvents"),
            ),
            Mutation(
                "2.6",
                "others may take the flow logs' role",
                lambda aws, outputs: trust_everybody_in(aws, _role("flow-logs", outputs)),
            ),
            _plain_logs("application"),
            _plain_logs("infrastructure"),
            Mutation(
                "2.6",
                "log group kept for ever",
                lambda aws, outputs: keep_logs(aws, _logs(outputs, "application"), None),
            ),
            Mutation("2.6", "no alarm", _delete_alarm),
            _rings("alarm at 1000 %", Threshold=1000.0),
            _rings("alarm when idle", ComparisonOperator="LessThanThreshold"),
            _rings("alarm after a day", Period=86400),
            _rings("alarm after many periods", EvaluationPeriods=12, DatapointsToAlarm=12),
            _rings("alarm on the least busy moment", Statistic="Minimum"),
            _rings("alarm on another namespace", Namespace="AWS/RDS"),
            _rings("alarm on another metric", MetricName="NetworkIn"),
            Mutation("2.6", "alarm silenced", lambda aws, outputs: silence(aws, _alarm(outputs))),
            Mutation(
                "2.6",
                "alarms may not use the topic's key",
                lambda aws, outputs: no_service_may_use(
                    aws, topics_key(aws, str(outputs["alerts_topic_arn"])), "cloudwatch"
                ),
            ),
            Mutation(
                "2.6",
                "logs may not use their key",
                lambda aws, outputs: no_service_may_use(
                    aws, log_groups_key(aws, _logs(outputs, "application")), "logs."
                ),
            ),
            Mutation(
                "2.6",
                "the logs' key does not rotate",
                lambda aws, outputs: stop_rotation(
                    aws, log_groups_key(aws, _logs(outputs, "application"))
                ),
            ),
            Mutation(
                "2.6",
                "alarm heard by nobody",
                lambda aws, outputs: unsubscribe_all(aws, str(outputs["alerts_topic_arn"])),
            ),
            Mutation("2.7", "a subnet that is in no output", _subnet_that_nobody_names),
            Mutation("2.7", "a group that is in no output", _group_that_nobody_names),
            Mutation("2.7", "an output of what is gone", _delete_log_group),
        ),
    ),
)
