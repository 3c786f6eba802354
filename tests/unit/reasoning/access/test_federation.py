"""Whom identity providers let in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.reasoning.access import grants, statements
from stackproof.reasoning.access.federation import SHARED

GITHUB = "token.actions.githubusercontent.com"
CLUSTER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
OURS = "login.acme.com"
POOLS = "cognito-identity.amazonaws.com"
NO_PROVIDER_OF_ONES_OWN = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "cognito-identity.cn-north-1.amazonaws.com.cn",
    "graph.facebook.com",
    "www.amazon.com",
)


def amr(*values: str) -> dict[str, Any]:
    """Give the condition on whether somebody has signed in to an identity pool."""
    return {"ForAnyValue:StringLike": {f"{POOLS}:amr": list(values)}}


def trusted(issuer: str, conditions: Mapping[str, Any]) -> tuple[bool, bool]:
    """Give whether everybody is trusted, and whether somebody is told apart."""
    saml = issuer == "saml"
    provider = f"arn:aws:iam::123456789012:oidc-provider/{issuer}"
    if saml:
        provider = "arn:aws:iam::123456789012:saml-provider/acme"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": issuer if issuer in NO_PROVIDER_OF_ONES_OWN else provider},
        "Action": "sts:AssumeRoleWithSAML" if saml else "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }
    (grant,) = grants(statements({"Statement": statement}))
    return grant.everybody, grant.narrowed


@pytest.mark.parametrize("issuer", SHARED)
def test_a_shared_issuer_without_a_condition_is_everybody(issuer: str) -> None:
    assert trusted(issuer, {}) == (True, False)
    assert trusted(issuer, {"StringEquals": {f"{issuer}:iss": "x"}}) == (True, False)
    for claim in SHARED[issuer]:
        assert trusted(issuer, {"StringEquals": {f"{issuer}:{claim}": "acme"}}) == (False, True)
        assert trusted(issuer, {"StringLike": {f"{issuer}:{claim}": "*"}}) == (True, False)


@pytest.mark.parametrize(
    ("issuer", "conditions", "named"),
    [
        (GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:*"}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:acme*"}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:*/shop:ref:refs/heads/main"}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": ["repo:acme/shop:*", "repo:*"]}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}, True),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:acme/shop:*"}}, True),
        (GITHUB, {"StringEquals": {f"{GITHUB}:sub": "repo:acme/shop:environment:prod"}}, True),
        (GITHUB, {"ForAllValues:StringLike": {f"{GITHUB}:sub": "repo:acme/shop:*"}}, True),
        # a wildcard that is none names nobody, so nobody else either
        (GITHUB, {"StringEquals": {f"{GITHUB}:sub": ["repo:acme/shop:*", "x:y"]}}, True),
        (GITHUB, {"StringNotLike": {f"{GITHUB}:sub": "repo:acme/shop:*"}}, False),
        (GITHUB, {"StringLike": {f"{GITHUB}:job_workflow_ref": "acme/flows/*"}}, True),
        (GITHUB, {"StringLike": {f"{GITHUB}:job_workflow_ref": "*/flows/*"}}, False),
        (GITHUB, {"StringEquals": {f"{GITHUB}:environment": "prod"}}, False),
        (GITHUB, {"StringEquals": {"gitlab.com:sub": "project_path:acme/shop"}}, False),
        (GITHUB, {"StringEqualsIfExists": {f"{GITHUB}:repository": "acme/shop"}}, False),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/*"}}, True),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:*"}}, False),
        (
            "app.terraform.io",
            {"StringLike": {"app.terraform.io:sub": "organization:acme:project:*"}},
            True,
        ),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:*"}}, False),
        (
            "cognito-identity.amazonaws.com",
            {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}},
            False,
        ),
        (POOLS, {"StringEquals": {f"{POOLS}:aud": "us-east-1:1"}, **amr("authenticated")}, True),
        (POOLS, {"StringEquals": {f"{POOLS}:aud": "us-east-1:1"}, **amr("unauthenticated")}, False),
        (POOLS, {"StringEquals": {f"{POOLS}:aud": "us-east-1:1"}, **amr("authed", "*")}, False),
        (CLUSTER, {"StringEquals": {f"{CLUSTER}:aud": "sts.amazonaws.com"}}, False),
        (CLUSTER, {"StringEquals": {f"{CLUSTER}:aud": "something-else"}}, False),
        (CLUSTER, {"StringLike": {f"{CLUSTER}:sub": "system:serviceaccount:*:*"}}, False),
        (CLUSTER, {"StringLike": {f"{CLUSTER}:sub": "system:serviceaccount:shop:*"}}, True),
        (CLUSTER, {"StringEquals": {f"{CLUSTER}:sub": "system:serviceaccount:a:b"}}, True),
        (OURS, {}, False),
        (OURS, {"StringEquals": {f"{OURS}:aud": "sts.amazonaws.com"}}, False),
        (OURS, {"StringEquals": {f"{OURS}:aud": "client-1"}}, True),
        (OURS, {"StringEquals": {f"{OURS}:sub": "user-1"}}, True),
        (OURS, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ("saml", {}, False),
        ("saml", {"StringEquals": {"SAML:iss": "https://idp.acme.com"}}, False),
        ("saml", {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}, True),
        ("saml", {"StringLike": {"SAML:aud": "*"}}, False),
    ],
)
def test_claims_that_name_an_owner_narrow(
    issuer: str, conditions: Mapping[str, Any], named: bool
) -> None:
    everybody, narrowed = trusted(issuer, conditions)
    assert narrowed is named
    assert everybody is (not named and issuer in SHARED)
