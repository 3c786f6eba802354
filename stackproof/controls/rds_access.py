"""Who can get into databases, and with which credentials."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_that
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Texts
from stackproof.reasoning.databases import if_offered, without_feature
from stackproof.types.database_features import Feature
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE

# What a replica is made from: a cluster, or an instance.
_SOURCES = ("replication_source_identifier", "replicate_source_db")


@control(
    "rds-instance-not-public",
    title="Database instances are not publicly accessible",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("RDS.2",),
        Framework.CIS: ("2.2.3",),
        Framework.PCI: ("1.3.1", "1.4.2", "1.4.4"),
        Framework.NIST: ("AC-4", "SC-7"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER_INSTANCE, {"publicly_accessible": False}),
        failing=(Change("publicly_accessible", True),),
        unknown=(Hide("publicly_accessible"),),
        also_passing=(Remove("publicly_accessible"),),
    ),
)
def not_public(instance: Resource) -> Outcome:
    """The provider sends `false` when the property is not set."""
    return expect_that(
        instance,
        "publicly_accessible",
        lambda value: not value,
        expected="false",
        fix="Set publicly_accessible to false.",
    )


@control(
    "rds-iam-authentication",
    title="Databases accept IAM authentication",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks={
        Framework.FSBP: ("RDS.10", "RDS.12"),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-2(1)", "AC-3"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"iam_database_authentication_enabled": True}),
        failing=(
            Change("iam_database_authentication_enabled", False),
            Remove("iam_database_authentication_enabled"),
        ),
        unknown=(Hide("iam_database_authentication_enabled"),),
        not_applicable=(
            (
                Remove("iam_database_authentication_enabled"),
                Change("engine_mode", "serverless"),
            ),
            *(
                (
                    Change("iam_database_authentication_enabled", False),
                    Change("engine", engine),
                )
                for engine in ("db2-se", "oracle-se2", "sqlserver-ex", "custom-oracle-ee")
            ),
        ),
    ),
)
def iam_authentication(database: Resource) -> Outcome:
    """People and services then connect with tokens of 15 minutes in place of shared passwords."""
    accepted = expect(
        database,
        "iam_database_authentication_enabled",
        True,
        fix="Set iam_database_authentication_enabled to true.",
    )
    return if_offered(accepted, database, Feature.IAM_AUTHENTICATION)


@control(
    "rds-managed-password",
    title="The master password of databases is managed by Secrets Manager",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks={
        Framework.PCI: ("8.3.2", "8.6.2", "8.6.3"),
        Framework.NIST: ("IA-5(1)", "SC-12"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"manage_master_user_password": True}),
        failing=(
            (
                Remove("manage_master_user_password"),
                Change("master_password", "not a secret, an example"),
            ),
            Change("manage_master_user_password", False),
            Remove("manage_master_user_password"),
            (Remove("manage_master_user_password"), Change("password", "an example, too")),
        ),
        unknown=(Hide("manage_master_user_password"),),
        not_applicable=tuple(
            (Remove("manage_master_user_password"), Change(name, value))
            for name, value in (
                *((source, "payments-primary") for source in _SOURCES),
                ("engine_mode", "serverless"),
                ("engine", "custom-oracle-ee"),
                ("global_cluster_identifier", "payments-everywhere"),
            )
        ),
    ),
)
def managed_password(database: Resource) -> Outcome:
    """A password in the program stays in its state and history; RDS rotates one of its own.

    None is managed in a global database, whose secondary clusters have no password at all. Source:
    Amazon Aurora and Amazon RDS User Guides, "Password management with … and AWS Secrets Manager",
    Limitations. The password itself never shows in the outcome.
    """
    if database["manage_master_user_password"]:
        return Pass()
    if any(database[name] for name in _SOURCES):
        return NotApplicable("a replica has the credentials of its source")
    if database["global_cluster_identifier"]:
        return NotApplicable("RDS manages no password in a global database")
    if why := without_feature(database, Feature.MANAGED_PASSWORD):
        return NotApplicable(why)
    return Fail(
        "manage_master_user_password",
        "true",
        database["manage_master_user_password"],
        "Set manage_master_user_password to true and remove the password.",
    )


@control(
    "rds-admin-name",
    title="Databases have a master user name that cannot be guessed",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks={
        Framework.FSBP: ("RDS.24", "RDS.25"),
        Framework.PCI: ("2.2.2",),
        Framework.NIST: ("CM-6",),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"master_username": "payments_owner"}),
        failing=(
            Change("master_username", "postgres"),
            Change("master_username", "Admin"),
            (Remove("master_username"), Change("username", "admin")),
        ),
        unknown=(Hide("master_username"),),
        also_passing=((Remove("master_username"), Change("username", "orders_owner")),),
        not_applicable=(Remove("master_username"),),
    ),
)
def admin_name(
    database: Resource,
    *,
    guessable: Annotated[tuple[str, ...], Texts("names of users", fewest=1)] = (
        "admin",
        "awsuser",
        "master",
        "postgres",
        "root",
    ),
) -> Outcome:
    """The names that consoles and tutorials propose are tried first."""
    # A cluster says master_username, an instance username.
    path = "username" if database.raw("master_username") is None else "master_username"
    if database[path] is None:
        return NotApplicable("the database takes its user from a snapshot or a primary")
    return expect_that(
        database,
        path,
        lambda value: str(value).lower() not in guessable,
        expected=f"none of {', '.join(guessable)}",
        fix="Choose another name; the change replaces the database.",
    )
