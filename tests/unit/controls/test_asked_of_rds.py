"""What is asked of RDS is asked of the other databases, or here stands why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stackproof.controls import catalogue
from stackproof.types import tokens as t

RDS = {t.RDS_CLUSTER, t.RDS_CLUSTER_INSTANCE, t.RDS_INSTANCE}
OTHERS = {
    "docdb": {t.DOCDB_CLUSTER, t.DOCDB_INSTANCE},
    "neptune": {t.NEPTUNE_CLUSTER, t.NEPTUNE_INSTANCE},
    "redshift": {t.REDSHIFT_CLUSTER},
    "elasticache": {t.ELASTICACHE_CLUSTER, t.ELASTICACHE_REPLICATION_GROUP},
    "opensearch": {t.OPENSEARCH_DOMAIN, t.ELASTICSEARCH_DOMAIN},
}
NO_USER = "it has no users of its own"
NO_SETTING = "no property of it says so"
ITSELF = "the service does it by itself"
UNREAD = "it stands in a type that no reader reads yet"
CACHE = "what must not be lost is kept in no cache"
NOT_ASKED = "no benchmark asks it of this service"
COVERED = "backups, zones and failover are judged by controls of their own"
# By demand, the controls of RDS; then for each other service its control, or why there is none.
ASKED: tuple[tuple[tuple[str, ...], tuple[str, str, str, str, str]], ...] = (
    (
        ("rds-admin-name",),
        ("docdb-admin-name", NO_USER, "redshift-own-administrator", NO_USER, UNREAD),
    ),
    (
        ("rds-audit-logging", "rds-log-exports"),
        (
            "docdb-cluster-audit-logs",
            "neptune-cluster-audit-logs",
            "redshift-audit-logs",
            NOT_ASKED,
            "opensearch-audit-logs",
        ),
    ),
    (
        ("rds-cluster-backup-retention", "rds-instance-backup-retention"),
        (
            "docdb-cluster-backup-retention",
            "neptune-cluster-backup-retention",
            "redshift-keeps-snapshots",
            "elasticache-snapshot-retention",
            ITSELF,
        ),
    ),
    (
        ("rds-cluster-failover-target",),
        (NOT_ASKED, NOT_ASKED, NO_SETTING, "elasticache-automatic-failover", ITSELF),
    ),
    (
        ("rds-cluster-forces-tls", "rds-instance-forces-tls"),
        (
            UNREAD,
            ITSELF,
            "redshift-forces-tls",
            "elasticache-encrypted-in-transit",
            "opensearch-https",
        ),
    ),
    (
        ("rds-cluster-reader-in-another-zone", "rds-instance-multi-az"),
        (
            "docdb-cluster-reader-in-another-zone",
            "neptune-cluster-reader-in-another-zone",
            "redshift-multi-az",
            "elasticache-multi-az",
            "opensearch-nodes-over-zones",
        ),
    ),
    (
        ("rds-cluster-recovery-objectives",),
        (COVERED, COVERED, COVERED, "elasticache-recovery-point", COVERED),
    ),
    (
        ("rds-cluster-storage-encrypted", "rds-instance-storage-encrypted"),
        (
            "docdb-cluster-encrypted",
            "neptune-cluster-encrypted",
            "redshift-encrypted",
            "elasticache-encrypted-at-rest",
            "opensearch-encrypted",
        ),
    ),
    (
        ("rds-cluster-windows-apart", "rds-instance-windows-apart"),
        (
            "docdb-cluster-windows-apart",
            "neptune-cluster-windows-apart",
            NO_SETTING,
            "elasticache-windows-apart",
            NO_SETTING,
        ),
    ),
    (
        ("rds-copies-tags-to-snapshots",),
        (NO_SETTING, "neptune-copies-tags-to-snapshots", NO_SETTING, NO_SETTING, NO_SETTING),
    ),
    (
        ("rds-customer-key",),
        (
            "docdb-cluster-customer-key",
            "neptune-cluster-customer-key",
            "redshift-customer-key",
            "elasticache-customer-key",
            "opensearch-customer-key",
        ),
    ),
    (
        ("rds-deletion-protection",),
        (
            "docdb-cluster-deletion-protection",
            "neptune-cluster-deletion-protection",
            NO_SETTING,
            NO_SETTING,
            NO_SETTING,
        ),
    ),
    (("rds-events-told",), (UNREAD, UNREAD, UNREAD, NOT_ASKED, NO_SETTING)),
    (
        ("rds-final-snapshot",),
        (
            "docdb-cluster-final-snapshot",
            "neptune-cluster-final-snapshot",
            "redshift-final-snapshot",
            CACHE,
            NO_SETTING,
        ),
    ),
    (
        ("rds-iam-authentication",),
        (
            NO_SETTING,
            "neptune-cluster-iam-authentication",
            NO_SETTING,
            "elasticache-asks-for-credentials",
            "opensearch-fine-grained-access",
        ),
    ),
    (
        (
            "rds-instance-enhanced-monitoring",
            "rds-instance-performance-insights",
            "rds-instance-insights-customer-key",
        ),
        (NOT_ASKED, NO_SETTING, NO_SETTING, NO_SETTING, NO_SETTING),
    ),
    (
        ("rds-instance-minor-upgrades",),
        (
            NO_SETTING,
            "neptune-instance-minor-upgrades",
            "redshift-version-upgrades",
            "elasticache-minor-upgrades",
            NOT_ASKED,
        ),
    ),
    (
        ("rds-instance-not-public",),
        (
            NO_SETTING,
            "neptune-instance-not-public",
            "redshift-not-public",
            NO_SETTING,
            "opensearch-in-vpc",
        ),
    ),
    (
        ("rds-instance-own-subnets",),
        (
            "docdb-cluster-own-subnets",
            "neptune-cluster-own-subnets",
            "redshift-own-subnets",
            "cache-cluster-own-subnets",
            "opensearch-in-vpc",
        ),
    ),
    (("rds-instance-storage-grows",), (ITSELF, ITSELF, ITSELF, NO_SETTING, NO_SETTING)),
    (("rds-instance-valid-ca",), ("docdb-instance-valid-ca", ITSELF, ITSELF, ITSELF, ITSELF)),
    (("rds-key-of-its-region",), (UNREAD, UNREAD, UNREAD, UNREAD, NO_SETTING)),
    (
        ("rds-managed-password",),
        ("docdb-managed-password", NO_USER, "redshift-managed-password", NO_SETTING, NO_SETTING),
    ),
    (
        ("rds-password-customer-key",),
        (NO_SETTING, NO_USER, "redshift-password-customer-key", NO_SETTING, NO_SETTING),
    ),
    (
        ("rds-supported-version",),
        (
            "docdb-supported-version",
            "neptune-supported-version",
            ITSELF,
            "cache-supported-version",
            "opensearch-supported-version",
        ),
    ),
)


def pairs() -> Iterator[tuple[str, str]]:
    for _, answers in ASKED:
        for service, answer in zip(OTHERS, answers, strict=True):
            if " " not in answer:
                yield service, answer


def test_every_control_of_rds_is_in_the_table_once() -> None:
    named = sorted(id_ for ids, _ in ASKED for id_ in ids)
    judging = {c.id for c in catalogue().values() if RDS & {*c.types} and c.id.startswith("rds-")}
    assert named == sorted(judging)


@pytest.mark.parametrize(("service", "id_"), [*pairs()])
def test_another_service_is_asked_the_same(service: str, id_: str) -> None:
    assert OTHERS[service] & {*catalogue()[id_].types}
