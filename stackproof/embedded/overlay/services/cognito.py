"""Cognito: tags and roles of pools, which moto lacks."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates


@handles("cognito-idp", "TagResource")
def tag_user_pool(call: Call) -> None:
    """Tag a user pool.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html
    """
    _user_pool_tags(call).update(call.params["Tags"])


@handles("cognito-idp", "UntagResource")
def untag_user_pool(call: Call) -> None:
    """Take tags from a user pool.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html
    """
    tags = _user_pool_tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)


@validates("cognito-idp", "UpdateUserPool")
def remember_tags(call: Call) -> None:
    """Remember the tags of a pool that is changed: moto takes them away.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
    """
    pool = _pools(call).get(call.params["UserPoolId"])
    if pool is not None:
        call.kept("tags")[pool.id] = pool.extended_config.get("UserPoolTags") or {}


@postprocesses("cognito-idp", "UpdateUserPool")
def keep_tags(call: Call, _: dict[str, Any]) -> None:
    """Keep the tags of a pool that is changed, unless others are given.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
    """
    pool = _pools(call)[call.params["UserPoolId"]]
    pool.mfa_config = call.params.get("MfaConfiguration") or "OFF"
    pool.extended_config.setdefault("UserPoolTags", call.kept("tags").get(pool.id))


@validates("cognito-idp", "DeleteUserPool")
def refuse_protected_pool(call: Call) -> None:
    """Refuse to delete a pool that is protected against it.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html
    """
    pool = _pools(call).get(call.params["UserPoolId"])
    if pool is not None and pool.extended_config.get("DeletionProtection") == "ACTIVE":
        raise AwsError(
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated.",
        )


@handles("cognito-idp", "UpdateResourceServer")
def update_resource_server(call: Call) -> dict[str, Any]:
    """Change the name and the scopes of a resource server.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateResourceServer.html
    """
    server = _server(call)
    server.name, server.scopes = call.params["Name"], call.params.get("Scopes") or []
    return {"ResourceServer": server.to_json()}


@handles("cognito-idp", "DeleteResourceServer")
def delete_resource_server(call: Call) -> None:
    """Delete a resource server.

    AWS: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteResourceServer.html
    """
    _server(call)
    del _pools(call)[call.params["UserPoolId"]].resource_servers[call.params["Identifier"]]


@handles("cognito-identity", "SetIdentityPoolRoles")
def set_roles(call: Call) -> None:
    """Say which roles the users of an identity pool take.

    AWS: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html
    """
    _identity_pool(call)
    names = ("Roles", "RoleMappings")
    given = {name: call.params[name] for name in names if name in call.params}
    call.kept("roles")[call.params["IdentityPoolId"]] = given


@handles("cognito-identity", "GetIdentityPoolRoles")
def get_roles(call: Call) -> dict[str, Any]:
    """Say which roles the users of an identity pool take.

    AWS: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html
    """
    _identity_pool(call)
    id_ = call.params["IdentityPoolId"]
    return {"IdentityPoolId": id_, **call.kept("roles").get(id_, {})}


@handles("cognito-identity", "TagResource")
def tag_identity_pool(call: Call) -> None:
    """Tag an identity pool.

    AWS: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_TagResource.html
    """
    _identity_pool_tags(call).update(call.params["Tags"])


@handles("cognito-identity", "UntagResource")
def untag_identity_pool(call: Call) -> None:
    """Take tags from an identity pool.

    AWS: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UntagResource.html
    """
    tags = _identity_pool_tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)


def _pools(call: Call) -> Any:
    return call.backend("cognitoidp").user_pools


def _server(call: Call) -> Any:
    pool = _pools(call).get(call.params["UserPoolId"])
    server = pool and pool.resource_servers.get(call.params["Identifier"])
    if server is None:
        raise AwsError("ResourceNotFoundException", "Resource server does not exist.")
    return server


def _user_pool_tags(call: Call) -> dict[str, str]:
    pool = _pools(call).get(call.params["ResourceArn"].rpartition("/")[2])
    if pool is None:
        raise AwsError("ResourceNotFoundException", "User pool does not exist.")
    config: dict[str, Any] = pool.extended_config
    config["UserPoolTags"] = dict(config.get("UserPoolTags") or {})
    tags: dict[str, str] = config["UserPoolTags"]
    return tags


def _identity_pool(call: Call, id_: str = "") -> Any:
    found = call.backend("cognitoidentity").identity_pools.get(id_ or call.params["IdentityPoolId"])
    if found is None:
        raise AwsError("ResourceNotFoundException", "Identity pool does not exist.")
    return found


def _identity_pool_tags(call: Call) -> dict[str, str]:
    pool = _identity_pool(call, call.params["ResourceArn"].rpartition("/")[2])
    pool.tags = dict(pool.tags or {})
    tags: dict[str, str] = pool.tags
    return tags
