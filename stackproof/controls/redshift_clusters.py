"""Warehouses: who reaches them, and how what they hold and send is encrypted."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import REDSHIFT_CLUSTER, REDSHIFT_PARAMETER_GROUP


@control(
    "redshift-encrypted",
    title="Warehouses are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=REDSHIFT_CLUSTER,
    frameworks={
        Framework.FSBP: ("Redshift.10",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"encrypted": "true"}),
        failing=(Change("encrypted", "false"), Change("encrypted", False)),
        unknown=(Hide("encrypted"),),
        also_passing=(Remove("encrypted"), Change("encrypted", True)),
    ),
)
def encrypted(cluster: Resource) -> Outcome:
    """New clusters are encrypted unless that is switched off; Pulumi has the word as text.

    Source: Pulumi AWS, redshift.Cluster, `encrypted`.
    """
    return expect_that(
        cluster,
        "encrypted",
        lambda value: str(value).lower() != "false",
        expected="true",
        fix="Leave encrypted out, or set it to true.",
    )


@control(
    "redshift-not-public",
    title="Warehouses are not publicly accessible",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=REDSHIFT_CLUSTER,
    frameworks={
        Framework.FSBP: ("Redshift.1",),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-3", "AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"publicly_accessible": False}),
        failing=(Change("publicly_accessible", True),),
        unknown=(Hide("publicly_accessible"),),
        also_passing=(Remove("publicly_accessible"),),
    ),
)
def not_public(cluster: Resource) -> Outcome:
    """A public address needs one open rule more to give all customers away.

    Source: Pulumi AWS, redshift.Cluster, `publicly_accessible`: false by default.
    """
    return expect_that(
        cluster,
        "publicly_accessible",
        lambda value: value is not True,
        expected="false",
        fix="Set publicly_accessible to false.",
    )


# Source: Amazon Redshift Management Guide, "Amazon Redshift parameter groups": require_ssl is on in
# the default group of version 2.0, which new clusters have, and off in that of 1.0.
TLS_BY_DEFAULT = "default.redshift-2.0"
GROUP = "cluster_parameter_group_name"


@control(
    "redshift-forces-tls",
    title="Warehouses refuse connections without TLS",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=REDSHIFT_CLUSTER,
    needs=(REDSHIFT_PARAMETER_GROUP,),
    frameworks={
        Framework.FSBP: ("Redshift.2",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8", "SC-8(1)"),
    },
    cases=Cases(
        passing=Given(
            REDSHIFT_CLUSTER,
            {GROUP: Ref("group")},
            (
                Neighbour(
                    "group",
                    REDSHIFT_PARAMETER_GROUP,
                    {
                        "family": "redshift-1.0",
                        "parameters": [{"name": "require_ssl", "value": "true"}],
                    },
                ),
            ),
        ),
        failing=(
            Change("parameters.0.value", "false", of="group"),
            Change("parameters.0.name", "statement_timeout", of="group"),
            Remove("parameters", of="group"),
            Change(GROUP, "default.redshift-1.0"),
        ),
        unknown=(
            Hide(GROUP),
            Hide("parameters", of="group"),
            Hide("parameters.0.value", of="group"),
        ),
        absent=(Without("group"),),
        also_passing=(
            Remove(GROUP),
            Change(GROUP, TLS_BY_DEFAULT),
            Change("parameters.0.value", "1", of="group"),
            (Change("family", "redshift-2.0", of="group"), Remove("parameters", of="group")),
        ),
    ),
)
def forces_tls(cluster: Resource, stack: Stack) -> Outcome:
    """A password or a customer's name sent without TLS is readable to anybody on the way."""
    named = cluster.raw(GROUP)
    fix = "Give the cluster a redshift.ParameterGroup that sets require_ssl to true."
    if named in (None, "", TLS_BY_DEFAULT):
        return Pass()
    if isinstance(named, str) and named.startswith("default."):
        return Fail(GROUP, "a group that sets require_ssl", named, fix)
    group = stack.follow_one(cluster, GROUP, REDSHIFT_PARAMETER_GROUP)
    if group is None:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, GROUP, "no name"))
    required = each(group.elements("parameters"), lambda parameter: _requires_tls(parameter, fix))
    if not isinstance(required, NotApplicable):
        return required
    if group["family"] == "redshift-2.0":
        return Pass()
    return Fail("parameters.require_ssl", "true", None, fix)


def _requires_tls(parameter: Block, fix: str) -> Outcome:
    if parameter["name"] != "require_ssl":
        return NotApplicable("another parameter")
    return expect_that(
        parameter,
        "value",
        lambda value: str(value).lower() in {"true", "1", "on"},
        expected="true",
        fix=fix,
    )


@control(
    "redshift-enhanced-vpc-routing",
    title="Warehouses load and unload data through their VPC",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=REDSHIFT_CLUSTER,
    frameworks={
        Framework.FSBP: ("Redshift.7",),
        Framework.NIST: ("AC-4", "AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"enhanced_vpc_routing": True}),
        failing=(Change("enhanced_vpc_routing", False), Remove("enhanced_vpc_routing")),
        unknown=(Hide("enhanced_vpc_routing"),),
    ),
)
def enhanced_vpc_routing(cluster: Resource) -> Outcome:
    """Otherwise COPY and UNLOAD go over the internet, past endpoint policies and flow logs.

    Source: Amazon Redshift Management Guide, "Enhanced VPC routing in Amazon Redshift".
    """
    return expect(cluster, "enhanced_vpc_routing", True, fix="Set enhanced_vpc_routing to true.")


@control(
    "redshift-own-administrator",
    title="The administrator of a warehouse has a name of its own",
    severity=Severity.LOW,
    category=Category.IAM,
    types=REDSHIFT_CLUSTER,
    frameworks={
        Framework.FSBP: ("Redshift.8",),
        Framework.PCI: ("2.2.2",),
        Framework.NIST: ("CM-2",),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"master_username": "warehouse_owner"}),
        failing=(Change("master_username", "awsuser"),),
        unknown=(Hide("master_username"),),
        also_passing=(Remove("master_username"),),
    ),
)
def own_administrator(cluster: Resource) -> Outcome:
    """Half of what a guesser needs is the name, and `awsuser` is the one that AWS proposes.

    A cluster from a snapshot has the name that the snapshot has.
    """
    return expect_that(
        cluster,
        "master_username",
        lambda value: value != "awsuser",
        expected="another name than awsuser",
        fix="Set master_username; the change replaces the cluster.",
    )
