"""Who is in a group and who has a policy, each as a whole, as AWS shows it.

The AWS provider makes up the ids of all, so they are asked for where the state names them.
"""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import IAM_GROUP_MEMBERSHIP, IAM_POLICY_ATTACHMENT

_HOLDERS = {
    "groups": ("PolicyGroups", "GroupName"),
    "roles": ("PolicyRoles", "RoleName"),
    "users": ("PolicyUsers", "UserName"),
}


def _build_members(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    group = item["Group"]["GroupName"]
    users = sorted(user["UserName"] for user in item.get("Users") or ())
    yield Resource(
        data={"group": group, "users": users},
        type=IAM_GROUP_MEMBERSHIP,
        name=group,
        id=group,
        account=scope.account,
    )


def _build_attachment(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["PolicyArn"]
    holders = {
        name: sorted(holder[of] for holder in item.get(member) or ())
        for name, (member, of) in _HOLDERS.items()
    }
    if any(holders.values()):
        yield Resource(
            data={"policy_arn": arn, **holders},
            type=IAM_POLICY_ATTACHMENT,
            name=arn.rpartition("/")[2],
            id=arn,
            account=scope.account,
        )


READERS = (
    Reader(
        types=(IAM_GROUP_MEMBERSHIP,),
        listing=Ask("iam", "GetGroup"),
        targets=lambda scope: (),
        get_parameters=lambda id_, state: {"GroupName": state["group"]},
        key=lambda item, scope: Key(item["Group"]["GroupName"], tags={}),
        build=_build_members,
        arn_service="iam",
        referenced=True,
        regional=False,
        known_by={IAM_GROUP_MEMBERSHIP: ("group",)},
    ),
    Reader(
        types=(IAM_POLICY_ATTACHMENT,),
        listing=Ask("iam", "ListEntitiesForPolicy"),
        targets=lambda scope: (),
        get_parameters=lambda id_, state: {"PolicyArn": state["policy_arn"]},
        key=lambda item, scope: Key(item["PolicyArn"], tags={}),
        build=_build_attachment,
        arn_service="iam",
        parent_fields=("PolicyArn",),
        referenced=True,
        regional=False,
        known_by={IAM_POLICY_ATTACHMENT: ("policy_arn",)},
    ),
)
