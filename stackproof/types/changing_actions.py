"""Actions of IAM that delete or overwrite particular things, and those that give access.

Source: Service Authorization Reference, the tables "Actions defined by" each service: of the
access levels Write and Permissions management, those with a resource type. Which of them delete or
overwrite, their first word tells. What gives access is of the level Permissions management, with
or without a resource type. `python -m tests.changing_actions FILE` makes the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".txt")
GIVING: Final = Path(__file__).with_name("giving_actions.txt")
# The first words of what takes away, or puts something in the place of what was there.
VERBS: Final = re.compile(
    r"(Cancel|Delete|Deregister|Detach|Disable|Modify|Purge|Put|Release|Remove|Replace|Reset|Revoke"
    r"|Schedule|Set|Stop|Terminate|Update)(?![a-z]).*"
)


# What opens something to somebody: the rest of that level looks, closes, or only makes things.
GRANTS: Final = re.compile(
    r"(Add|Associate|Attach|Authorize|BatchGrant|Deactivate|Grant|Import|Join|Put|Set|Share|Upload"
    r"|connect)(?![a-z]).*|Disable\w*BlockPublicAccess"
    r"|Create\w*(Admin|Assignment|Credential|Grant|LoginProfile|Membership|Permission"
    r"|PermissionSet|PortfolioShare|ResourceShare|Trust)"
)
# What is of the levels Write and Read there, and gives somebody an account's rights all the same:
# credentials of others, and ways into databases and clusters.
GIVING_TOO: Final = (
    "airflow:CreateCliToken",
    "airflow:CreateWebLoginToken",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:SetTypeConfiguration",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "cognito-idp:AdminSetUserPassword",
    "connect:AdminGetEmergencyAccessToken",
    "dsql:DbConnect",
    "dsql:DbConnectAdmin",
    "eks:AssociateAccessPolicy",
    "eks:CreateAccessEntry",
    "eks:CreatePodIdentityAssociation",
    "elasticache:Connect",
    "elasticmapreduce:GetClusterSessionCredentials",
    "emr-containers:GetManagedEndpointSessionCredentials",
    "events:RetrieveConnectionCredentials",
    "grafana:CreateWorkspaceServiceAccountToken",
    "identitystore:CreateGroupMembership",
    "identitystore:CreateUser",
    "lightsail:CreateBucketAccessKey",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "memorydb:Connect",
    "redshift-serverless:GetCredentials",
    "redshift-serverless:GetIdentityCenterAuthToken",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "redshift:GetIdentityCenterAuthToken",
    "rolesanywhere:CreateProfile",
    "rolesanywhere:CreateTrustAnchor",
    "s3express:CreateSession",
    "sso:CreateAccountAssignment",
)


@cache
def changing_actions() -> Mapping[str, tuple[str, ...]]:
    """Give what deletes or overwrites, by service, as policies write it (`s3:DeleteObject`)."""
    return _read(FILE)


@cache
def giving_actions() -> Mapping[str, tuple[str, ...]]:
    """Give what opens something to somebody, by service (`kms:CreateGrant`)."""
    return _read(GIVING)


def _read(file: Path) -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in file.read_text().splitlines():
        if not line.startswith("#"):
            service, *names = line.split()
            table[service] = tuple(f"{service}:{name}" for name in names)
    return table
