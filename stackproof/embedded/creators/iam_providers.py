"""IAM: who else may say who somebody is, roles that services own, and rules for passwords."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_OIDC = {"id": "open_id_connect_provider_arn"}
_SAML = {"id": "saml_provider_arn"}

table(
    Plain(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        service="iam",
        create=Call(
            "create_open_id_connect_provider",
            {"client_id_lists": "client_id_list", "thumbprint_lists": "thumbprint_list"},
        ),
        update=Call(
            "update_open_id_connect_provider_thumbprint",
            {**_OIDC, "thumbprint_lists": "thumbprint_list"},
        ),
        outputs={"arn": "OpenIDConnectProviderArn"},
        id="{arn}",
        delete=Call("delete_open_id_connect_provider", _OIDC),
        tagged="arn",
        tag_calls=("tag_open_id_connect_provider", "untag_open_id_connect_provider"),
        replace_on=frozenset({"url"}),
    ),
    Plain(
        type="aws:iam/samlProvider:SamlProvider",
        service="iam",
        create=Call("create_saml_provider"),
        update=Call("update_saml_provider", _SAML),
        outputs={"arn": "SAMLProviderArn"},
        id="{arn}",
        delete=Call("delete_saml_provider", _SAML),
        tagged="arn",
        tag_calls=("tag_saml_provider", "untag_saml_provider"),
        replace_on=frozenset({"name"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:iam/serviceLinkedRole:ServiceLinkedRole",
        service="iam",
        create=Call("create_service_linked_role"),
        update=Call("update_role", {"name": "role_name"}),
        outputs={
            "arn": "Role.Arn",
            "create_date": "Role.CreateDate",
            "name": "Role.RoleName",
            "path": "Role.Path",
            "unique_id": "Role.RoleId",
        },
        id="{arn}",
        delete=Call("delete_service_linked_role", {"name": "role_name"}),
        cleared={"description": ""},
        tagged="name",
        tag_calls=("tag_role", "untag_role"),
        replace_on=frozenset({"aws_service_name", "custom_suffix"}),
    ),
    Plain(
        type="aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        service="iam",
        put=Call("update_account_password_policy"),
        id="iam-account-password-policy",
        delete=Call("delete_account_password_policy"),
        defaults={"allow_users_to_change_password": True},
    ),
)
