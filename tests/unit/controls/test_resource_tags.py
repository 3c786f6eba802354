"""Which controls on named things take a condition on tags for a name, and which conditions."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Fail, Pass
from tests.unit.controls.test_policy_variables import judged

# By control, an action; and whether the tags of what it is done to count.
ACTIONS = {
    "iam-secrets-limited": ("secretsmanager:GetSecretValue", True),
    "iam-no-escalation": ("sts:AssumeRole", True),
    "iam-no-escalation-by-service": ("lambda:UpdateFunctionCode", True),
    "iam-reads-named-data": ("dynamodb:GetItem", True),
    "iam-changes-named-things": ("dynamodb:PutItem", True),
    "iam-gives-access-to-named-things": ("kms:CreateGrant", True),
    # Security Hub's KMS.1 and KMS.2 count none; AWS says not to rely on those of roles.
    "iam-decrypt-limited": ("kms:Decrypt", False),
    "iam-pass-role-limited": ("iam:PassRole", False),
}
NAMING: list[dict[str, Any]] = [
    {"StringEquals": {"aws:ResourceTag/app": "orders"}},
    {"StringEquals": {"AWS:ResourceTag/app": "${aws:PrincipalTag/app}"}},
    {"StringEqualsIgnoreCase": {"aws:ResourceTag/app": ["orders", "payments"]}},
    {"StringLike": {"aws:ResourceTag/app": "orders-*"}},
    {"ForAnyValue:StringEquals": {"aws:ResourceTag/app": "orders"}},
]
NAMING_NOTHING: list[dict[str, Any]] = [
    {"StringEquals": {"aws:PrincipalTag/app": "orders"}},
    {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"Null": {"aws:ResourceTag/app": "false"}},
    {"StringEqualsIfExists": {"aws:ResourceTag/app": "orders"}},
    {"ForAllValues:StringEquals": {"aws:ResourceTag/app": "orders"}},
]
OF_A_SERVICE = [
    ("iam-secrets-limited", "secretsmanager:ResourceTag/app", True),
    ("iam-secrets-limited", "secretsmanager:VersionStage", False),
    ("iam-no-escalation", "iam:ResourceTag/app", True),
    ("iam-no-escalation", "sts:RoleSessionName", False),
    ("iam-no-escalation", "sts:ExternalId", False),
    ("iam-reads-named-data", "dynamodb:ResourceTag/app", True),
    ("iam-pass-role-limited", "iam:PassedToService", False),
]


@pytest.mark.parametrize("condition", NAMING, ids=str)
@pytest.mark.parametrize("control", ACTIONS)
def test_tags_name_what_is_acted_on(control: str, condition: dict[str, Any]) -> None:
    action, counts = ACTIONS[control]
    found = judged(control, {"Action": action, "Resource": "*", "Condition": condition})
    assert isinstance(found, Pass if counts else Fail)


@pytest.mark.parametrize("condition", NAMING_NOTHING, ids=str)
@pytest.mark.parametrize("control", ACTIONS)
def test_other_conditions_name_nothing(control: str, condition: dict[str, Any]) -> None:
    statement = {"Action": ACTIONS[control][0], "Resource": "*", "Condition": condition}
    assert isinstance(judged(control, statement), Fail)


@pytest.mark.parametrize(("control", "key", "counts"), OF_A_SERVICE)
def test_keys_of_a_service(control: str, key: str, counts: bool) -> None:
    condition = {"StringEquals": {key: "orders"}}
    statement = {"Action": ACTIONS[control][0], "Resource": "*", "Condition": condition}
    assert isinstance(judged(control, statement), Pass if counts else Fail)
