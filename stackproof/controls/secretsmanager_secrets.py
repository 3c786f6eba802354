"""Secrets: encrypted with a key of one's own, restorable, and for named readers only."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import at_least, each, unsaid
from stackproof.controls.support.documents import not_public
from stackproof.controls.support.keys import customer_key
from stackproof.controls.support.schedules import days_between
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
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
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import KMS_KEY, SECRET, SECRET_POLICY, SECRET_ROTATION

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
        return unsaid("it waits 30 days by default")
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


@control(
    "secretsmanager-rotates",
    title="Secrets rotate by themselves, every 90 days or more often",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=SECRET,
    needs=(SECRET_ROTATION,),
    frameworks={
        Framework.FSBP: ("SecretsManager.1", "SecretsManager.4"),
        Framework.PCI: ("8.3.9", "8.6.3"),
        Framework.NIST: ("AC-2(1)", "AC-3(15)"),
    },
    cases=Cases(
        passing=Given(
            SECRET,
            {"name": "cache"},
            (
                Neighbour(
                    "rotation",
                    SECRET_ROTATION,
                    {
                        "secret_id": Ref("subject"),
                        "rotation_rules": {"automatically_after_days": 30},
                    },
                ),
            ),
        ),
        failing=(
            Without("rotation"),
            Change("secret_id", "another", of="rotation"),
            Change("rotation_rules.automatically_after_days", 180, of="rotation"),
            Change("rotation_rules", {"schedule_expression": "rate(100 days)"}, of="rotation"),
            Change("rotation_rules", {"schedule_expression": "cron(0 8 1 1 ? *)"}, of="rotation"),
        ),
        unknown=(
            Hide("secret_id", of="rotation"),
            Hide("rotation_rules", of="rotation"),
            Hide("rotation_rules.automatically_after_days", of="rotation"),
            Change("rotation_rules", {"schedule_expression": "monthly"}, of="rotation"),
        ),
        absent=(Without("rotation"),),
        also_passing=(
            Change("rotation_rules", {"schedule_expression": "rate(10 days)"}, of="rotation"),
            Change("rotation_rules", {"schedule_expression": "cron(0 8 1 * ? *)"}, of="rotation"),
        ),
    ),
)
def rotates(
    secret: Resource, stack: Stack, *, maximum_days: Annotated[int, Range(1, 365, "days")] = 90
) -> Outcome:
    """Who has copied one can use it until it is changed, and nobody changes one by hand.

    Of a `cron` the longest time between two of its days counts, so a quarter of 92 days is too long
    for 90. Source: AWS Secrets Manager User Guide, "Schedule expressions in Secrets Manager
    rotation".
    """
    fix = f"Add an aws.secretsmanager.SecretRotation of at most {maximum_days} days."
    rotations = referrers(secret, stack, SECRET_ROTATION, "secret_id")
    if not rotations:
        return Fail("rotation", f"every {maximum_days} days or more often", None, fix)
    return each(rotations, lambda rotation: _often(rotation, maximum_days, fix))


def _often(rotation: Resource, maximum_days: int, fix: str) -> Outcome:
    path = "rotation_rules.schedule_expression"
    # AWS tells days of a schedule, too, but reckons them only after a rotation.
    schedule = rotation.text(path)
    days = (
        days_between(rotation, path)
        if schedule
        else rotation.number("rotation_rules.automatically_after_days")
    )
    if days is not None and days <= maximum_days:
        return Pass()
    return Fail("rotation_rules", f"at most {maximum_days} days", schedule or days, fix)
