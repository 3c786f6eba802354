"""Users, groups and what they are allowed: made, changed, deleted."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from stackproof.types.tokens import (
    IAM_ACCESS_KEY,
    IAM_GROUP,
    IAM_OIDC_PROVIDER,
    IAM_POLICY,
    IAM_USER,
    IAM_USER_GROUP_MEMBERSHIP,
)
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, assert_told


def _document(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_user_has_keys_tags_and_a_boundary(world: World) -> None:
    iam = world.cloud.client("iam")
    policy = world.make(IAM_POLICY, policy=_document("s3:*"))
    user = world.make(
        IAM_USER, path="/people/", permissions_boundary=policy.id, tags={"Team": "payments"}
    )
    assert user["arn"].endswith(f":user/people/{user.id}")
    key = world.make(IAM_ACCESS_KEY, user=user.id, status="Inactive")
    (listed,) = iam.list_access_keys(UserName=user.id)["AccessKeyMetadata"]
    assert (listed["AccessKeyId"], listed["Status"]) == (key.id, "Inactive")
    assert key["secret"]
    assert_shown(world, user, hidden=("force_destroy",))
    assert_shown(world, key)
    assert key["secret"] not in str([resource.data for resource in world.snapshot().stack()])
    world.change(key, status="Active")
    assert_shown(world, key)
    world.change(user, permissions_boundary=None, tags={"Team": "platform"})
    assert_shown(world, user, hidden=("force_destroy",))
    shown = iam.get_user(UserName=user.id)["User"]
    assert "PermissionsBoundary" not in shown
    assert shown["Tags"] == [{"Key": "Team", "Value": "platform"}]
    assert_gone(world, key)
    assert_gone(world, user)
    assert_gone(world, policy)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_user(UserName=user.id)


def test_user_goes_by_force_with_keys_of_others(world: World) -> None:
    user = world.make(IAM_USER, force_destroy=True)
    world.cloud.client("iam").create_access_key(UserName=user.id)
    world.delete(user)


def test_policies_of_users_and_groups_come_and_go(world: World) -> None:
    iam = world.cloud.client("iam")
    user, group = world.make(IAM_USER, "user"), world.make(IAM_GROUP, "group", path="/teams/")
    policy = world.make(IAM_POLICY, policy=_document("s3:*"))
    made = [
        world.make(
            "aws:iam/userPolicy:UserPolicy", user=user.id, name="own", policy=_document("sqs:*")
        ),
        world.make(
            "aws:iam/groupPolicy:GroupPolicy", group=group.id, name="own", policy=_document("s3:*")
        ),
        world.make(
            "aws:iam/userPolicyAttachment:UserPolicyAttachment", user=user.id, policy_arn=policy.id
        ),
        world.make(
            "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
            group=group.id,
            policy_arn=policy.id,
        ),
    ]
    assert_shown(world, user, hidden=("force_destroy",))
    for one in (group, *made):
        assert_shown(world, one)
    world.change(made[0], policy=_document("sns:*"))
    assert_shown(world, made[0])
    shown = iam.get_user_policy(UserName=user.id, PolicyName="own")["PolicyDocument"]
    assert shown["Statement"][0]["Action"] == "sns:*"
    assert iam.list_group_policies(GroupName=group.id)["PolicyNames"] == ["own"]
    assert iam.get_policy(PolicyArn=policy.id)["Policy"]["AttachmentCount"] == 2
    for one in (*made, policy, group, user):
        assert_gone(world, one)


def test_provider_of_identities_shows_whom_it_serves(world: World) -> None:
    provider = world.make(
        IAM_OIDC_PROVIDER,
        url="https://token.actions.githubusercontent.com",
        client_id_lists=["sts.amazonaws.com"],
        thumbprint_lists=["6938fd4d98bab03faadb97b34396831e3780aea1"],
        tags=TAGS,
    )
    assert_shown(world, provider)
    world.change(provider, thumbprint_lists=["1c58a3a8518e8759bf075b76b750d4f2df264fcd"], tags={})
    assert_shown(world, provider)
    assert_gone(world, provider)


def test_membership_is_what_was_declared_and_changed(world: World) -> None:
    iam = world.cloud.client("iam")
    first, second = world.make(IAM_USER, "first"), world.make(IAM_USER, "second")
    group, other = world.make(IAM_GROUP, "group"), world.make(IAM_GROUP, "other")

    def members() -> set[str]:
        return {user["UserName"] for user in iam.get_group(GroupName=group.id)["Users"]}

    users = world.make("aws:iam/groupMembership:GroupMembership", group=group.id, users=[first.id])
    assert members() == {first.id}
    assert_told(world, users, group=group.id, users=[first.id])
    world.change(users, users=[second.id])
    assert members() == {second.id}
    assert_told(world, users, group=group.id, users=[second.id])
    groups = world.make(
        "aws:iam/userGroupMembership:UserGroupMembership",
        user=first.id,
        groups=[group.id, other.id],
    )
    assert members() == {first.id, second.id}
    assert_told(world, groups, user=first.id, groups=sorted([group.id, other.id]))
    (shown,) = (
        one
        for one in world.snapshot().stack().around(IAM_USER_GROUP_MEMBERSHIP)
        if one.id == first.id
    )
    assert shown["groups"] == sorted([group.id, other.id])
    for made in (groups, users):
        world.delete(made)
        world.delete(made)
    assert members() == set()


def test_policy_is_attached_to_all_that_are_named(world: World) -> None:
    policy = world.make(IAM_POLICY, policy=_document("s3:*"))
    user, group = world.make(IAM_USER), world.make(IAM_GROUP)
    attachment = world.make(
        "aws:iam/policyAttachment:PolicyAttachment",
        policy_arn=policy.id,
        users=[user.id],
        groups=[group.id],
    )
    assert_told(world, attachment, policy_arn=policy.id, users=[user.id], groups=[group.id])
    iam = world.cloud.client("iam")
    count = iam.get_policy(PolicyArn=policy.id)["Policy"]["AttachmentCount"]
    world.change(attachment, groups=[])
    after = iam.get_policy(PolicyArn=policy.id)["Policy"]["AttachmentCount"]
    assert (count, after) == (2, 1)
    assert_gone(world, attachment)
    world.delete(policy)
