from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stackproof.embedded.server.control import Server, copied

Client = Any
Clients = Callable[..., Client]


@pytest.fixture(scope="session")
def server(blank: Server) -> Iterator[Server]:
    """One embedded AWS for all tests: they use names of their own."""
    with copied(blank) as running:
        yield running


@pytest.fixture(scope="session")
def aws(server: Server) -> Clients:
    """Make boto3 clients of the embedded AWS: `aws("ec2")`."""
    made: dict[tuple[str, str, bool], Client] = {}

    def client(service: str, region: str = "us-east-1", *, retry: bool = True) -> Client:
        key = (service, region, retry)
        if key not in made:
            make: Any = boto3.client
            made[key] = make(
                service,
                region_name=region,
                endpoint_url=server.endpoint,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
                config=Config(
                    inject_host_prefix=False,
                    retries={"mode": "standard", "total_max_attempts": 3 if retry else 1},
                ),
            )
        return made[key]

    return client


@pytest.fixture(scope="session")
def network(aws: Clients) -> dict[str, Any]:
    """A VPC with two subnets in two zones, and a security group."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-east-1{z}")
        for n, z in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="app", Description="app", VpcId=vpc)
    return {
        "vpc": vpc,
        "subnets": [subnet["Subnet"]["SubnetId"] for subnet in subnets],
        "group": group["GroupId"],
    }
