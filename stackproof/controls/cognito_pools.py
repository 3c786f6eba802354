"""Pools of users: how they prove who they are, and what keeps the pool."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, attempt, expect, expect_number
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import COGNITO_USER_POOL

_POLICY = "password_policy"
_KINDS = ("require_lowercase", "require_uppercase", "require_numbers", "require_symbols")
_FACTORS = "sign_in_policy.allowed_first_auth_factors"
_MODE = "user_pool_add_ons.advanced_security_mode"
_PASSKEYS = Change("sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD", "WEB_AUTHN"]})


@control(
    "cognito-mfa",
    title="Pools of users who sign in by a password have a second factor",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=COGNITO_USER_POOL,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("Cognito.5",),
        Framework.PCI: ("8.4.2",),
        Framework.NIST: ("IA-2(1)", "IA-2(2)"),
    },
    cases=Cases(
        passing=Given(COGNITO_USER_POOL, {"mfa_configuration": "ON"}),
        failing=(
            Change("mfa_configuration", "OFF"),
            Remove("mfa_configuration"),
            (
                Change("mfa_configuration", "OFF"),
                Change("sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD"]}),
            ),
        ),
        unknown=(Hide("mfa_configuration"), (_PASSKEYS, Hide("sign_in_policy"))),
        also_passing=(Change("mfa_configuration", "OPTIONAL"),),
        not_applicable=(
            (Change("mfa_configuration", "OFF"), _PASSKEYS),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def second_factor(pool: Resource) -> Outcome:
    """Passwords that were stolen elsewhere are tried here within the day.

    Source: AWS Security Hub User Guide, Cognito.5: pools that take passwords only, which is the
    default; OFF is the default of the second factor.
    """
    if [factor for factor in pool.values(_FACTORS) if factor != "PASSWORD"]:
        return NotApplicable("its users can do without a password")
    return _is_asked_for(pool)


def _is_asked_for(pool: Resource) -> Outcome:
    if pool["mfa_configuration"] == "OPTIONAL":
        return Pass()
    fix = "Set mfa_configuration to ON or OPTIONAL, with software_token_mfa_configuration."
    return expect(pool, "mfa_configuration", "ON", fix=fix)


@control(
    "cognito-password-policy",
    title="Pools of users ask for strong passwords",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=COGNITO_USER_POOL,
    frameworks={
        Framework.FSBP: ("Cognito.3",),
        Framework.PCI: ("8.3.6",),
        Framework.NIST: ("IA-5(1)",),
    },
    cases=Cases(
        passing=Given(
            COGNITO_USER_POOL,
            {
                _POLICY: {
                    "minimum_length": 12,
                    "temporary_password_validity_days": 3,
                    **dict.fromkeys(_KINDS, True),
                }
            },
        ),
        failing=(
            Change(f"{_POLICY}.minimum_length", 6),
            Remove(f"{_POLICY}.minimum_length"),
            Change(f"{_POLICY}.temporary_password_validity_days", 30),
            *(Change(f"{_POLICY}.{kind}", False) for kind in _KINDS),
            *(Remove(f"{_POLICY}.{kind}") for kind in _KINDS),
            (Change(f"{_POLICY}.minimum_length", 6), Hide(f"{_POLICY}.require_numbers")),
        ),
        unknown=(
            Hide(_POLICY),
            Hide(f"{_POLICY}.minimum_length"),
            Hide(f"{_POLICY}.require_symbols"),
        ),
        also_passing=(
            Remove(_POLICY),
            Change(f"{_POLICY}.minimum_length", 8),
            Remove(f"{_POLICY}.temporary_password_validity_days"),
        ),
    ),
)
def password_policy(
    pool: Resource,
    *,
    minimum_length: Annotated[int, Range(7, 99, "characters")] = 8,
    temporary_days: Annotated[int, Range(1, 365, "days")] = 7,
) -> Outcome:
    """Cognito counts no guesses across users, so short passwords of many are found by trying.

    Source: AWS Security Hub User Guide, Cognito.3. Without a policy a pool has Cognito's own, of
    eight characters of all four kinds (Amazon Cognito Developer Guide, "Adding user pool password
    requirements").
    """
    if pool[_POLICY] is None:
        return Pass()
    length = partial(
        expect_number,
        pool,
        f"{_POLICY}.minimum_length",
        lambda value: value is not None and value >= minimum_length,
        f"at least {minimum_length} characters",
        fix=f"Set {_POLICY}.minimum_length to {minimum_length} or more.",
    )
    lifetime = partial(
        expect_number,
        pool,
        f"{_POLICY}.temporary_password_validity_days",
        lambda value: value is None or value <= temporary_days,
        f"at most {temporary_days} days",
        fix=f"Set {_POLICY}.temporary_password_validity_days to {temporary_days} or less.",
    )
    kinds = [
        partial(expect, pool, f"{_POLICY}.{kind}", True, fix=f"Set {_POLICY}.{kind} to true.")
        for kind in _KINDS
    ]
    return worst(*(attempt(judge) for judge in (length, lifetime, *kinds)))


@control(
    "cognito-deletion-protection",
    title="Pools of users are protected from deletion",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=COGNITO_USER_POOL,
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.FSBP: ("Cognito.6",), Framework.NIST: ("CM-3", "SC-5(2)")},
    cases=Cases(
        passing=Given(COGNITO_USER_POOL, {"deletion_protection": "ACTIVE"}),
        failing=(Change("deletion_protection", "INACTIVE"), Remove("deletion_protection")),
        unknown=(Hide("deletion_protection"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def deletion_protection(pool: Resource) -> Outcome:
    """There is no backup of a pool: whoever is in it has to sign up again."""
    fix = "Set deletion_protection to ACTIVE."
    return expect(pool, "deletion_protection", "ACTIVE", fix=fix)


@control(
    "cognito-threat-protection",
    title="Pools of users refuse sign-ins that look like an attack",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=COGNITO_USER_POOL,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("SI-4", "AC-7")},
    cases=Cases(
        passing=Given(
            COGNITO_USER_POOL, {"user_pool_add_ons": {"advanced_security_mode": "ENFORCED"}}
        ),
        failing=(
            Change(_MODE, "AUDIT"),
            Change(_MODE, "OFF"),
            Remove("user_pool_add_ons"),
        ),
        unknown=(Hide("user_pool_add_ons"), Hide(_MODE)),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def threat_protection(pool: Resource) -> Outcome:
    """Passwords that are known to be stolen, and sign-ins from new places, are stopped.

    Source: AWS Security Hub User Guide, Cognito.1.
    """
    return expect(pool, _MODE, "ENFORCED", fix=f"Set {_MODE} to ENFORCED; it needs the Plus plan.")
