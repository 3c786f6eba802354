"""Defects of the base platform."""

from __future__ import annotations

from stackproof.demo.plants.base import Client, Plant, open_to_internet, stop_replication
from stackproof.outputs import Outputs


def _bucket(name: str, outputs: Outputs) -> str:
    return str(outputs["s3_bucket_names"][name])


def _delete_flow_logs(client: Client, vpc: str) -> object:
    ec2 = client("ec2")
    found = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc]}])
    return ec2.delete_flow_logs(FlowLogIds=[log["FlowLogId"] for log in found["FlowLogs"]])


def _leave_through_another_zone(client: Client, subnet: str) -> object:
    """Route a subnet through a NAT gateway that it doesn't use yet: that of another zone."""
    ec2 = client("ec2")
    (table,) = ec2.describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )["RouteTables"]
    used = {route.get("NatGatewayId") for route in table["Routes"]}
    gateways = ec2.describe_nat_gateways(Filters=[{"Name": "vpc-id", "Values": [table["VpcId"]]}])[
        "NatGateways"
    ]
    other = next(g["NatGatewayId"] for g in gateways if g["NatGatewayId"] not in used)
    return ec2.replace_route(
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=other,
    )


TAP = (
    Plant(
        "SSH opened to the internet",
        "security-group-no-internet-to-admin-ports",
        lambda outputs: str(outputs["security_group_ids"]["ssh"]),
        open_to_internet(22),
    ),
    Plant(
        "copying of the data to the other region switched off",
        "s3-replication-on",
        lambda outputs: _bucket("data", outputs),
        stop_replication,
    ),
    Plant(
        "versions of the backup, in the other region, suspended",
        "s3-bucket-versioned",
        lambda outputs: _bucket("backup", outputs),
        lambda client, bucket: client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
    ),
    Plant(
        "the record of the network's traffic deleted",
        "vpc-flow-logs",
        lambda outputs: str(outputs["vpc_id"]),
        _delete_flow_logs,
    ),
    Plant(
        "a private subnet routed through another zone's NAT gateway",
        "subnet-nat-in-same-zone",
        lambda outputs: outputs.list("private_subnet_ids")[0],
        _leave_through_another_zone,
    ),
    Plant(
        "retention of the application logs dropped",
        "cloudwatch-log-retention",
        lambda outputs: str(outputs["cloudwatch_log_groups"]["application"]),
        lambda client, group: client("logs").delete_retention_policy(logGroupName=group),
    ),
    Plant(
        "the alarm on busy processors silenced",
        "cloudwatch-alarm-has-action",
        lambda outputs: outputs.list("alarm_names")[0],
        lambda client, alarm: client("cloudwatch").disable_alarm_actions(AlarmNames=[alarm]),
    ),
)
