"""Plant: a defect that the demonstration makes through one plain boto3 call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stackproof.outputs import Outputs

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """A defect: what is broken, on which resource, and the control that must see it."""

    what: str
    control: str
    resource: Callable[[Outputs], str]
    act: Callable[[Client, str], object]


def open_to_internet(port: int) -> Callable[[Client, str], object]:
    """Give the act that lets the internet reach a TCP port of a security group."""

    def act(client: Client, group: str) -> object:
        return client("ec2").authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                }
            ],
        )

    return act


def stop_replication(client: Client, bucket: str) -> object:
    """Disable the rules by which a bucket is copied."""
    s3 = client("s3")
    found = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
    for rule in found["Rules"]:
        rule["Status"] = "Disabled"
    return s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=found)
