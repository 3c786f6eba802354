"""IAM: AWS's own managed policies, loaded when they're named."""

from __future__ import annotations

import functools
import json
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import validates


@validates(
    "iam",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "AttachGroupPolicy",
    "GetPolicy",
    "GetPolicyVersion",
    "ListPolicyVersions",
    "ListEntitiesForPolicy",
)
def load_policy(call: Call) -> None:
    """Make the AWS-managed policy that the request names known to moto.

    moto would load all 1,400 when the first request of any service arrives, which takes a second.
    AWS: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
    """
    _load(call, [call.params["PolicyArn"].rpartition("/")[2]])


@validates("iam", "ListPolicies")
def load_all_policies(call: Call) -> None:
    """Make all AWS-managed policies known, where a listing includes them.

    The account's authorization details include only those that are attached.
    AWS: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    filters = call.params.get("Filter") or ["AWSManagedPolicy"]
    if (
        "AWSManagedPolicy" in filters
        and call.params.get("Scope") != "Local"
        and not call.params.get("OnlyAttached")
    ):
        _load(call, list(_documents()))


def _load(call: Call, names: list[str]) -> None:
    from moto.iam.models import AWSManagedPolicy

    backend = call.backend("iam")
    known = backend.managed_policies
    for name in names:
        document = _documents().get(name)
        if document is None or f"arn:aws:iam::aws:policy{document['Path']}{name}" in known:
            continue
        policy = AWSManagedPolicy.from_data(name, call.account, call.region, document)
        known[policy.arn] = policy
        backend.aws_managed_policies.append(policy)


@functools.cache
def _documents() -> dict[str, dict[str, Any]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    documents: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return documents
