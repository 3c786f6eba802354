"""Cognito: pools of users and the programs that sign them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.types.described import Answers, Item, Listing, Question, Type
from stackproof.types.tokens import COGNITO_USER_POOL, COGNITO_USER_POOL_CLIENT

_CUSTOM = "custom:"
_SCHEMA = {
    "attribute_data_type": "AttributeDataType",
    "developer_only_attribute": "DeveloperOnlyAttribute",
    "mutable": "Mutable",
    "required": "Required",
}
_CONSTRAINTS = {
    "number_attribute_constraints": (
        "NumberAttributeConstraints",
        {"max_value": "MaxValue", "min_value": "MinValue"},
    ),
    "string_attribute_constraints": (
        "StringAttributeConstraints",
        {"max_length": "MaxLength", "min_length": "MinLength"},
    ),
}


def _schemas(attributes: Sequence[Item]) -> list[dict[str, Any]]:
    """Give the attributes that a program declares: AWS shows its own for every pool, too."""
    return [
        {"name": attribute["Name"].removeprefix(_CUSTOM), **_schema(attribute)}
        for attribute in attributes
        if attribute["Name"].startswith(_CUSTOM)
        or (attribute.get("Required") and attribute["Name"] != "sub")
    ]


def _schema(attribute: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        name: attribute[member] for name, member in _SCHEMA.items() if member in attribute
    }
    for name, (member, bounds) in _CONSTRAINTS.items():
        if value := attribute.get(member):
            made[name] = {own: value[theirs] for own, theirs in bounds.items() if theirs in value}
    return made


def _endpoint(item: Item, answers: Answers) -> Mapping[str, Any]:
    # A pool's id begins with its region: `eu-west-1_AbCdEf123`.
    id_ = str(item["Id"])
    region = id_.partition("_")[0]
    china = ".cn" if region.startswith("cn-") else ""
    return {"endpoint": f"cognito-idp.{region}.amazonaws.com{china}/{id_}"}


POOL = Type(
    token=COGNITO_USER_POOL,
    service="cognito-idp",
    listing=Listing(operation="ListUserPools", result="UserPools", fixed={"MaxResults": 60}),
    id="{Id}",
    arn="arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
    name="{Name}",
    questions={
        "pool": Question(
            operation="DescribeUserPool",
            parameters={"UserPoolId": "{Id}"},
            result="UserPool",
            absent=("ResourceNotFoundException",),
            whole=True,
        ),
        "mfa": Question(
            operation="GetUserPoolMfaConfig",
            parameters={"UserPoolId": "{Id}"},
            absent=("ResourceNotFoundException",),
        ),
    },
    names={
        "email_configuration.from_email_address": "From",
        "email_mfa_configuration": "mfa:EmailMfaConfiguration",
        "password_policy": "Policies.PasswordPolicy",
        "schemas": ("SchemaAttributes", _schemas),
        "sign_in_policy": "Policies.SignInPolicy",
        "software_token_mfa_configuration": "mfa:SoftwareTokenMfaConfiguration",
        "web_authn_configuration": "mfa:WebAuthnConfiguration",
    },
    extra=_endpoint,
    provides=frozenset({"endpoint"}),
    tags="pool:UserPoolTags",
)

CLIENT = Type(
    token=COGNITO_USER_POOL_CLIENT,
    service="cognito-idp",
    listing=Listing(
        operation="ListUserPoolClients",
        result="UserPoolClients",
        parent=COGNITO_USER_POOL,
        by="UserPoolId",
        single={"UserPoolId": "{user_pool_id}"},
    ),
    id="{ClientId}",
    name="{ClientName}",
    questions={
        "client": Question(
            operation="DescribeUserPoolClient",
            parameters={"UserPoolId": "{UserPoolId}", "ClientId": "{ClientId}"},
            result="UserPoolClient",
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    names={"name": "ClientName"},
    unread=frozenset({"client_secret", "generate_secret"}),
    parent_ids=("UserPoolId",),
)

TYPES = (POOL, CLIENT)
