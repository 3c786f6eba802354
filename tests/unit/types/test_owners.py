"""Whose a part is: by what it is called, and by its fingerprint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.model import Resource
from stackproof.types import tokens as t
from stackproof.types.owners import owner_name, owner_of, owning_property
from stackproof.types.table import type_of
from stackproof.verify import reach

# Read types without an ARN that are no part of anything, and why one id is enough.
ALONE = {
    **dict.fromkeys(
        (
            "aws:apigateway/account:Account",
            "aws:cfg/deliveryChannel:DeliveryChannel",
            "aws:cfg/recorder:Recorder",
            "aws:cfg/recorderStatus:RecorderStatus",
            "aws:ebs/encryptionByDefault:EncryptionByDefault",
            "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
            "aws:ecr/registryPolicy:RegistryPolicy",
            "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
            "aws:ecr/replicationConfiguration:ReplicationConfiguration",
            "aws:ecs/accountSettingDefault:AccountSettingDefault",
            "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        ),
        "there is one in an account and region, or one of its name",
    ),
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": "its id begins with that of the image",
    **dict.fromkeys(
        (
            "aws:ec2/natGateway:NatGateway",
            "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
            "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        ),
        "EC2 gives it an id of its own",
    ),
    **dict.fromkeys(
        (
            "aws:cloudwatch/dashboard:Dashboard",
            "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
            "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
            "aws:dms/endpoint:Endpoint",
            "aws:dms/replicationInstance:ReplicationInstance",
            "aws:iam/policyAttachment:PolicyAttachment",
        ),
        "its name is unique in the account",
    ),
}


def test_part_without_an_arn_has_an_owner() -> None:
    without = {
        type_
        for type_ in reach().readable
        if (known := type_of(type_)) and "arn" not in known.shape.kinds
    }
    assert sorted(x for x in without if owning_property(x) is None) == sorted(ALONE)


@pytest.mark.parametrize(
    ("type_", "property_", "value", "name"),
    [
        (
            t.LAMBDA_PERMISSION,
            "function",
            "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            "orders",
        ),
        (t.APIGATEWAY_STAGE, "rest_api", "a1b2c3", "a1b2c3"),
        (
            "aws:sqs/queuePolicy:QueuePolicy",
            "queue_url",
            "https://sqs.eu-west-1.amazonaws.com/1/jobs",
            "jobs",
        ),
        (
            t.SNS_SUBSCRIPTION,
            "topic",
            "arn:aws:sns:eu-west-1:123456789012:alarms",
            "alarms",
        ),
        (t.IAM_ROLE_POLICY, "role", "robot", "robot"),
    ],
)
def test_owner_is_called_as_people_call_it(
    type_: str, property_: str, value: str, name: str
) -> None:
    part = Resource({property_: value}, type=type_, name="part", id="part")
    assert owner_of(part) == value
    assert owner_name(part) == name


def test_owner_that_is_made_with_the_part_is_known_by_its_urn() -> None:
    urn = "urn:pulumi:dev::shop::aws:lambda/function:Function::orders"
    part = Resource({}, type=t.LAMBDA_PERMISSION, name="w", references={"function": (urn,)})
    assert (owner_of(part), owner_name(part)) == (urn, "orders")


@pytest.mark.parametrize(
    ("type_", "property_"), [(t.S3_BUCKET, "bucket"), (t.RDS_CLUSTER, "cluster_identifier")]
)
def test_what_names_itself_is_no_part(type_: str, property_: str) -> None:
    one = Resource({property_: "main-4bec0f9"}, type=type_, name="main", id=None)
    assert owner_of(one) is None


def test_what_says_its_owner_itself_has_none_to_add() -> None:
    policy = Resource({"role": "robot"}, type=t.IAM_ROLE_POLICY, name="robot:read", id="robot:read")
    assert owner_name(policy) is None


def test_parts_of_one_id_have_two_identities() -> None:
    parts = [
        replace(part, owner=owner_of(part))
        for function in ("orders", "bills")
        for part in [Resource({"function": function}, type=t.LAMBDA_PERMISSION, name="w", id="w")]
    ]
    one, two = (part.identity for part in parts)
    assert one != two
