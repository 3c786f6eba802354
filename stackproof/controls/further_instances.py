"""Instances of DocumentDB and Neptune: where they stand, who reaches them, what they present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_that
from stackproof.controls.support.in_support import in_support
from stackproof.controls.support.instance_zones import in_several_zones
from stackproof.model import (
    Category,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.ends.rds_authorities import AUTHORITIES
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    DOCDB_INSTANCE,
    NEPTUNE_CLUSTER,
    NEPTUNE_INSTANCE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cluster, and of the instances that it is made of."""

    id: str
    things: str
    cluster: str
    instance: str


KINDS: Final = (
    Kind("docdb", "DocumentDB", DOCDB_CLUSTER, DOCDB_INSTANCE),
    Kind("neptune", "Neptune", NEPTUNE_CLUSTER, NEPTUNE_INSTANCE),
)


def _over_zones(kind: Kind) -> None:
    placed = [
        Neighbour(
            name,
            kind.instance,
            {"cluster_identifier": Ref("subject"), "availability_zone": f"us-east-1{zone}"},
        )
        for name, zone in (("writer", "a"), ("reader", "b"))
    ]

    @control(
        f"{kind.id}-cluster-reader-in-another-zone",
        title=f"{kind.things} clusters have instances in at least two Availability Zones",
        severity=Severity.MEDIUM,
        category=Category.HA,
        types=kind.cluster,
        needs=(kind.instance,),
        tolerated_in=NON_PRODUCTION,
        frameworks={Framework.NIST: ("CP-10", "SC-36")},
        cases=Cases(
            passing=Given(kind.cluster, {"cluster_identifier": "orders"}, tuple(placed)),
            failing=(Change("availability_zone", "us-east-1a", of="reader"), Without("reader")),
            unknown=(
                Hide("availability_zone", of="reader"),
                Remove("availability_zone", of="reader"),
            ),
            absent=((Without("reader"), Without("writer")),),
            not_applicable=(Change("tags", {"Environment": "dev"}),),
        ),
    )
    def judge(cluster: Resource, stack: Stack) -> Outcome:
        """Storage is in three zones, but a new instance takes minutes that a failover doesn't.

        Source: Amazon DocumentDB and Neptune User Guides, high availability and replication.
        """
        return in_several_zones(cluster, stack, kind.instance)


for _kind in KINDS:
    _over_zones(_kind)


@control(
    "neptune-instance-not-public",
    title="Neptune instances are not publicly accessible",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=NEPTUNE_INSTANCE,
    frameworks={
        Framework.PCI: ("1.3.1", "1.4.2", "1.4.4"),
        Framework.NIST: ("AC-4", "SC-7"),
    },
    cases=Cases(
        passing=Given(NEPTUNE_INSTANCE, {"publicly_accessible": False}),
        failing=(Change("publicly_accessible", True),),
        unknown=(Hide("publicly_accessible"),),
        also_passing=(Remove("publicly_accessible"),),
    ),
)
def not_public(instance: Resource) -> Outcome:
    """A public endpoint needs one open rule more. It is off unless asked for.

    Source: Pulumi AWS, neptune.ClusterInstance, `publicly_accessible`.
    """
    return expect_that(
        instance,
        "publicly_accessible",
        lambda value: not value,
        expected="false",
        fix="Set publicly_accessible to false.",
    )


@control(
    "neptune-instance-minor-upgrades",
    title="Neptune instances take minor engine versions by themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=NEPTUNE_INSTANCE,
    frameworks={Framework.PCI: ("6.3.3",), Framework.NIST: ("SI-2",)},
    cases=Cases(
        passing=Given(NEPTUNE_INSTANCE, {"auto_minor_version_upgrade": True}),
        failing=(Change("auto_minor_version_upgrade", False),),
        unknown=(Hide("auto_minor_version_upgrade"),),
        also_passing=(Remove("auto_minor_version_upgrade"),),
    ),
)
def minor_upgrades(instance: Resource) -> Outcome:
    """A version of Neptune ends a year or two after it came, with no support beyond.

    DocumentDB has the property and does nothing by it. Source: Pulumi AWS,
    neptune.ClusterInstance and docdb.ClusterInstance, `auto_minor_version_upgrade`.
    """
    return expect_that(
        instance,
        "auto_minor_version_upgrade",
        lambda value: value is not False,
        expected="true",
        fix="Set auto_minor_version_upgrade to true.",
    )


@control(
    "docdb-instance-valid-ca",
    title="DocumentDB instances present a certificate of an authority that is still valid",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=DOCDB_INSTANCE,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8", "SC-17")},
    cases=Cases(
        passing=Given(DOCDB_INSTANCE, {"ca_cert_identifier": "rds-ca-rsa2048-g1"}),
        failing=(Change("ca_cert_identifier", "rds-ca-2019"),),
        unknown=(Hide("ca_cert_identifier"), Change("ca_cert_identifier", "mine")),
        also_passing=(Remove("ca_cert_identifier"),),
    ),
)
def valid_ca(instance: Resource) -> Outcome:
    """Its certificates are those of RDS; AWS chooses a valid authority by default.

    Source: Amazon DocumentDB Developer Guide, "Updating your Amazon DocumentDB TLS certificates".
    """
    path = "ca_cert_identifier"
    authority = instance.text(path)
    if authority is None:
        return Pass()
    fix = f"Set {path} to rds-ca-rsa2048-g1."
    return in_support(instance, path, authority, AUTHORITIES, fix=fix)
