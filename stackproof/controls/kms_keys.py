"""Customer managed keys: they rotate, cannot vanish, and belong to nobody else."""

from __future__ import annotations

from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import (
    NON_PRODUCTION,
    at_least,
    expect_number,
    expect_that,
    unsaid,
)
from stackproof.controls.support.documents import not_public
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
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
    With,
    Without,
)
from stackproof.model.parameter import Range
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.reasoning.relations import referrers
from stackproof.types.companions import neighbours
from stackproof.types.tokens import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY, KMS_KEY_POLICY

POLICY_APART = neighbours(KMS_KEY, "policy")

OWNER_ONLY = Json(
    {
        "Statement": [
            {
                "Sid": "Owner",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ]
    }
)


EVERYBODY = Json({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]})


def apart(key: Any, policy: Json) -> With:
    """Give a policy of a key in a resource of its own."""
    return With(Neighbour("apart", KMS_KEY_POLICY, {"key_id": key, "policy": policy}))


@control(
    "kms-key-rotation",
    title="Customer managed keys rotate by themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=KMS_KEY,
    frameworks={
        Framework.SECURITY_HUB: ("KMS.4",),
        Framework.CIS: ("3.6",),
        Framework.PCI: ("3.7.4",),
        Framework.NIST: ("SC-12",),
    },
    cases=Cases(
        passing=Given(KMS_KEY, {"enable_key_rotation": True}),
        failing=(
            Change("enable_key_rotation", False),
            Remove("enable_key_rotation"),
            Change("rotation_period_in_days", 1000),
        ),
        unknown=(Hide("enable_key_rotation"), Hide("rotation_period_in_days")),
        also_passing=(Change("rotation_period_in_days", 90),),
        not_applicable=(
            Change("customer_master_key_spec", "RSA_4096"),
            Change("key_usage", "GENERATE_VERIFY_MAC"),
            Change("custom_key_store_id", "cks-1234"),
        ),
    ),
)
def rotation(
    key: Resource, *, maximum_days: Annotated[int, Range(90, 2560, "days")] = 366
) -> Outcome:
    """Only symmetric keys that KMS made itself can rotate; the default period is a year.

    Source: AWS KMS Developer Guide, "Rotate AWS KMS keys".
    """
    symmetric = key["customer_master_key_spec"] in (None, "SYMMETRIC_DEFAULT")
    if not symmetric or key["key_usage"] not in (None, "ENCRYPT_DECRYPT"):
        return NotApplicable("only symmetric encryption keys can rotate by themselves")
    if key["custom_key_store_id"]:
        return NotApplicable("keys of custom key stores can't rotate by themselves")
    if key["enable_key_rotation"] is not True:
        return Fail(
            "enable_key_rotation",
            "true",
            key["enable_key_rotation"],
            "Set enable_key_rotation to true.",
        )
    return expect_number(
        key,
        "rotation_period_in_days",
        lambda days: days is None or days <= maximum_days,
        f"at most {maximum_days} days",
        fix="Shorten rotation_period_in_days.",
    )


@control(
    "kms-key-deletion-window",
    title="Deleted keys can be brought back for long enough",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=KMS_KEY,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("SC-12(1)", "CP-9")},
    cases=Cases(
        passing=Given(KMS_KEY, {"deletion_window_in_days": 30}),
        failing=(Change("deletion_window_in_days", 7),),
        unknown=(Hide("deletion_window_in_days"),),
        not_applicable=(
            Remove("deletion_window_in_days"),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def deletion_window(
    key: Resource, *, minimum_days: Annotated[int, Range(8, 30, "days")] = 14
) -> Outcome:
    """With the key goes everything it encrypted; the request is often noticed late.

    AWS takes the number at the deletion, 30 when none is given, so only programs tell.
    """
    if key["deletion_window_in_days"] is None:
        return unsaid("it waits 30 days by default")
    return at_least(
        key,
        "deletion_window_in_days",
        minimum_days,
        unit="days",
        fix=f"Set deletion_window_in_days to {minimum_days} or more, at most 30.",
    )


@control(
    "kms-key-enabled",
    title="Customer managed keys are enabled and not waiting for deletion",
    severity=Severity.CRITICAL,
    category=Category.DR,
    family=Family.ENCRYPTION,
    types=(KMS_KEY, KMS_EXTERNAL_KEY),
    frameworks={Framework.FSBP: ("KMS.3",), Framework.NIST: ("SC-12",)},
    cases=Cases(
        passing=Given(KMS_KEY, {"is_enabled": True}),
        failing=(Change("is_enabled", False),),
        unknown=(Hide("is_enabled"),),
        also_passing=(Remove("is_enabled"),),
    ),
)
def enabled(key: Resource) -> Outcome:
    """A key that waits for its deletion is disabled already: what it encrypts can't be read."""
    return expect_that(
        key,
        "is_enabled" if key.type == KMS_KEY else "enabled",
        lambda value: value is not False,
        expected="true",
        fix="Cancel the deletion (kms cancel-key-deletion) and enable the key.",
    )


@control(
    "kms-key-policy-not-public",
    title="Key policies let no stranger use the key",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=(KMS_KEY, KMS_EXTERNAL_KEY, *POLICY_APART),
    needs=(KMS_KEY, *POLICY_APART),
    frameworks={
        Framework.FSBP: ("KMS.5",),
        Framework.PCI: ("3.6.1", "7.2.1"),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=Given(KMS_KEY, {"policy": OWNER_ONLY}),
        failing=(
            (Remove("policy"), apart(Ref("subject"), EVERYBODY)),
            Change("policy.Statement.0.Principal", "*"),
            Change("policy.Statement.0.Principal", {"AWS": ["*"]}),
            (
                Change("policy.Statement.0.Principal", "*"),
                Change("policy.Statement.0.Condition", {"StringLike": {"kms:CallerAccount": "*"}}),
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Principal")),
        also_passing=(
            (
                Change("policy.Statement.0.Principal", "*"),
                Change(
                    "policy.Statement.0.Condition",
                    {"StringEquals": {"kms:CallerAccount": "123456789012"}},
                ),
            ),
        ),
        absent=((Remove("policy"), apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW), EVERYBODY)),),
        not_applicable=(Remove("policy"),),
    ),
)
def policy_not_public(key: Resource, stack: Stack) -> Outcome:
    """Without a policy AWS gives the key to its account, which is not public."""
    return not_public(
        resource_policy(key, stack),
        expected="named principals, or a condition on kms:CallerAccount or aws:PrincipalOrgID",
        fix="Name the principals in the key policy.",
    )


@control(
    "kms-key-alias",
    title="Customer managed keys have an alias",
    severity=Severity.LOW,
    category=Category.TAGGING,
    types=KMS_KEY,
    needs=(KMS_ALIAS,),
    frameworks={Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(
            KMS_KEY,
            {"description": "database"},
            (
                Neighbour(
                    "alias", KMS_ALIAS, {"name": "alias/database", "target_key_id": Ref("subject")}
                ),
            ),
        ),
        failing=(Without("alias"),),
        unknown=(Hide("target_key_id", of="alias"),),
        absent=(Without("alias"),),
    ),
)
def has_alias(key: Resource, stack: Stack) -> Outcome:
    """Nobody recognises a key by its UUID on the day it must not be deleted."""
    if referrers(key, stack, KMS_ALIAS, "target_key_id"):
        return Pass()
    return Fail("alias", "a kms.Alias whose target is this key", None, "Add a kms.Alias.")
