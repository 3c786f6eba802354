"""Mutations of roles that several systems have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.mutations.mutation import Aws


def allow(aws: Aws, role: str, action: str | list[str], resource: str = "*") -> object:
    """Let a role do something more."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return aws("iam").put_role_policy(
        RoleName=role,
        PolicyName="more",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def forbid(aws: Aws, role: str, action: str) -> None:
    """Take an action out of all that a role may do."""
    iam, taken = aws("iam"), False
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in policy["Statement"]:
            actions = statement["Action"]
            listed = [actions] if isinstance(actions, str) else actions
            statement["Action"] = [item for item in listed if item != action]
            taken = taken or action in listed
        policy["Statement"] = [item for item in policy["Statement"] if item["Action"]]
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
    assert taken, f"{role} may not {action} by itself"


def trust(aws: Aws, role: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change each statement of who may take a role."""
    iam = aws("iam")
    document = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    for statement in document["Statement"]:
        change(statement)
    return iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def trust_everybody_in(aws: Aws, role: str, account: str = "999999999999") -> object:
    """Let another account take a role."""

    def change(statement: dict[str, Any]) -> None:
        statement["Principal"] = {"AWS": f"arn:aws:iam::{account}:root"}

    return trust(aws, role, change)
