"""A policy variable of who asks names one thing for each; one that they choose names nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.controls.iam_sensitive_actions import ESCALATION
from stackproof.model import Control, Fail, Outcome, Pass, Resource, Sight, Stack
from stackproof.reasoning.policy_documents import IDENTITY_TYPES
from stackproof.types.tokens import IAM_POLICY
from tests.unit.variants import controls

OWN_USER = "arn:aws:iam::*:user/${aws:username}"
# IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials on the
# Security credentials page", action by action.
OWN = {
    OWN_USER: [
        "iam:ChangePassword",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:DeactivateMFADevice",
        "iam:DeleteAccessKey",
        "iam:DeleteLoginProfile",
        "iam:DeleteSSHPublicKey",
        "iam:DeleteServiceSpecificCredential",
        "iam:DeleteSigningCertificate",
        "iam:EnableMFADevice",
        "iam:GetAccessKeyLastUsed",
        "iam:GetLoginProfile",
        "iam:GetSSHPublicKey",
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:ListMFADevices",
        "iam:ListSSHPublicKeys",
        "iam:ListServiceSpecificCredentials",
        "iam:ListSigningCertificates",
        "iam:ResetServiceSpecificCredential",
        "iam:ResyncMFADevice",
        "iam:UpdateAccessKey",
        "iam:UpdateLoginProfile",
        "iam:UpdateSSHPublicKey",
        "iam:UpdateServiceSpecificCredential",
        "iam:UpdateSigningCertificate",
        "iam:UploadSSHPublicKey",
        "iam:UploadSigningCertificate",
    ],
    "arn:aws:iam::*:mfa/*": ["iam:CreateVirtualMFADevice"],
    "*": ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
}
OF_WHO_ASKS = [
    "${aws:username}",
    "${aws:userid}",
    "${AWS:UserName}",
    "${aws:PrincipalTag/team}",
    "${aws:PrincipalTag/team, 'none'}",
    "${cognito-identity.amazonaws.com:sub}",
    "${saml:sub}",
    "${*}",
    "${$}",
]
CHOSEN = ["${aws:UserAgent}", "${aws:referer}", "${aws:RequestTag/team}", "${s3:prefix}"]
# By control, an action and the ARN of something of its kind.
NAMED = {
    "iam-no-escalation": ("sts:AssumeRole", "arn:aws:iam::123456789012:role/{}"),
    "iam-pass-role-limited": ("iam:PassRole", "arn:aws:iam::*:role/{}"),
    "iam-decrypt-limited": ("kms:Decrypt", "arn:aws:kms:*:*:key/{}"),
    "iam-secrets-limited": (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:*:123456789012:secret:{}",
    ),
    "iam-no-escalation-by-service": (
        "lambda:UpdateFunctionCode",
        "arn:aws:lambda:us-east-1:123456789012:function:{}",
    ),
    "iam-reads-named-data": ("s3:GetObject", "arn:aws:s3:::{}/*"),
    "iam-changes-named-things": ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/{}"),
    "iam-gives-access-to-named-things": ("kms:CreateGrant", "arn:aws:kms:*:*:key/{}"),
}


def is_about_grants(control: Control) -> bool:
    return IAM_POLICY in control.types and len(control.types) <= len(IDENTITY_TYPES)


def judged(control: str, *statements: dict[str, Any]) -> Outcome:
    document = {"Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    policy = Resource(
        {"policy": json.dumps(document)}, type=IAM_POLICY, name="p", id="p", arn="arn:p"
    )
    return catalogue()[control].outcomes(policy, Stack([policy], Sight.STATE))[""]


@controls(is_about_grants)
def test_users_may_manage_their_own_credentials(control: Control) -> None:
    for resource, actions in OWN.items():
        for action in actions:
            found = judged(control.id, {"Action": action, "Resource": resource})
            assert not isinstance(found, Fail), action


@pytest.mark.parametrize(
    "action", [a for a in ESCALATION if "User" in a and a not in OWN[OWN_USER]]
)
def test_nobody_may_widen_their_own_limits(action: str) -> None:
    found = judged("iam-no-escalation", {"Action": action, "Resource": OWN_USER})
    # A group is another kind of thing, which has no user's ARN.
    assert isinstance(found, Pass if action == "iam:AddUserToGroup" else Fail)


@pytest.mark.parametrize("variable", OF_WHO_ASKS)
@pytest.mark.parametrize("control", NAMED)
def test_a_variable_of_who_asks_names_something(control: str, variable: str) -> None:
    action, arn = NAMED[control]
    statement = {"Action": action, "Resource": arn.format(variable)}
    assert isinstance(judged(control, statement), Pass)


@pytest.mark.parametrize("variable", CHOSEN)
@pytest.mark.parametrize("control", NAMED)
def test_a_variable_that_they_choose_names_nothing(control: str, variable: str) -> None:
    action, arn = NAMED[control]
    statement = {"Action": action, "Resource": arn.format(variable)}
    assert isinstance(judged(control, statement), Fail)


@pytest.mark.parametrize("variable", [*OF_WHO_ASKS, *CHOSEN])
def test_a_folder_of_a_named_bucket_is_named(variable: str) -> None:
    resource = f"arn:aws:s3:::homes/home/{variable}/*"
    for action in ("s3:GetObject", "s3:PutObject", "s3:*"):
        for control in ("iam-reads-named-data", "iam-changes-named-things"):
            assert isinstance(judged(control, {"Action": action, "Resource": resource}), Pass)
