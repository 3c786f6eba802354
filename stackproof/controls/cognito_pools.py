"""Pools of users: how they prove who they are, and what keeps the pool."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import (
    NON_PRODUCTION,
    attempt,
    expect,
    expect_number,
    expect_that,
)
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.model.parameter import Range
from stackproof.reasoning.relations import all_referrers
from stackproof.types.tokens import COGNITO_USER_POOL, COGNITO_USER_POOL_CLIENT

_POLICY = "password_policy"
_KINDS = ("require_lowercase", "require_uppercase", "require_numbers", "require_symbols")
_FACTORS = "sign_in_policy.allowed_first_auth_factors"
_MODE = "user_pool_add_ons.advanced_security_mode"
_PASSKEYS = Change("sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD", "WEB_AUTHN"]})
_NO_FACTOR = Change("mfa_configuration", "OFF")
_UNPROTECTED = Change(_MODE, "OFF")
_ONLY_ADMINS = "admin_create_user_config.allow_admin_create_user_only"
_REFRESHES = "ALLOW_REFRESH_TOKEN_AUTH"


def _client(name: str = "client", **settings: Any) -> With:
    return With(
        Neighbour(name, COGNITO_USER_POOL_CLIENT, {"user_pool_id": Ref("subject"), **settings})
    )


_MACHINES = (_client(allowed_oauth_flows=["client_credentials"]),)
_FEDERATED: dict[str, Any] = {
    "allowed_oauth_flows": ["code"],
    "supported_identity_providers": ["Okta"],
}
_CLOSED = Change("admin_create_user_config", {"allow_admin_create_user_only": True})
_WITHOUT_PASSWORDS = (
    _MACHINES,
    (_client(**_FEDERATED, explicit_auth_flows=[_REFRESHES]),),
    (_client(**_FEDERATED), _CLOSED),
    (*_MACHINES, _client("people", **_FEDERATED), _CLOSED),
)
_WITH_PASSWORDS: tuple[tuple[Any, ...], ...] = (
    (*_MACHINES, _client("people", allowed_oauth_flows=["code"])),
    (_client(allowed_oauth_flows=["code"], supported_identity_providers=["Okta", "COGNITO"]),),
    (_client(**_FEDERATED),),
    (_client(**_FEDERATED, explicit_auth_flows=["ALLOW_USER_SRP_AUTH"]), _CLOSED),
    (
        _client(
            allowed_oauth_flows=["client_credentials"],
            explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH"],
        ),
    ),
)
_HIDDEN_CLIENTS = (
    (*_MACHINES, Hide("allowed_oauth_flows", of="client")),
    (*_MACHINES, Hide("user_pool_id", of="client")),
)


@control(
    "cognito-mfa",
    title="Pools of users who sign in by a password have a second factor",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=COGNITO_USER_POOL,
    needs=(COGNITO_USER_POOL_CLIENT,),
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
            *((_NO_FACTOR, *changes) for changes in _WITH_PASSWORDS),
        ),
        unknown=(
            Hide("mfa_configuration"),
            (_PASSKEYS, Hide("sign_in_policy")),
            *((_NO_FACTOR, *changes) for changes in _HIDDEN_CLIENTS),
        ),
        absent=((_NO_FACTOR, *_MACHINES, Without("client")),),
        also_passing=(Change("mfa_configuration", "OPTIONAL"),),
        not_applicable=(
            (_NO_FACTOR, _PASSKEYS),
            *((_NO_FACTOR, *changes) for changes in _WITHOUT_PASSWORDS),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def second_factor(pool: Resource, stack: Stack) -> Outcome:
    """Passwords that were stolen elsewhere are tried here within the day.

    Source: AWS Security Hub User Guide, Cognito.5: pools that take passwords only, which is the
    default; OFF is the default of the second factor. Of machines, and of users whom others sign in,
    it asks nothing ("MFA and threat protection apply to local users", Amazon Cognito Developer
    Guide, "Using Amazon Cognito user pools security features").
    """
    if [factor for factor in pool.values(_FACTORS) if factor != "PASSWORD"]:
        return NotApplicable("its users can do without a password")
    return _if_by_password(_is_asked_for(pool), pool, stack)


def _is_asked_for(pool: Resource) -> Outcome:
    return expect_that(
        pool,
        "mfa_configuration",
        lambda mode: mode in ("ON", "OPTIONAL"),
        expected="ON or OPTIONAL",
        fix="Set mfa_configuration to ON or OPTIONAL, with software_token_mfa_configuration.",
    )


def _if_by_password(outcome: Outcome, pool: Resource, stack: Stack) -> Outcome:
    """Give an outcome, if it isn't that a pool lacks what only users with its passwords need."""
    if not isinstance(outcome, Fail):
        return outcome
    clients = all_referrers(pool, stack, COGNITO_USER_POOL_CLIENT, "user_pool_id")
    if not clients or any(_takes_passwords(client, pool) for client in clients):
        return outcome
    return NotApplicable("none of its clients lets anybody sign in by a password of the pool")


def _takes_passwords(client: Resource, pool: Resource) -> bool:
    """Tell whether a user of the pool itself can sign in by a client.

    Machines have a client's secret and are no users. Without COGNITO a client shows no form for
    passwords, but its API takes those of the pool's own users, if there are any and it names no
    flows. Source: Amazon Cognito API Reference, CreateUserPoolClient, SupportedIdentityProviders
    and ExplicitAuthFlows.
    """
    flows = client.values("explicit_auth_flows")
    if set(flows) - {_REFRESHES}:
        return True
    if client.values("allowed_oauth_flows") == ["client_credentials"]:
        return False
    providers = client.values("supported_identity_providers")
    if not providers or "COGNITO" in providers:
        return True
    return not flows and pool.get(_ONLY_ADMINS) is not True


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
    needs=(COGNITO_USER_POOL_CLIENT,),
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
            *((_UNPROTECTED, *changes) for changes in _WITH_PASSWORDS),
        ),
        unknown=(
            Hide("user_pool_add_ons"),
            Hide(_MODE),
            *((_UNPROTECTED, *changes) for changes in _HIDDEN_CLIENTS),
        ),
        absent=((_UNPROTECTED, *_MACHINES, Without("client")),),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            *((_UNPROTECTED, *changes) for changes in _WITHOUT_PASSWORDS),
        ),
    ),
)
def threat_protection(pool: Resource, stack: Stack) -> Outcome:
    """Passwords that are known to be stolen, and sign-ins from new places, are stopped.

    It looks at users of the pool itself only, as the second factor does. Source: AWS Security Hub
    User Guide, Cognito.1.
    """
    fix = f"Set {_MODE} to ENFORCED; it needs the Plus plan."
    return _if_by_password(expect(pool, _MODE, "ENFORCED", fix=fix), pool, stack)
