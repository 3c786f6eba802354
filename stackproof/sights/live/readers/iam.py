"""Roles with their policies, and the account's own managed policies, as AWS shows them.

One listing has all of it, so no call is made per role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.iam_answers import OWN_IDENTITIES, document_text, policy_properties
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
)


def role_properties(item: Item) -> dict[str, Any]:
    """Translate what IAM says of one role, wherever it says it."""
    boundary = item.get("PermissionsBoundary") or {}
    return {
        "arn": item["Arn"],
        "assume_role_policy": document_text(item["AssumeRolePolicyDocument"]),
        "create_date": item["CreateDate"].isoformat(),
        "name": item["RoleName"],
        "path": item["Path"],
        "permissions_boundary": boundary.get("PermissionsBoundaryArn"),
        "unique_id": item["RoleId"],
    }


def _listed(item: Item, roles: Any) -> Mapping[str, Any]:
    """Give what only ListRoles says of a role."""
    if isinstance(roles, Unknown):
        return {"description": roles, "max_session_duration": roles}
    found: Item = next((r for r in roles or () if r["RoleName"] == item["RoleName"]), {})
    return {
        "description": found.get("Description", ""),
        "max_session_duration": found.get("MaxSessionDuration", 3600),
    }


def _build_role(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["Path"].startswith("/aws-service-role/"):
        return  # a service's own, which nobody can change
    name = item["RoleName"]
    data = {
        **role_properties(item),
        **_listed(item, details["roles"]),
        "tags": tag_map(item.get("Tags")),
    }
    yield _resource(IAM_ROLE, name, name, data, scope, arn=item["Arn"])
    for inline in item.get("RolePolicyList", ()):
        policy = {
            "name": inline["PolicyName"],
            "policy": document_text(inline["PolicyDocument"]),
            "role": name,
        }
        id_ = f"{name}:{inline['PolicyName']}"
        yield _resource(IAM_ROLE_POLICY, id_, inline["PolicyName"], policy, scope)
    for attached in item.get("AttachedManagedPolicies", ()):
        attachment = {"policy_arn": attached["PolicyArn"], "role": name}
        id_ = f"{name}/{attached['PolicyArn']}"
        yield _resource(IAM_ROLE_POLICY_ATTACHMENT, id_, attached["PolicyName"], attachment, scope)


def _build_policy(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    current = next(v for v in item["PolicyVersionList"] if v["IsDefaultVersion"])
    tags = details["tags"]
    data = {
        **policy_properties(item),
        "policy": document_text(current["Document"]),
        "tags": tags if isinstance(tags, Unknown) else tag_map(tags),
    }
    yield _resource(IAM_POLICY, item["Arn"], item["PolicyName"], data, scope, arn=item["Arn"])


def _resource(
    type_: str,
    id_: str,
    name: str,
    data: Mapping[str, Any],
    scope: Scope,
    *,
    arn: str | None = None,
) -> Resource:
    return Resource(data=data, type=type_, name=name, id=id_, arn=arn, account=scope.account)


READERS = (
    Reader(
        types=(IAM_ROLE, IAM_ROLE_POLICY, IAM_ROLE_POLICY_ATTACHMENT),
        listing=Ask("iam", "GetAccountAuthorizationDetails", "RoleDetailList"),
        targets=lambda scope: (OWN_IDENTITIES,),
        get_parameters=lambda id_, state: OWN_IDENTITIES,
        key=lambda item, scope: Key(
            item["RoleName"],
            item["Arn"],
            tags=tag_map(item.get("Tags")),
            # A service, or IAM Identity Center, makes and changes it. IAM User Guide, "Create a
            # service-linked role"; IAM Identity Center User Guide, "Referencing permission sets".
            others=item.get("Path", "/").startswith(("/aws-service-role/", "/aws-reserved/")),
        ),
        details={
            # The same question for each role, so it is sent once.
            "roles": Detail(Ask("iam", "ListRoles", "Roles"), lambda item: {})
        },
        build=_build_role,
        arn_service="iam",
        referenced=True,
        regional=False,
    ),
    Reader(
        types=(IAM_POLICY,),
        listing=Ask("iam", "GetAccountAuthorizationDetails", "Policies"),
        targets=lambda scope: (OWN_IDENTITIES,),
        get_parameters=lambda id_, state: OWN_IDENTITIES,
        key=lambda item, scope: Key(item["Arn"], item["Arn"], tags={}),
        details={
            # The tagging API shows global resources in us-east-1 only.
            "tags": Detail(
                Ask("iam", "ListPolicyTags", "Tags"), lambda item: {"PolicyArn": item["Arn"]}
            )
        },
        build=_build_policy,
        arn_service="iam",
        referenced=True,
        regional=False,
    ),
)
