"""Engines and clusters whose version AWS still supports: by tables of ends of support."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.in_support import in_support
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.ends import Ends
from stackproof.types.ends.engines import CACHES, DATABASES, DOCUMENTS, GRAPHS, SEARCH
from stackproof.types.ends.kubernetes import VERSIONS
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    EKS_CLUSTER,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    NEPTUNE_CLUSTER,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    RDS_INSTANCE,
)

_UPGRADE = "Upgrade to a version in standard support."
_FRAMEWORKS = {Framework.PCI: ("6.3.3",), Framework.NIST: ("SA-22", "SI-2")}


@control(
    "rds-supported-version",
    title="Databases run a version in standard support",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"engine": "postgres", "engine_version": "17.4"}),
        failing=(
            Change("engine_version", "13.20"),
            Change("engine_version", "9.4"),
            (Change("engine", "mysql"), Change("engine_version", "8.0.42")),
            (Change("engine", "mariadb"), Change("engine_version", "10.5.29")),
            (Change("engine", "sqlserver-web"), Change("engine_version", "13.00.6455.2.v1")),
            (Change("engine", "oracle-se2"), Change("engine_version", "12.1.0.2.v28")),
            (
                Change("engine", "aurora-mysql"),
                Change("engine_version", "5.7.mysql_aurora.2.12.4"),
            ),
        ),
        unknown=(
            Hide("engine"),
            Hide("engine_version"),
            (Change("engine", "mariadb"), Change("engine_version", "10.9.1")),
        ),
        also_passing=(
            (
                Change("engine", "aurora-mysql"),
                Change("engine_version", "8.0.mysql_aurora.3.08.1"),
            ),
            (Change("engine", "mysql"), Change("engine_version", "8.4.6")),
            (Change("engine", "oracle-ee"), Change("engine_version", "19.0.0.0.ru-2025-04")),
            Change("engine_version", "99.1"),
        ),
        not_applicable=(
            Remove("engine_version"),
            (Change("engine", "db2-se"), Change("engine_version", "11.5")),
        ),
    ),
)
def database_version(database: Resource) -> Outcome:
    """Afterwards only critical faults are mended, for a fee, until AWS upgrades it by itself."""
    return _of_engine(database, DATABASES.get(database.text("engine") or ""))


@control(
    "docdb-supported-version",
    title="DocumentDB clusters run a version in standard support",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=DOCDB_CLUSTER,
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(DOCDB_CLUSTER, {"engine_version": "5.0.0"}),
        failing=(Change("engine_version", "3.6.0"),),
        unknown=(Hide("engine_version"), Change("engine_version", "6.0.0")),
        also_passing=(Change("engine_version", "8.0.0"), Change("engine_version", "99.0.0")),
        not_applicable=(Remove("engine_version"),),
    ),
)
def document_version(cluster: Resource) -> Outcome:
    """Extended support, which follows, costs extra for every hour of every processor."""
    return _of_engine(cluster, DOCUMENTS)


@control(
    "neptune-supported-version",
    title="Neptune clusters run a version that has not ended",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=NEPTUNE_CLUSTER,
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(NEPTUNE_CLUSTER, {"engine_version": "1.4.8.0"}),
        failing=(
            Change("engine_version", "1.1.0.0"),
            Change("engine_version", "1.0.5.1"),
            Change("engine_version", "1.0.2.2.R6"),
        ),
        unknown=(Hide("engine_version"), Change("engine_version", "latest")),
        also_passing=(Change("engine_version", "1.99.0.0"),),
        not_applicable=(Remove("engine_version"),),
    ),
)
def graph_version(cluster: Resource) -> Outcome:
    """After its end AWS upgrades a cluster by itself, and makes no instance of the old version."""
    return _of_engine(cluster, GRAPHS)


@control(
    "cache-supported-version",
    title="Caches run a version in standard support",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(ELASTICACHE_CLUSTER, ELASTICACHE_REPLICATION_GROUP),
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(ELASTICACHE_REPLICATION_GROUP, {"engine": "redis", "engine_version": "7.1"}),
        failing=(
            Change("engine_version", "5.0.6"),
            Change("engine_version", "3.2.10"),
            (Remove("engine"), Change("engine_version", "4.0.10")),
        ),
        unknown=(Hide("engine"), Hide("engine_version")),
        also_passing=((Change("engine", "valkey"), Change("engine_version", "8.1")),),
        not_applicable=(
            Remove("engine_version"),
            (Change("engine", "memcached"), Change("engine_version", "1.6.22")),
        ),
    ),
)
def cache_version(cache: Resource) -> Outcome:
    """AWS names no end of support for Memcached. A group is one of Redis unless it says so."""
    default = "redis" if cache.type == ELASTICACHE_REPLICATION_GROUP else ""
    return _of_engine(cache, CACHES.get(cache.text("engine") or default))


@control(
    "opensearch-supported-version",
    title="Search domains run a version in standard support",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=OPENSEARCH_DOMAIN,
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(OPENSEARCH_DOMAIN, {"engine_version": "OpenSearch_2.19"}),
        failing=(
            Change("engine_version", "OpenSearch_2.9"),
            Change("engine_version", "Elasticsearch_7.8"),
        ),
        unknown=(Hide("engine_version"), Change("engine_version", "OpenSearch_2.10")),
        also_passing=(Change("engine_version", "OpenSearch_3.5"),),
        not_applicable=(Remove("engine_version"),),
    ),
)
def search_version(domain: Resource) -> Outcome:
    """Extended support, which follows, costs extra for every hour of every node."""
    return _of_engine(domain, SEARCH)


def _of_engine(resource: Resource, table: Ends | None) -> Outcome:
    version = resource.text("engine_version")
    if version is None:
        return NotApplicable("AWS chooses a version in support when none is said")
    if table is None:
        return NotApplicable(f"no ends of support are known of {resource.text('engine')}")
    return in_support(resource, "engine_version", version, table, fix=_UPGRADE)


@control(
    "eks-supported-version",
    title="Clusters run a Kubernetes version in standard support",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=EKS_CLUSTER,
    frameworks={Framework.FSBP: ("EKS.2",), **_FRAMEWORKS},
    cases=Cases(
        passing=Given(EKS_CLUSTER, {"version": "1.36"}),
        failing=(Change("version", "1.31"), Change("version", "1.12")),
        unknown=(Hide("version"), Change("version", "latest")),
        also_passing=(Change("version", "1.99"),),
        not_applicable=(Remove("version"),),
    ),
)
def kubernetes_version(cluster: Resource) -> Outcome:
    """Fourteen months after a version came the hour costs six times as much."""
    version = cluster.text("version")
    if version is None:
        return NotApplicable("AWS chooses a version in support when none is said")
    return in_support(cluster, "version", version, VERSIONS, fix=_UPGRADE)
