"""IAM: users, their keys, groups, and what both are allowed."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_USER, _GROUP = {"user": "user_name"}, {"group": "group_name"}
_DOCUMENT = {"name": "policy_name", "policy": "policy_document"}
_KEY = {**_USER, "id": "access_key_id"}

table(
    Plain(
        type="aws:iam/accessKey:AccessKey",
        service="iam",
        create=Call("create_access_key", _USER),
        also={"status": Call("update_access_key", _KEY)},
        outputs={"secret": "AccessKey.SecretAccessKey"},
        id="{answer[AccessKey][AccessKeyId]}",
        delete=Call("delete_access_key", _KEY),
        cleared={"status": "Active"},
        replace_on=frozenset({"user"}),
        secret_outputs=frozenset({"secret"}),
    ),
    Plain(
        type="aws:iam/accountAlias:AccountAlias",
        service="iam",
        create=Call("create_account_alias"),
        id="{account_alias}",
        delete=Call("delete_account_alias"),
        replace_on=frozenset({"account_alias"}),
    ),
    Plain(
        type="aws:iam/group:Group",
        service="iam",
        create=Call("create_group", {"name": "group_name"}),
        id="{name}",
        delete=Call("delete_group", {"id": "group_name"}),
        defaults={"path": "/"},
        replace_on=frozenset({"name", "path"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:iam/groupPolicy:GroupPolicy",
        service="iam",
        put=Call("put_group_policy", {**_GROUP, **_DOCUMENT}),
        id="{group}:{name}",
        delete=Call("delete_group_policy", {**_GROUP, "name": "policy_name"}),
        replace_on=frozenset({"group", "name", "name_prefix"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        service="iam",
        create=Call("attach_group_policy", _GROUP),
        id="{group}/{policy_arn}",
        delete=Call("detach_group_policy", _GROUP),
        replace_on=frozenset({"group", "policy_arn"}),
    ),
    Plain(
        type="aws:iam/userPolicy:UserPolicy",
        service="iam",
        put=Call("put_user_policy", {**_USER, **_DOCUMENT}),
        id="{user}:{name}",
        delete=Call("delete_user_policy", {**_USER, "name": "policy_name"}),
        replace_on=frozenset({"user", "name", "name_prefix"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:iam/userPolicyAttachment:UserPolicyAttachment",
        service="iam",
        create=Call("attach_user_policy", _USER),
        id="{user}/{policy_arn}",
        delete=Call("detach_user_policy", _USER),
        replace_on=frozenset({"user", "policy_arn"}),
    ),
)


@creator
class User(Creator):
    """A user."""

    type = "aws:iam/user:User"
    replace_on = frozenset({"name", "path"})
    auto_name = "name"
    auto_name_limit = 64
    defaults: ClassVar[Properties] = {"force_destroy": False, "path": "/"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the user."""
        request: dict[str, Any] = {"UserName": inputs["name"], "Path": inputs["path"]}
        if inputs.get("permissions_boundary"):
            request["PermissionsBoundary"] = inputs["permissions_boundary"]
        if inputs.get("tags"):
            request["Tags"] = tag_list(inputs["tags"])
        aws.client("iam").create_user(**request)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change boundary and tags in place."""
        iam = aws.client("iam")
        if changed(old, new, "permissions_boundary"):
            if boundary := new.get("permissions_boundary"):
                iam.put_user_permissions_boundary(UserName=id_, PermissionsBoundary=boundary)
            else:
                iam.delete_user_permissions_boundary(UserName=id_)
        retag(aws, "iam", id_, old, new, tag="tag_user", untag="untag_user")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the user; with force, also the keys that others made for it."""
        iam = aws.client("iam")
        with already_gone():
            if state.get("force_destroy"):
                for key in iam.list_access_keys(UserName=id_)["AccessKeyMetadata"]:
                    iam.delete_access_key(UserName=id_, AccessKeyId=key["AccessKeyId"])
            iam.delete_user(UserName=id_)


class _Membership(Creator):
    """Users in groups; `fixed` is the side of which there is one, `many` the other."""

    fixed: ClassVar[str]
    many: ClassVar[str]

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the users to the groups."""
        for user, group in self._pairs(inputs):
            aws.client("iam").add_user_to_group(UserName=user, GroupName=group)
        return Created(f"{inputs[self.fixed]}-{'-'.join(sorted(inputs[self.many]))}")

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Add and take out those that differ."""
        before, now = self._pairs(old), self._pairs(new)
        for user, group in before - now:
            self._take_out(aws, user, group)
        for user, group in now - before:
            aws.client("iam").add_user_to_group(UserName=user, GroupName=group)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the users out of the groups."""
        for user, group in self._pairs(state):
            self._take_out(aws, user, group)

    def _take_out(self, aws: Cloud, user: str, group: str) -> None:
        with already_gone():
            aws.client("iam").remove_user_from_group(UserName=user, GroupName=group)

    def _pairs(self, inputs: Properties) -> set[tuple[str, str]]:
        raise NotImplementedError


@creator
class GroupMembership(_Membership):
    """The users in one group."""

    type = "aws:iam/groupMembership:GroupMembership"
    replace_on = frozenset({"group", "name"})
    auto_name = "name"
    fixed, many = "group", "users"

    def _pairs(self, inputs: Properties) -> set[tuple[str, str]]:
        return {(user, inputs["group"]) for user in inputs["users"]}


@creator
class UserGroupMembership(_Membership):
    """The groups that one user is in."""

    type = "aws:iam/userGroupMembership:UserGroupMembership"
    replace_on = frozenset({"user"})
    fixed, many = "user", "groups"

    def _pairs(self, inputs: Properties) -> set[tuple[str, str]]:
        return {(inputs["user"], group) for group in inputs["groups"]}
