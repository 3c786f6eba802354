"""IAM: permissions boundaries of users."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles, postprocesses


@postprocesses("iam", "CreateUser")
def keep_boundary(call: Call, answer: dict[str, Any]) -> None:
    """Keep the boundary that a user is created with.

    AWS: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    if "PermissionsBoundary" in call.params:
        answer["User"]["PermissionsBoundary"] = _bind(call)


@handles("iam", "PutUserPermissionsBoundary")
def put_boundary(call: Call) -> None:
    """Give a user a boundary.

    AWS: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
    """
    _bind(call)


@handles("iam", "DeleteUserPermissionsBoundary")
def delete_boundary(call: Call) -> None:
    """Take the boundary of a user away.

    AWS: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
    """
    call.backend("iam").get_user(call.params["UserName"]).permissions_boundary = None


def _bind(call: Call) -> dict[str, str]:
    boundary = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": call.params["PermissionsBoundary"],
    }
    call.backend("iam").get_user(call.params["UserName"]).permissions_boundary = boundary
    return boundary
