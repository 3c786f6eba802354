"""Whom identity providers let in: their issuers, and the claims that name somebody there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from stackproof.reasoning.access.conditions import Bound, Operator
from stackproof.reasoning.access.parties import Kind, Party
from stackproof.reasoning.access.patterns import matches
from stackproof.reasoning.access.statements import Condition

# Issuers that everybody may have an identity at, and the claims that tell their customers apart.
# Source: IAM User Guide, "Identity-provider controls for shared OIDC providers"; for the four that
# need no provider of one's own: "Available keys for AWS OIDC federation".
_OF_GITHUB: Final = (
    "sub",
    "job_workflow_ref",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
)
SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts.google.com": ("aud", "oaud", "sub"),
    "agent.buildkite.com": ("sub",),
    "api.pulumi.com/oidc": ("aud",),
    "app.terraform.io": ("sub",),
    "cognito-identity.amazonaws.com": ("aud", "sub"),
    "cognito-identity.cn-north-1.amazonaws.com.cn": ("aud", "sub"),
    "gitlab.com": ("sub",),
    "graph.facebook.com": ("app_id", "id"),
    "oidc-configuration.audit-log.githubusercontent.com": ("sub",),
    "oidc.codefresh.io": ("sub",),
    "oidc.vercel.com": ("aud",),
    "proidc.upbound.io": ("sub",),
    "sandboxes.cloud": ("aud",),
    "scalr.io": ("sub",),
    "studio.datachain.ai/api": ("sub",),
    "token.actions.githubusercontent.com": _OF_GITHUB,
    "tokens.cloud.shisho.dev": ("sub",),
    "vstoken.actions.githubusercontent.com": _OF_GITHUB,
    "www.amazon.com": ("app_id", "user_id"),
}
# What tells apart the workloads of one cluster, or the applications of one organization.
_WORKLOAD: Final = ("sub",)
_APPLICATION: Final = ("sub", "aud")
_SAML: Final = ("sub", "aud")
# Source: OpenID Connect Core 1.0, "ID Token": these are in every token.
_ALWAYS_THERE: Final = frozenset({"sub", "aud"})
_CLUSTER = re.compile(r"oidc\.eks\.[\w.-]+/id/.+|oidc-eks\.[\w.-]+/id/.+")
_GUEST: Final = "unauthenticated"
# The audience of tokens for AWS, whoever asks for them.
_AUDIENCE_OF_ALL: Final = frozenset({"sts.amazonaws.com", "sts.amazonaws.com.cn"})
_PROVIDER = re.compile(r"arn:[^:]*:iam::(\d*):(oidc|saml)-provider/(.+)")


def issuer(provider: str) -> str:
    """Give the issuer behind the principal of an identity provider; `saml` for SAML."""
    found = _PROVIDER.fullmatch(provider)
    if found is None:
        return provider
    return "saml" if found[2] == "saml" else found[3]


def provider_account(provider: str) -> str:
    """Give the account that an identity provider's ARN names, nothing for AWS's own ones."""
    found = _PROVIDER.fullmatch(provider)
    return found[1] if found else ""


def shared(provider: str) -> bool:
    """Tell whether everybody may have an identity at a provider."""
    return issuer(provider).lower() in SHARED


def claims(provider: str) -> tuple[str, ...]:
    """Give the claims of which one must be named, by the provider's principal."""
    of = issuer(provider)
    if of == "saml":
        return _SAML
    return SHARED.get(of.lower(), _WORKLOAD if _CLUSTER.fullmatch(of) else _APPLICATION)


def wanted_claims(provider: str) -> str:
    """Name the claims of a provider, as conditions call them, of which one must be named."""
    who = issuer(provider)
    return " or ".join(f"{who}:{claim}" for claim in claims(provider))


def lets_guests_in(provider: str, conditions: Sequence[Condition]) -> bool:
    """Tell whether guests of an identity pool are let in, whom nobody has asked who they are.

    Source: Amazon Cognito Developer Guide, "Role trust and permissions"; Security Hub, Cognito.2.
    """
    of = issuer(provider).lower()
    return of.startswith("cognito-identity.") and any(
        condition.key == f"{of}:amr"
        and Operator.of(condition.operator).name.startswith("string")
        and "not" not in Operator.of(condition.operator).name
        and any(matches(value, _GUEST) for value in condition.values)
        for condition in conditions
    )


def named_by(provider: str, condition: Condition) -> Bound | None:
    """Give whom a condition on a claim of the provider names, None when anybody may meet it."""
    of = issuer(provider).lower()
    prefix, _, claim = condition.key.rpartition(":")
    operator = Operator.of(condition.operator)
    text = operator.name.startswith("string") and "not" not in operator.name
    open_ended = operator.lenient and claim not in _ALWAYS_THERE
    if prefix != of or claim not in claims(provider) or not text or open_ended:
        return None
    values = operator.possible(condition.values)
    if not condition.values or not all(_names(claim, value) for value in values):
        return None
    return Bound(tuple(Party(Kind.SUBJECT, value) for value in values))


def _names(claim: str, value: str) -> bool:
    """Tell whether a value names an owner: `repo:acme/*` does, `repo:*` and `repo:acme*` don't."""
    if claim == "aud" and value in _AUDIENCE_OF_ALL:
        return False
    fixed = re.split(r"[*?]|\$\{", value)[0]
    if fixed == value:
        return bool(value)
    owner = _KIND_OF_SUBJECT.sub("", fixed, count=1)
    return re.match(r"[^/:]+[/:]", owner) is not None


_KIND_OF_SUBJECT = re.compile(r"^(system:serviceaccount:|[\w-]+:)")
