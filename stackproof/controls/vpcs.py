"""VPCs: what is recorded of their traffic, their names, and their way to S3."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect, expect_that, some
from stackproof.controls.support.example_network import network
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.effective import whole
from stackproof.reasoning.network import ROUTE_NEIGHBOURS, Tier, route_table, tiers
from stackproof.reasoning.relations import referrers
from stackproof.types.companions import neighbours
from stackproof.types.tokens import FLOW_LOG, ROUTE_TABLE, VPC, VPC_ENDPOINT


@control(
    "vpc-flow-logs",
    title="VPCs have flow logs of all traffic",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=VPC,
    needs=(FLOW_LOG,),
    frameworks={
        Framework.FSBP: ("EC2.6",),
        Framework.CIS: ("3.7",),
        Framework.PCI: ("10.2.1", "11.5.1.1"),
        Framework.NIST: ("AU-2", "AU-12", "SI-4(17)"),
    },
    cases=Cases(
        passing=Given(
            VPC,
            {"cidr_block": "10.0.0.0/16"},
            (
                Neighbour(
                    "traffic",
                    FLOW_LOG,
                    {
                        "vpc_id": Ref("subject"),
                        "traffic_type": "ALL",
                        "log_destination_type": "cloud-watch-logs",
                        "log_destination": "arn:aws:logs:us-east-1:123456789012:log-group:flows",
                        "iam_role_arn": "arn:aws:iam::123456789012:role/flow-logs",
                    },
                ),
            ),
        ),
        failing=(
            Change("traffic_type", "ACCEPT", of="traffic"),
            Change("traffic_type", "REJECT", of="traffic"),
            Remove("log_destination", of="traffic"),
            Change("vpc_id", "vpc-other", of="traffic"),
        ),
        unknown=(Hide("traffic_type", of="traffic"), Hide("vpc_id", of="traffic")),
        absent=(Without("traffic"),),
    ),
)
def flow_logs(
    vpc: Resource,
    stack: Stack,
    *,
    traffic_types: Annotated[
        tuple[str, ...], Texts("kinds of traffic", choices=("ACCEPT", "ALL", "REJECT"), fewest=1)
    ] = ("ALL",),
) -> Outcome:
    """Security Hub is content with REJECT: allow it through `traffic_types` if that is enough."""
    fix = "Add an aws.ec2.FlowLog with traffic_type ALL and a log_destination."
    wanted = f"a flow log of {' or '.join(traffic_types)} traffic with a destination"
    return some(
        referrers(vpc, stack, FLOW_LOG, "vpc_id"),
        partial(_records, traffic_types, wanted, fix),
        Fail("id", wanted, "no flow log", fix),
    )


def _records(traffic_types: tuple[str, ...], wanted: str, fix: str, log: Resource) -> Outcome:
    if log["traffic_type"] not in traffic_types:
        return Fail(f"{log.name}.traffic_type", wanted, log["traffic_type"], fix)
    # Where a log goes is often an output; that it is given is enough.
    if not log.raw("log_destination"):
        return Fail(f"{log.name}.log_destination", wanted, None, fix)
    return Pass()


@control(
    "vpc-dns",
    title="VPCs resolve names and give names to what runs in them",
    severity=Severity.LOW,
    category=Category.NETWORK,
    types=VPC,
    cases=Cases(
        passing=Given(
            VPC,
            {
                "cidr_block": "10.0.0.0/16",
                "enable_dns_support": True,
                "enable_dns_hostnames": True,
            },
        ),
        failing=(
            Change("enable_dns_support", False),
            Change("enable_dns_hostnames", False),
            Remove("enable_dns_hostnames"),
            (Hide("enable_dns_support"), Change("enable_dns_hostnames", False)),
        ),
        unknown=(Hide("enable_dns_support"), Hide("enable_dns_hostnames")),
        also_passing=(Remove("enable_dns_support"),),
    ),
)
def dns(vpc: Resource) -> Outcome:
    """Names of databases and endpoints are found through the VPC's resolver.

    Amazon VPC User Guide, "DNS attributes in your VPC": support is on by default, host names
    are not.
    """
    fix = "Set enable_dns_support and enable_dns_hostnames to true."
    return worst(
        attempt(
            lambda: expect_that(
                vpc, "enable_dns_support", lambda on: on is not False, expected="true", fix=fix
            )
        ),
        attempt(lambda: expect(vpc, "enable_dns_hostnames", True, fix=fix)),
    )


S3_ENDPOINT = Neighbour(
    "s3",
    VPC_ENDPOINT,
    {
        "vpc_id": Ref("subject"),
        "vpc_endpoint_type": "Gateway",
        "service_name": "com.amazonaws.us-east-1.s3",
        "route_table_ids": [Ref("private-a-table"), Ref("private-b-table")],
    },
)


@control(
    "vpc-s3-endpoint",
    title="Private subnets reach S3 through a gateway endpoint, not through NAT",
    severity=Severity.LOW,
    category=Category.COST,
    types=VPC,
    needs=(
        VPC_ENDPOINT,
        *neighbours(VPC_ENDPOINT, "route_table_ids"),
        *ROUTE_NEIGHBOURS,
    ),
    cases=Cases(
        passing=Given(VPC, {"cidr_block": "10.0.0.0/16"}, (*network("vpc"), S3_ENDPOINT)),
        failing=(
            Change("route_table_ids", [Ref("private-a-table")], of="s3"),
            Change("service_name", "com.amazonaws.us-east-1.dynamodb", of="s3"),
            Change("vpc_endpoint_type", "Interface", of="s3"),
        ),
        unknown=(Hide("route_table_ids", of="s3"), Hide("service_name", of="s3")),
        absent=(Without("s3"),),
        not_applicable=((Without("private-a-out"), Without("private-b-out")),),
    ),
)
def s3_endpoint(vpc: Resource, stack: Stack) -> Outcome:
    """Traffic to S3 in the region costs nothing through a gateway endpoint."""
    private = tiers(vpc, stack).get(Tier.PRIVATE, ())
    if not private:
        return NotApplicable("no subnet uses a NAT gateway")
    endpoints = [
        whole(endpoint, stack, "route_table_ids")
        for endpoint in referrers(vpc, stack, VPC_ENDPOINT, "vpc_id")
        if str(endpoint["service_name"]).endswith(".s3")
        and endpoint["vpc_endpoint_type"] in (None, "Gateway")
    ]
    joined = {
        id(table)
        for endpoint in endpoints
        for table in stack.follow(endpoint, "route_table_ids", ROUTE_TABLE)
    }
    missing = [s.name for s in private if id(route_table(s, stack)) not in joined]
    if not missing:
        return Pass()
    return Fail(
        "id",
        "an S3 gateway endpoint in every private route table",
        f"none for {', '.join(sorted(missing))}",
        "Add an aws.ec2.VpcEndpoint of type Gateway for S3 with these route tables.",
    )
