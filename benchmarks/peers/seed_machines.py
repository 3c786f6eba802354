"""Seeded networks, machines, functions and who may use them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.peers.seeding import ACCOUNT, PAIRS, REGION, TAGS, Make, client


def _specified(kind: str) -> list[Mapping[str, Any]]:
    return [{"ResourceType": kind, "Tags": PAIRS}]


def vpc() -> Make:
    """Give what makes a VPC, with what AWS makes in it."""
    ec2 = client("ec2")

    def make(number: int) -> None:
        ec2.create_vpc(CidrBlock=f"10.{number % 256}.0.0/16", TagSpecifications=_specified("vpc"))

    return make


def _own_vpc() -> str:
    tagged = [{"Name": "tag:Project", "Values": [TAGS["Project"]]}]
    return str(client("ec2").describe_vpcs(Filters=tagged)["Vpcs"][0]["VpcId"])


def security_group() -> Make:
    """Give what makes a group in the first of the VPCs, open to all or to the network."""
    ec2 = client("ec2")

    def make(number: int) -> None:
        group = ec2.create_security_group(
            GroupName=f"group-{number}",
            Description="compared",
            VpcId=_own_vpc(),
            TagSpecifications=_specified("security-group"),
        )["GroupId"]
        port, source = (443, "10.0.0.0/8") if number % 2 else (22, "0.0.0.0/0")
        ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp=source
        )

    return make


def volume() -> Make:
    """Give what makes a volume."""
    ec2 = client("ec2")

    def make(number: int) -> None:
        ec2.create_volume(
            AvailabilityZone=f"{REGION}a",
            Size=8,
            Encrypted=bool(number % 2),
            TagSpecifications=_specified("volume"),
        )

    return make


def instance() -> Make:
    """Give what makes an instance of no VPC of its own."""
    ec2 = client("ec2")

    def make(number: int) -> None:
        ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            MetadataOptions={"HttpTokens": "required" if number % 2 else "optional"},
            TagSpecifications=_specified("instance"),
        )

    return make


def load_balancer() -> Make:
    """Give what makes a load balancer in the default subnets."""
    ec2, elbv2 = client("ec2"), client("elbv2")
    subnets = [
        subnet["SubnetId"]
        for subnet in ec2.describe_subnets(
            Filters=[{"Name": "default-for-az", "Values": ["true"]}]
        )["Subnets"]
    ]

    def make(number: int) -> None:
        elbv2.create_load_balancer(Name=f"balancer-{number}", Subnets=subnets[:2], Tags=PAIRS)

    return make


def role() -> Make:
    """Give what makes a role that functions can take."""
    iam = client("iam")
    said = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [said]})

    def make(number: int) -> None:
        name = f"role-{number}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=PAIRS)
        policy = "ReadOnlyAccess" if number % 2 else "AdministratorAccess"
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")

    return make


def _first_role(roles: Callable[..., Any]) -> str:
    named = (str(role["RoleName"]) for role in roles(MaxItems=20)["Roles"])
    return next(name for name in named if name.startswith("role-"))


def function() -> Make:
    """Give what makes a function of one of the roles."""
    lambda_, roles = client("lambda"), client("iam").list_roles
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event\n")

    def make(number: int) -> None:
        name = f"function-{number}"
        lambda_.create_function(
            FunctionName=name,
            Runtime="python3.13" if number % 2 else "python3.8",
            Role=f"arn:aws:iam::{ACCOUNT}:role/{_first_role(roles)}",
            Handler="index.handler",
            Code={"ZipFile": packed.getvalue()},
            TracingConfig={"Mode": "Active" if number % 2 else "PassThrough"},
            Tags=TAGS,
        )

    return make


def user() -> Make:
    """Give what makes a user with a key or a password."""
    iam = client("iam")

    def make(number: int) -> None:
        name = f"user-{number}"
        iam.create_user(UserName=name, Tags=PAIRS)
        if number % 2:
            iam.create_access_key(UserName=name)
        else:
            iam.create_login_profile(UserName=name, Password="Compared-2-others!")

    return make


def database() -> Make:
    """Give what makes a database."""
    rds = client("rds")

    def make(number: int) -> None:
        rds.create_db_instance(
            DBInstanceIdentifier=f"database-{number}",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="compared",
            ManageMasterUserPassword=True,
            StorageEncrypted=bool(number % 2),
            MultiAZ=bool(number % 2),
            PubliclyAccessible=not number % 2,
            DeletionProtection=bool(number % 2),
            BackupRetentionPeriod=7 if number % 2 else 0,
            Tags=PAIRS,
        )

    return make
