"""Users, their groups, and the policies of both, as AWS shows them; of keys, never the secret.

One listing has all but the keys, the same that has roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import time_text
from stackproof.sights.live.iam_answers import OWN_IDENTITIES, document_text
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    IAM_ACCESS_KEY,
    IAM_GROUP,
    IAM_GROUP_POLICY,
    IAM_GROUP_POLICY_ATTACHMENT,
    IAM_USER,
    IAM_USER_GROUP_MEMBERSHIP,
    IAM_USER_POLICY,
    IAM_USER_POLICY_ATTACHMENT,
)


def _build_user(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["UserName"]
    data = {
        "arn": item["Arn"],
        "name": name,
        "path": item["Path"],
        "permissions_boundary": (item.get("PermissionsBoundary") or {}).get(
            "PermissionsBoundaryArn"
        ),
        "unique_id": item["UserId"],
        "tags": tag_map(item.get("Tags")),
    }
    yield _resource(scope, IAM_USER, name, data, name=name, arn=item["Arn"])
    policies = item.get("UserPolicyList") or ()
    yield from _inline(scope, IAM_USER_POLICY, "user", name, policies)
    attached = item.get("AttachedManagedPolicies") or ()
    yield from _attached(scope, IAM_USER_POLICY_ATTACHMENT, "user", name, attached)
    if groups := sorted(item.get("GroupList") or ()):
        membership = {"user": name, "groups": groups}
        yield _resource(scope, IAM_USER_GROUP_MEMBERSHIP, name, membership, name=name)
    keys = details["keys"]
    for key in () if isinstance(keys, Unknown) else keys or ():
        id_ = key["AccessKeyId"]
        told = {"create_date": time_text(key["CreateDate"]), "status": key["Status"]}
        yield _resource(scope, IAM_ACCESS_KEY, id_, {"user": name, **told}, name=name)


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["GroupName"]
    data = {
        "arn": item["Arn"],
        "name": name,
        "path": item["Path"],
        "unique_id": item["GroupId"],
    }
    yield _resource(scope, IAM_GROUP, name, data, name=name, arn=item["Arn"])
    policies = item.get("GroupPolicyList") or ()
    yield from _inline(scope, IAM_GROUP_POLICY, "group", name, policies)
    attached = item.get("AttachedManagedPolicies") or ()
    yield from _attached(scope, IAM_GROUP_POLICY_ATTACHMENT, "group", name, attached)


def _inline(
    scope: Scope, type_: str, kind: str, holder: str, policies: Iterable[Item]
) -> Iterator[Resource]:
    for policy in policies:
        name = policy["PolicyName"]
        data = {"name": name, "policy": document_text(policy["PolicyDocument"]), kind: holder}
        yield _resource(scope, type_, f"{holder}:{name}", data, name=name)


def _attached(
    scope: Scope, type_: str, kind: str, holder: str, policies: Iterable[Item]
) -> Iterator[Resource]:
    for policy in policies:
        data = {"policy_arn": policy["PolicyArn"], kind: holder}
        id_ = f"{holder}/{policy['PolicyArn']}"
        yield _resource(scope, type_, id_, data, name=policy["PolicyName"])


def _resource(
    scope: Scope,
    type_: str,
    id_: str,
    data: Mapping[str, Any],
    *,
    name: str,
    arn: str | None = None,
) -> Resource:
    return Resource(data=data, type=type_, name=name, id=id_, arn=arn, account=scope.account)


READERS = (
    Reader(
        types=(
            IAM_USER,
            IAM_USER_GROUP_MEMBERSHIP,
            IAM_USER_POLICY,
            IAM_USER_POLICY_ATTACHMENT,
            IAM_ACCESS_KEY,
        ),
        listing=Ask("iam", "GetAccountAuthorizationDetails", "UserDetailList"),
        targets=lambda scope: (OWN_IDENTITIES,),
        get_parameters=lambda id_, state: OWN_IDENTITIES,
        key=lambda item, scope: Key(item["UserName"], item["Arn"], tags=tag_map(item.get("Tags"))),
        details={
            "keys": Detail(
                Ask("iam", "ListAccessKeys", "AccessKeyMetadata"),
                lambda item: {"UserName": item["UserName"]},
                provides=(IAM_ACCESS_KEY,),
            )
        },
        build=_build_user,
        arn_service="iam",
        referenced=True,
        regional=False,
        # The AWS provider makes up its id.
        known_by={IAM_USER_GROUP_MEMBERSHIP: ("user",)},
    ),
    Reader(
        types=(IAM_GROUP, IAM_GROUP_POLICY, IAM_GROUP_POLICY_ATTACHMENT),
        listing=Ask("iam", "GetAccountAuthorizationDetails", "GroupDetailList"),
        targets=lambda scope: (OWN_IDENTITIES,),
        get_parameters=lambda id_, state: OWN_IDENTITIES,
        key=lambda item, scope: Key(item["GroupName"], item["Arn"], tags={}),
        build=_build_group,
        arn_service="iam",
        referenced=True,
        regional=False,
    ),
)
