"""Roles and policies: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.types.tokens import (
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

HIDDEN = ("force_detach_policies",)

MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


def _trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_role_shows_what_was_declared_and_changed(world: World) -> None:
    boundary = world.make(IAM_POLICY, name="boundary", policy=_policy("s3:*"))
    role = world.make(
        IAM_ROLE,
        name="roundtrip",
        description="For tests",
        assume_role_policy=_trust("ecs-tasks.amazonaws.com"),
        max_session_duration=7200,
        permissions_boundary=boundary.id,
        tags=TAGS,
    )
    assert role.id == "roundtrip"
    assert_shown(world, role, hidden=HIDDEN)
    world.change(
        role,
        description="For more tests",
        assume_role_policy=_trust("rds.amazonaws.com"),
        max_session_duration=3600,
        permissions_boundary=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, role, hidden=HIDDEN)
    assert_gone(world, role)
    assert_gone(world, boundary)


def test_policies_of_a_role_show_what_was_declared_and_changed(world: World) -> None:
    role = world.make(IAM_ROLE, assume_role_policy=_trust("ecs-tasks.amazonaws.com"))
    inline = world.make(
        IAM_ROLE_POLICY, name="inline", role=role.id, policy=_policy("s3:GetObject")
    )
    own = world.make(
        IAM_POLICY, name="own", description="For tests", policy=_policy("sqs:*"), tags=TAGS
    )
    attachments = [
        world.make(IAM_ROLE_POLICY_ATTACHMENT, role=role.id, policy_arn=arn)
        for arn in (own.id, MANAGED)
    ]
    assert inline.id == f"{role.id}:inline"
    assert_shown(world, inline)
    assert_shown(world, own)
    for attachment in attachments:
        assert_shown(world, attachment)
    world.change(inline, policy=_policy("s3:PutObject"))
    assert_shown(world, inline)
    for action in ("sqs:SendMessage", "sqs:A", "sqs:B", "sqs:C", "sqs:D", "sqs:E"):
        world.change(own, policy=_policy(action))
    world.change(own, tags={"Project": "roundtrip"})
    assert_shown(world, own)
    for thing in (*attachments, inline, own, role):
        assert_gone(world, thing)


def test_role_goes_with_the_policies_given_in_it(world: World) -> None:
    inline = {"name": "inline", "policy": _policy("s3:GetObject")}
    role = world.make(
        IAM_ROLE,
        assume_role_policy=_trust("ecs-tasks.amazonaws.com"),
        inline_policies=[inline],
        managed_policy_arns=[MANAGED],
    )
    iam = world.cloud.client("iam")
    assert iam.list_role_policies(RoleName=role.id)["PolicyNames"] == ["inline"]
    world.change(role, managed_policy_arns=[])
    assert iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"] == []
    assert_gone(world, role)


def test_forced_role_goes_with_what_others_attached(world: World) -> None:
    role = world.make(
        IAM_ROLE,
        assume_role_policy=_trust("ecs-tasks.amazonaws.com"),
        force_detach_policies=True,
    )
    iam = world.cloud.client("iam")
    iam.attach_role_policy(RoleName=role.id, PolicyArn=MANAGED)
    iam.put_role_policy(RoleName=role.id, PolicyName="x", PolicyDocument=_policy("s3:*"))
    assert_gone(world, role)


def test_role_of_a_service_is_nobody_elses(world: World) -> None:
    iam = world.cloud.client("iam")
    linked = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")["Role"]
    own = world.make(IAM_ROLE, name="beside-linked", assume_role_policy=_trust("ec2.amazonaws.com"))
    named = Made(IAM_ROLE, "linked", linked["RoleName"], {}, {"arn": linked["Arn"]})
    world.made.append(named)
    assert {role.id for role in world.snapshot().stack().all(IAM_ROLE)} == {own.id}


def test_exclusive_policies_leave_no_other(world: World) -> None:
    role = world.make(IAM_ROLE, assume_role_policy=_trust("ec2.amazonaws.com"))
    own = world.make(IAM_POLICY, policy=_policy("s3:GetObject"))
    iam = world.cloud.client("iam")
    iam.attach_role_policy(RoleName=role.id, PolicyArn=MANAGED)
    for name in ("kept", "other"):
        world.make(IAM_ROLE_POLICY, role=role.id, name=name, policy=_policy("s3:*"))
    attached = world.make(
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        role_name=role.id,
        policy_arns=[own["arn"]],
    )
    world.make(
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
        role_name=role.id,
        policy_names=["kept"],
    )
    listed = iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in listed] == [own["arn"]]
    assert iam.list_role_policies(RoleName=role.id)["PolicyNames"] == ["kept"]
    world.change(attached, policy_arns=[])
    world.delete(attached)
    assert iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"] == []
