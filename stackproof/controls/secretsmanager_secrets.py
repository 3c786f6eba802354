"""Secrets: encrypted with a key of one's own, restorable, and for named readers only."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import at_least
from stackproof.controls.support.documents import not_public
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.model.parameter import Range
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types.tokens import KMS_KEY, SECRET, SECRET_POLICY

READER = Json(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:role/api"},
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
            }
        ]
    }
)


@control(
    "secretsmanager-customer-key",
    title="Secrets are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SECRET,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1", "8.3.2"), Framework.NIST: ("SC-12", "SC-28(1)")},
    cases=Cases(
        passing=Given(
            SECRET,
            {"kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "secrets"}),),
        ),
        failing=(Remove("kms_key_id"), Change("kms_key_id", "alias/aws/secretsmanager")),
        unknown=(Hide("kms_key_id"),),
        absent=(Without("key"),),
    ),
)
def secret_key(secret: Resource, stack: Stack) -> Outcome:
    """With the key of AWS, whoever may read the secret needs no second permission."""
    return customer_key(secret, stack, "kms_key_id")


@control(
    "secretsmanager-recovery-window",
    title="Deleted secrets can be restored for at least a week",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=SECRET,
    frameworks={Framework.NIST: ("CP-9",)},
    cases=Cases(
        passing=Given(SECRET, {"recovery_window_in_days": 7}),
        failing=(Change("recovery_window_in_days", 0),),
        unknown=(Hide("recovery_window_in_days"),),
        also_passing=(Change("recovery_window_in_days", 30),),
        not_applicable=(Remove("recovery_window_in_days"),),
    ),
)
def recovery_window(
    secret: Resource, *, minimum_days: Annotated[int, Range(7, 30, "days")] = 7
) -> Outcome:
    """0 deletes at once and for ever.

    AWS takes the number at the deletion, 30 when none is given, so only programs tell.
    """
    if secret["recovery_window_in_days"] is None:
        return NotApplicable("not said; AWS waits 30 days by default")
    return at_least(
        secret,
        "recovery_window_in_days",
        minimum_days,
        unit="days",
        fix=f"Set recovery_window_in_days to {minimum_days} or more.",
    )


@control(
    "secretsmanager-policy-not-public",
    title="Resource policies let no stranger read secrets",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=(SECRET, SECRET_POLICY),
    needs=(SECRET, SECRET_POLICY),
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(
            SECRET,
            {"name": "cache"},
            (
                Neighbour(
                    "policy", SECRET_POLICY, {"secret_arn": Ref("subject", "arn"), "policy": READER}
                ),
            ),
        ),
        failing=(
            Change("policy.Statement.0.Principal", "*", of="policy"),
            Change("policy", '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}}}'),
        ),
        unknown=(Hide("policy", of="policy"), Hide("policy")),
        absent=((Without("policy"), Hide("policy")),),
        not_applicable=(Without("policy"),),
    ),
)
def policy_not_public(secret: Resource, stack: Stack) -> Outcome:
    """Without a policy only the account's own identities can be allowed to read."""
    return not_public(
        resource_policy(secret, stack),
        expected="named principals",
        fix="Name the principals that may read the secret.",
    )
