"""Who can get into Aurora databases, and with which credentials."""

from __future__ import annotations

from stackproof.controls.checks import expect, expect_that
from stackproof.controls.registry import control
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
from stackproof.model.types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE


@control(
    "rds-instance-not-public",
    title="Aurora instances are not publicly accessible",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=RDS_CLUSTER_INSTANCE,
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("RDS.2",),
        Framework.CIS: ("2.2.3",),
        Framework.PCI: ("1.3.1", "1.4.2"),
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
    "rds-cluster-iam-authentication",
    title="Aurora clusters accept IAM authentication",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=RDS_CLUSTER,
    frameworks={
        Framework.FSBP: ("RDS.12",),
        Framework.PCI: ("7.2.1", "8.3.4"),
        Framework.NIST: ("AC-2(1)", "AC-3"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"iam_database_authentication_enabled": True}),
        failing=(
            Change("iam_database_authentication_enabled", False),
            Remove("iam_database_authentication_enabled"),
        ),
        unknown=(Hide("iam_database_authentication_enabled"),),
    ),
)
def iam_authentication(cluster: Resource) -> Outcome:
    """People and services then connect with tokens of 15 minutes in place of shared passwords."""
    return expect(
        cluster,
        "iam_database_authentication_enabled",
        True,
        fix="Set iam_database_authentication_enabled to true.",
    )


@control(
    "rds-cluster-managed-password",
    title="The master password of Aurora clusters is managed by Secrets Manager",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
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
        ),
        unknown=(Hide("manage_master_user_password"),),
        not_applicable=(
            (
                Remove("manage_master_user_password"),
                Change("replication_source_identifier", "payments-primary"),
            ),
        ),
    ),
)
def managed_password(cluster: Resource) -> Outcome:
    """A password in the program stays in its state and history; RDS rotates one of its own.

    Source: Amazon Aurora User Guide, "Password management with Amazon Aurora and AWS Secrets
    Manager". The password itself never shows in the outcome.
    """
    if cluster["manage_master_user_password"]:
        return Pass()
    if cluster["replication_source_identifier"]:
        return NotApplicable("a replica has the credentials of its source")
    return Fail(
        "manage_master_user_password",
        "true",
        cluster["manage_master_user_password"],
        "Set manage_master_user_password to true and remove master_password.",
    )


@control(
    "rds-cluster-admin-name",
    title="Aurora clusters have a master user name that cannot be guessed",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=RDS_CLUSTER,
    frameworks={
        Framework.FSBP: ("RDS.24",),
        Framework.PCI: ("2.2.2",),
        Framework.NIST: ("CM-6",),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"master_username": "payments_owner"}),
        failing=(Change("master_username", "postgres"), Change("master_username", "Admin")),
        unknown=(Hide("master_username"),),
        not_applicable=(Remove("master_username"),),
    ),
)
def admin_name(
    cluster: Resource,
    *,
    guessable: tuple[str, ...] = ("admin", "awsuser", "master", "postgres", "root"),
) -> Outcome:
    """The names that consoles and tutorials propose are tried first."""
    if cluster["master_username"] is None:
        return NotApplicable("the cluster takes its user from a snapshot or a primary")
    return expect_that(
        cluster,
        "master_username",
        lambda value: str(value).lower() not in guessable,
        expected=f"none of {', '.join(guessable)}",
        fix="Choose another master_username; the change replaces the cluster.",
    )
