"""Instance profiles, by which instances get a role, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import IAM_INSTANCE_PROFILE, IAM_ROLE

_ARN = r"arn:[^:]+:iam::\d+:instance-profile/.+"


def profile_properties(item: Item) -> dict[str, Any]:
    """Translate what IAM says of one profile, its tags left out."""
    roles = [role["RoleName"] for role in item.get("Roles", ())]
    return {
        "arn": item["Arn"],
        "create_date": item["CreateDate"].isoformat(),
        "name": item["InstanceProfileName"],
        "path": item["Path"],
        "role": roles[0] if roles else None,
        "unique_id": item["InstanceProfileId"],
    }


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    whole, name = details["whole"], item["InstanceProfileName"]
    if whole is None:
        return
    yield Resource(
        data={
            **profile_properties(item),
            "tags": whole if isinstance(whole, Unknown) else tag_map(whole.get("Tags")),
        },
        type=IAM_INSTANCE_PROFILE,
        name=name,
        id=name,
        arn=item["Arn"],
        account=scope.account,
    )


def _if_any(scope: Scope) -> Iterable[Mapping[str, Any]]:
    """Ask where a profile is known, or where instances could get a role of the stack."""
    trusts = (str(role.raw("assume_role_policy")) for role in scope.members[IAM_ROLE])
    could = IAM_ROLE in scope.gaps or any("ec2.amazonaws.com" in trust for trust in trusts)
    return ({},) if could or scope.blind or scope.named(_ARN) else ()


READERS = (
    Reader(
        types=(IAM_INSTANCE_PROFILE,),
        listing=Ask("iam", "ListInstanceProfiles", "InstanceProfiles"),
        targets=_if_any,
        key=lambda item, scope: Key(
            item["InstanceProfileName"],
            item["Arn"],
            tags={},
            # What gives a role of the stack to instances is the stack's, too.
            parent_ids=tuple(role["Arn"] for role in item.get("Roles", ())),
        ),
        details={
            # Only the answer about a single profile has its tags.
            "whole": Detail(
                Ask("iam", "GetInstanceProfile", "InstanceProfile"),
                lambda item: {"InstanceProfileName": item["InstanceProfileName"]},
            )
        },
        build=_build,
        arn_service="iam",
        referenced=True,
        regional=False,
    ),
)
