"""IAM: what moto leaves out of the account's authorization details."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses


@postprocesses("iam", "GetAccountAuthorizationDetails")
def name_policies(call: Call, answer: dict[str, Any]) -> None:
    """Give managed policies their names and ids.

    AWS: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
    """
    known = call.backend("iam").managed_policies
    for item in answer["Policies"]:
        policy = known[item["Arn"]]
        item["PolicyName"] = policy.name
        item["PolicyId"] = policy.id
