"""User pools and identity pools: made, changed and deleted, as Cognito tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import COGNITO_USER_POOL, COGNITO_USER_POOL_CLIENT
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown


def pool_of(world: World, made: Made) -> Mapping[str, Any]:
    answer = world.cloud.client("cognito-idp").describe_user_pool(UserPoolId=made.id)
    pool: Mapping[str, Any] = answer["UserPool"]
    return pool


def test_user_pool(world: World) -> None:
    made = world.make(
        COGNITO_USER_POOL,
        auto_verified_attributes=["email"],
        admin_create_user_config={"allow_admin_create_user_only": True},
        mfa_configuration="OPTIONAL",
        password_policy={"minimum_length": 12, "require_symbols": True},
        schemas=[{"name": "team", "attribute_data_type": "String", "mutable": True}],
        software_token_mfa_configuration={"enabled": True},
        username_attributes=["email"],
        tags=TAGS,
    )
    assert made["endpoint"] == f"cognito-idp.us-east-1.amazonaws.com/{made.id}"
    shown = pool_of(world, made)
    assert shown["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert "custom:team" in {one["Name"] for one in shown["SchemaAttributes"]}
    assert (shown["UserPoolTags"], shown["MfaConfiguration"]) == (TAGS, "OPTIONAL")
    factors = world.cloud.client("cognito-idp").get_user_pool_mfa_config(UserPoolId=made.id)
    assert factors["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    assert_shown(world, made)
    world.change(
        made,
        password_policy={"minimum_length": 14},
        email_verification_subject="Welcome",
        tags={"More": "1"},
    )
    shown = pool_of(world, made)
    assert shown["Policies"]["PasswordPolicy"]["MinimumLength"] == 14
    assert (shown["UserPoolTags"], shown["EmailVerificationSubject"]) == ({"More": "1"}, "Welcome")
    assert_gone(world, made)


def test_protected_user_pool_is_not_deleted(world: World) -> None:
    made = world.make(COGNITO_USER_POOL, deletion_protection="ACTIVE")
    with pytest.raises(EmbeddedError, match="deletion protection is activated"):
        world.delete(made)
    world.change(made, deletion_protection="INACTIVE")
    world.delete(made)


def test_attributes_of_a_user_pool_stay(world: World) -> None:
    made = world.make(COGNITO_USER_POOL)
    with pytest.raises(EmbeddedError, match="cannot change schemas"):
        world.change(made, schemas=[{"name": "team", "attribute_data_type": "String"}])


def test_unknown_setting_of_a_user_pool_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^password_policy\.colour of aws:cognito/userP"):
        world.make(COGNITO_USER_POOL, password_policy={"colour": "red"})


def test_client_of_a_user_pool(world: World) -> None:
    pool = world.make(COGNITO_USER_POOL)
    made = world.make(
        COGNITO_USER_POOL_CLIENT,
        user_pool_id=pool.id,
        allowed_oauth_flows=["code"],
        allowed_oauth_flows_user_pool_client=True,
        allowed_oauth_scopes=["openid"],
        callback_urls=["https://example.com"],
        explicit_auth_flows=["ALLOW_USER_SRP_AUTH"],
        generate_secret=True,
        supported_identity_providers=["COGNITO"],
    )
    assert made["client_secret"]
    assert_shown(world, made, hidden=("generate_secret",))
    assert made["client_secret"] not in str([one.data for one in world.snapshot().stack()])
    world.change(made, callback_urls=["https://example.org"], explicit_auth_flows=None)
    shown = world.cloud.client("cognito-idp").describe_user_pool_client(
        UserPoolId=pool.id, ClientId=made.id
    )["UserPoolClient"]
    assert shown["CallbackURLs"] == ["https://example.org"]
    assert shown["AllowedOAuthFlows"] == ["code"]
    assert_gone(world, made)


def test_domain_group_and_servers_of_a_user_pool(world: World) -> None:
    pool = world.make(COGNITO_USER_POOL)
    of_pool = {"user_pool_id": pool.id}
    scope = {"scope_name": "read", "scope_description": "read all"}
    made = [
        world.make("aws:cognito/userPoolDomain:UserPoolDomain", **of_pool, domain="shop"),
        world.make("aws:cognito/userGroup:UserGroup", **of_pool, description="all"),
        world.make(
            "aws:cognito/resourceServer:ResourceServer",
            **of_pool,
            identifier="https://api.example.com",
            scopes=[scope],
        ),
        world.make(
            "aws:cognito/identityProvider:IdentityProvider",
            **of_pool,
            provider_name="Google",
            provider_type="Google",
            provider_details={"client_id": "1", "client_secret": "2", "authorize_scopes": "email"},
            attribute_mapping={"email": "email"},
        ),
    ]
    client = world.cloud.client("cognito-idp")
    _, group, server, provider = made
    world.change(server, scopes=None)
    described = client.describe_resource_server(UserPoolId=pool.id, Identifier=server["identifier"])
    assert not described["ResourceServer"].get("Scopes")
    world.change(group, description="everyone", precedence=1)
    shown = client.get_group(UserPoolId=pool.id, GroupName=group["name"])["Group"]
    assert (shown["Description"], shown["Precedence"]) == ("everyone", 1)
    world.change(provider, attribute_mapping={"email": "mail"})
    described = client.describe_identity_provider(UserPoolId=pool.id, ProviderName="Google")
    assert described["IdentityProvider"]["AttributeMapping"] == {"email": "mail"}
    assert client.describe_user_pool_domain(Domain="shop")["DomainDescription"]["UserPoolId"]
    for one in made:
        world.delete(one)
        world.delete(one)


def test_identity_pool_with_its_roles(world: World) -> None:
    pool = world.make("aws:cognito/identityPool:IdentityPool", identity_pool_name="shop", tags=TAGS)
    role = "arn:aws:iam::123456789012:role/user"
    roles = world.make(
        "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
        identity_pool_id=pool.id,
        roles={"authenticated": role},
    )
    client = world.cloud.client("cognito-identity")
    assert client.get_identity_pool_roles(IdentityPoolId=pool.id)["Roles"] == {
        "authenticated": role
    }
    world.change(pool, allow_unauthenticated_identities=True, tags={"More": "1"})
    shown = client.describe_identity_pool(IdentityPoolId=pool.id)
    assert shown["AllowUnauthenticatedIdentities"] is True
    assert shown["IdentityPoolTags"] == {"More": "1"}
    world.delete(roles)
    assert not client.get_identity_pool_roles(IdentityPoolId=pool.id).get("Roles")
    world.delete(pool)
    world.delete(pool)
