"""Migrations of databases: who reaches the instances that copy, and how the copies travel."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect, expect_that
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import DMS_ENDPOINT, DMS_REPLICATION_INSTANCE

# What is reached by its own API, always with TLS. Source: AWS Database Migration Service User
# Guide, "Using SSL with AWS Database Migration Service".
BY_API = frozenset(
    {"dynamodb", "elasticsearch", "kinesis", "neptune", "opensearch", "redshift", "s3"}
)
# Where the settings of an engine say it: which property, and what is no TLS.
SETTINGS = {
    "kafka": ("kafka_settings.security_protocol", ("plaintext", "sasl-plaintext")),
    "redis": ("redis_settings.ssl_security_protocol", ("plaintext",)),
}


@control(
    "dms-not-public",
    title="Replication instances are not publicly accessible",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=DMS_REPLICATION_INSTANCE,
    frameworks={
        Framework.FSBP: ("DMS.1",),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-3", "AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(DMS_REPLICATION_INSTANCE, {"publicly_accessible": False}),
        failing=(Change("publicly_accessible", True),),
        unknown=(Hide("publicly_accessible"),),
        also_passing=(Remove("publicly_accessible"),),
    ),
)
def not_public(instance: Resource) -> Outcome:
    """It holds the passwords of both databases, and rows of them while they are copied.

    The provider says false where a program says nothing.
    """
    return expect_that(
        instance,
        "publicly_accessible",
        lambda value: value is not True,
        expected="false",
        fix="Set publicly_accessible to false; the change replaces the instance.",
    )


@control(
    "dms-minor-upgrades",
    title="Replication instances take minor engine versions by themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=DMS_REPLICATION_INSTANCE,
    frameworks={
        Framework.FSBP: ("DMS.6",),
        Framework.PCI: ("6.3.3",),
        Framework.NIST: ("SI-2",),
    },
    cases=Cases(
        passing=Given(DMS_REPLICATION_INSTANCE, {"auto_minor_version_upgrade": True}),
        failing=(Change("auto_minor_version_upgrade", False),),
        unknown=(Hide("auto_minor_version_upgrade"),),
        also_passing=(Remove("auto_minor_version_upgrade"),),
    ),
)
def minor_upgrades(instance: Resource) -> Outcome:
    """Minor versions carry the security fixes.

    Source: AWS DMS API Reference, CreateReplicationInstance: `AutoMinorVersionUpgrade` is true by
    default.
    """
    return expect_that(
        instance,
        "auto_minor_version_upgrade",
        lambda value: value is not False,
        expected="true",
        fix="Set auto_minor_version_upgrade to true.",
    )


@control(
    "dms-multi-az",
    title="Replication instances have a standby in another Availability Zone",
    severity=Severity.LOW,
    category=Category.HA,
    types=DMS_REPLICATION_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("DMS.13",), Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(DMS_REPLICATION_INSTANCE, {"multi_az": True}),
        failing=(Change("multi_az", False), Remove("multi_az")),
        unknown=(Hide("multi_az"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def multi_az(instance: Resource) -> Outcome:
    """A copy that stands still for longer than the source keeps its log starts from the beginning.

    Source: AWS Security Hub User Guide, DMS.13.
    """
    return expect(instance, "multi_az", True, fix="Set multi_az to true.")


@control(
    "dms-endpoint-tls",
    title="Migration endpoints use TLS",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=DMS_ENDPOINT,
    frameworks={
        Framework.FSBP: ("DMS.9", "DMS.12"),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8", "SC-13"),
    },
    cases=Cases(
        passing=Given(DMS_ENDPOINT, {"engine_name": "postgres", "ssl_mode": "verify-full"}),
        failing=(
            Change("ssl_mode", "none"),
            Remove("ssl_mode"),
            (
                Change("engine_name", "redis"),
                Change("redis_settings", {"ssl_security_protocol": "plaintext"}),
            ),
            (
                Change("engine_name", "kafka"),
                Change("kafka_settings", {"security_protocol": "sasl-plaintext"}),
            ),
            Change("engine_name", "kafka"),
        ),
        unknown=(
            Hide("ssl_mode"),
            Hide("engine_name"),
            (Change("engine_name", "redis"), Change("redis_settings", {}), Hide("redis_settings")),
        ),
        also_passing=(
            Change("ssl_mode", "require"),
            (
                Change("engine_name", "redis"),
                Change("redis_settings", {"ssl_security_protocol": "ssl-encryption"}),
            ),
            (
                Change("engine_name", "redis"),
                Change("redis_settings", {"server_name": "cache"}),
            ),
            (
                Change("engine_name", "kafka"),
                Change("kafka_settings", {"security_protocol": "sasl-ssl"}),
            ),
        ),
        not_applicable=((Change("engine_name", "s3"), Remove("ssl_mode")),),
    ),
)
def endpoint_tls(endpoint: Resource) -> Outcome:
    """A whole database passes by here, between a data centre and the cloud often enough.

    Redis uses TLS where nothing is said, Kafka doesn't. Source: AWS DMS API Reference,
    CreateEndpoint, RedisSettings, KafkaSettings.
    """
    engine = endpoint.text("engine_name") or ""
    if engine in BY_API:
        return NotApplicable(f"{engine} is reached by its own API, with TLS")
    path, plain = SETTINGS.get(engine, ("ssl_mode", ("none",)))
    by_default = engine == "redis"
    return expect_that(
        endpoint,
        path,
        lambda value: by_default if value is None else value not in plain,
        expected="TLS, with a certificate that is verified",
        fix=f"Set {path} so that the endpoint uses TLS.",
    )
