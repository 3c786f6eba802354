"""Cognito: user pools with their clients, and identity pools."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    retag,
    untaken,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "cognito-idp"
_RENAME = {
    "attributes_require_verification_before_updates": (
        "attributes_require_verification_before_update"
    ),
    "from_email_address": "from",
    "schemas": "schema",
    "tags": "user_pool_tags",
}
_FACTORS = (
    "email_mfa_configuration",
    "software_token_mfa_configuration",
    "web_authn_configuration",
)
_POLICIES = ("password_policy", "sign_in_policy")


@creator
class UserPool(Creator):
    """A user pool."""

    type = "aws:cognito/userPool:UserPool"
    replace_on = frozenset({"alias_attributes", "username_attributes", "username_configuration"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {
        "deletion_protection": "INACTIVE",
        "mfa_configuration": "OFF",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the pool, then say by which further factors users sign in."""
        request = self._request(aws, "create_user_pool", inputs)
        made = aws.client(_SERVICE).create_user_pool(**request)["UserPool"]
        self._set_factors(aws, made["Id"], inputs)
        return Created(made["Id"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put all settings anew, and the tags; attributes stay as they are."""
        if changed(old, new, "schemas"):
            self.refuse(old, {"schemas": new.get("schemas")})
        given = {name: value for name, value in new.items() if name not in ("schemas", "tags")}
        fixed = dict.fromkeys(self.replace_on)
        request = self._request(aws, "update_user_pool", {**given, **fixed})
        aws.client(_SERVICE).update_user_pool(UserPoolId=id_, **request)
        self._set_factors(aws, id_, new)
        retag(aws, _SERVICE, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the pool with all its users."""
        with already_gone():
            aws.client(_SERVICE).delete_user_pool(UserPoolId=id_)

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        apart = {*_FACTORS, *_POLICIES, "name", "region"}
        given = {name: value for name, value in inputs.items() if name not in apart}
        given["pool_name"] = inputs["name"]
        policies = {name: inputs[name] for name in _POLICIES if inputs.get(name)}
        given |= {"policies": policies} if policies else {}
        for path in untaken(aws, _SERVICE, operation, given, rename=_RENAME):
            name = path.removeprefix("policies.")
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        return parameters(aws, _SERVICE, operation, given, rename=_RENAME)

    def _set_factors(self, aws: Cloud, id_: str, inputs: Properties) -> None:
        factors = {name: inputs[name] for name in _FACTORS if inputs.get(name)}
        if factors:
            given = {**factors, "mfa_configuration": inputs["mfa_configuration"]}
            request = parameters(aws, _SERVICE, "set_user_pool_mfa_config", given)
            aws.client(_SERVICE).set_user_pool_mfa_config(UserPoolId=id_, **request)


table(
    Plain(
        type="aws:cognito/userPoolClient:UserPoolClient",
        service=_SERVICE,
        create=Call("create_user_pool_client", {"name": "client_name"}),
        update=Call(
            "update_user_pool_client", {"id": "client_id", "name": "client_name"}, whole=True
        ),
        outputs={"client_secret": "UserPoolClient.ClientSecret"},
        id="{answer[UserPoolClient][ClientId]}",
        delete=Call("delete_user_pool_client", {"id": "client_id"}),
        replace_on=frozenset({"generate_secret", "user_pool_id"}),
        auto_name="name",
        auto_name_limit=128,
        secret_outputs=frozenset({"client_secret"}),
    ),
    Plain(
        type="aws:cognito/userPoolDomain:UserPoolDomain",
        service=_SERVICE,
        create=Call("create_user_pool_domain", {"certificate_arn": "custom_domain_config"}),
        update=Call("update_user_pool_domain", {"certificate_arn": "custom_domain_config"}),
        shapes={"certificate_arn": lambda arn: {"certificate_arn": arn}},
        outputs={"cloudfront_distribution": "CloudFrontDomain"},
        id="{domain}",
        composed={"aws_account_id": "{account}"},
        delete=Call("delete_user_pool_domain"),
        replace_on=frozenset({"domain", "user_pool_id"}),
    ),
    Plain(
        type="aws:cognito/userGroup:UserGroup",
        service=_SERVICE,
        create=Call("create_group", {"name": "group_name"}),
        update=Call("update_group", {"name": "group_name"}, whole=True),
        id="{user_pool_id}/{name}",
        delete=Call("delete_group", {"name": "group_name"}),
        replace_on=frozenset({"name", "user_pool_id"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:cognito/resourceServer:ResourceServer",
        service=_SERVICE,
        create=Call("create_resource_server"),
        update=Call("update_resource_server", whole=True),
        id="{user_pool_id}|{identifier}",
        delete=Call("delete_resource_server"),
        replace_on=frozenset({"identifier", "user_pool_id"}),
        auto_name="name",
    ),
    Plain(
        type="aws:cognito/identityProvider:IdentityProvider",
        service=_SERVICE,
        create=Call("create_identity_provider"),
        update=Call("update_identity_provider", whole=True),
        id="{user_pool_id}:{provider_name}",
        delete=Call("delete_identity_provider"),
        replace_on=frozenset({"provider_name", "provider_type", "user_pool_id"}),
    ),
    Plain(
        type="aws:cognito/identityPool:IdentityPool",
        service="cognito-identity",
        create=Call("create_identity_pool", {"tags": "identity_pool_tags"}),
        update=Call("update_identity_pool", {"id": "identity_pool_id"}, whole=True),
        id="{answer[IdentityPoolId]}",
        composed={"arn": "arn:{partition}:cognito-identity:{region}:{account}:identitypool/{id}"},
        delete=Call("delete_identity_pool", {"id": "identity_pool_id"}),
        tagged="arn",
        replace_on=frozenset({"developer_provider_name"}),
        defaults={"allow_unauthenticated_identities": False},
    ),
    Plain(
        type="aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
        service="cognito-identity",
        put=Call("set_identity_pool_roles"),
        id="{identity_pool_id}",
        delete=Call("set_identity_pool_roles", fixed={"Roles": {}, "RoleMappings": {}}),
        replace_on=frozenset({"identity_pool_id"}),
    ),
)
