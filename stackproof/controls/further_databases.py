"""DocumentDB, Neptune, Redshift and search domains: what is asked of RDS, where they have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackproof.controls.maintenance_windows import apart
from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_that
from stackproof.controls.support.final_snapshots import leaves_snapshot
from stackproof.controls.support.keys import customer_key
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    ELASTICSEARCH_DOMAIN,
    KMS_KEY,
    NEPTUNE_CLUSTER,
    OPENSEARCH_DOMAIN,
    REDSHIFT_CLUSTER,
)

_KEY: Final = Neighbour("key", KMS_KEY, {"description": "data"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database, with its properties: of its key, and of its subnets where it has any.

    What `leaves_snapshot` takes one when it is deleted; what has `windows` states both.
    """

    id: str
    things: str
    types: tuple[str, ...]
    key: str
    subnets: str = ""
    leaves_snapshot: bool = True
    windows: bool = True


KINDS: Final = (
    Kind(
        "docdb-cluster",
        "DocumentDB clusters",
        (DOCDB_CLUSTER,),
        "kms_key_id",
        "db_subnet_group_name",
    ),
    Kind(
        "neptune-cluster",
        "Neptune clusters",
        (NEPTUNE_CLUSTER,),
        "kms_key_arn",
        "neptune_subnet_group_name",
    ),
    # Redshift takes its snapshots by itself, at no time that could be chosen.
    Kind(
        "redshift",
        "Warehouses",
        (REDSHIFT_CLUSTER,),
        "kms_key_id",
        "cluster_subnet_group_name",
        windows=False,
    ),
    Kind(
        "opensearch",
        "Search domains",
        (OPENSEARCH_DOMAIN, ELASTICSEARCH_DOMAIN),
        "encrypt_at_rest.kms_key_id",
        leaves_snapshot=False,
        windows=False,
    ),
)


def _with_own_key(kind: Kind) -> None:
    head, _, tail = kind.key.partition(".")
    key = Ref("key", "arn")

    @control(
        f"{kind.id}-customer-key",
        title=f"{kind.things} are encrypted with a customer managed key",
        severity=Severity.MEDIUM,
        category=Category.SECURITY,
        family=Family.ENCRYPTION,
        types=kind.types,
        needs=KEY_TYPES,
        frameworks={Framework.PCI: ("3.6.1", "3.7.1"), Framework.NIST: ("SC-12", "SC-28(1)")},
        cases=Cases(
            passing=Given(
                kind.types[0], {head: {"enabled": True, tail: key} if tail else key}, (_KEY,)
            ),
            failing=(Remove(head), Remove(kind.key), Change(kind.key, "alias/aws/rds")),
            unknown=(Hide(head), Hide(kind.key)),
            absent=(Without("key"),),
        ),
    )
    def judge(database: Resource, stack: Stack) -> Outcome:
        """Only the owner of a customer managed key decides who may read a snapshot elsewhere."""
        return customer_key(database, stack, kind.key)


def _leaving_snapshot(kind: Kind) -> None:
    @control(
        f"{kind.id}-final-snapshot",
        title=f"{kind.things} leave a final snapshot when they are deleted",
        severity=Severity.MEDIUM,
        category=Category.DR,
        types=kind.types,
        tolerated_in=(*NON_PRODUCTION, "staging"),
        frameworks={Framework.NIST: ("CP-9",)},
        cases=Cases(
            passing=Given(
                kind.types[0],
                {"skip_final_snapshot": False, "final_snapshot_identifier": "orders-final"},
            ),
            failing=(
                Change("skip_final_snapshot", True),
                Remove("final_snapshot_identifier"),
            ),
            unknown=(Hide("skip_final_snapshot"),),
            also_passing=(Remove("skip_final_snapshot"),),
            not_applicable=(
                (Remove("skip_final_snapshot"), Remove("final_snapshot_identifier")),
                Change("tags", {"Environment": "dev"}),
            ),
        ),
    )
    def judge(database: Resource) -> Outcome:
        """AWS asks for the name at the deletion and keeps no record of it, so only programs tell.

        Source: Amazon DocumentDB, Neptune and Redshift API References, DeleteDBCluster and
        DeleteCluster.
        """
        return leaves_snapshot(database)


def _in_own_subnets(kind: Kind) -> None:
    @control(
        f"{kind.id}-own-subnets",
        title=f"{kind.things} name the subnet group that they stand in",
        severity=Severity.MEDIUM,
        category=Category.NETWORK,
        types=kind.types,
        frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-4(21)", "SC-7")},
        cases=Cases(
            passing=Given(kind.types[0], {kind.subnets: "isolated"}),
            failing=(Remove(kind.subnets), Change(kind.subnets, "default")),
            unknown=(Hide(kind.subnets),),
        ),
    )
    def judge(database: Resource) -> Outcome:
        """Otherwise it stands in the default VPC, whose subnets all lead to the internet."""
        return expect_that(
            database,
            kind.subnets,
            lambda name: name not in (None, "", "default"),
            expected="a subnet group of the program",
            fix=f"Set {kind.subnets} to a SubnetGroup of isolated subnets.",
        )


def _with_windows_apart(kind: Kind) -> None:
    backup, maintenance = "preferred_backup_window", "preferred_maintenance_window"

    @control(
        f"{kind.id}-windows-apart",
        title=f"The backup window of {kind.things} is stated and outside the maintenance window",
        severity=Severity.LOW,
        category=Category.DR,
        types=kind.types,
        frameworks={Framework.NIST: ("CP-9", "MA-2")},
        cases=Cases(
            passing=Given(
                kind.types[0], {backup: "03:00-04:00", maintenance: "sun:04:30-sun:05:30"}
            ),
            failing=(
                Change(maintenance, "sun:03:30-sun:04:30"),
                Remove(backup),
                Remove(maintenance),
            ),
            unknown=(Hide(backup), Hide(maintenance)),
        ),
    )
    def judge(cluster: Resource) -> Outcome:
        """AWS chooses windows at random when none is stated, and refuses some overlaps only."""
        return apart(cluster, backup, maintenance)


for _kind in KINDS:
    _with_own_key(_kind)
    if _kind.leaves_snapshot:
        _leaving_snapshot(_kind)
    if _kind.subnets:
        _in_own_subnets(_kind)
    if _kind.windows:
        _with_windows_apart(_kind)
