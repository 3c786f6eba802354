"""ECS: settings of an account that all its users and roles get."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles


@handles("ecs", "PutAccountSettingDefault")
def put_default(call: Call) -> dict[str, Any]:
    """Set a default of the account, as the root user's own setting is.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html
    """
    name, value = call.params["name"], call.params["value"]
    call.backend("ecs").put_account_setting(name, value)
    principal = f"arn:aws:iam::{call.account}:root"
    return {"setting": {"name": name, "value": value, "principalArn": principal}}
