"""What databases tell about themselves, and how they are kept up to date."""

from __future__ import annotations

from collections.abc import Callable

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_that
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.databases import if_offered, without_feature
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.database_features import Feature
from stackproof.types.tokens import KMS_KEY, RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE

# Sources: Amazon Aurora User Guide, "Publishing Aurora PostgreSQL logs to Amazon CloudWatch
# Logs"; Amazon RDS User Guide, "Monitoring Amazon RDS log files"; Security Hub, RDS.34 (Aurora
# MySQL: the audit log), RDS.36, RDS.37, RDS.40. An audit log of MySQL and MariaDB instances
# takes a plugin in an option group, so it is not asked for.
_LOGS = {
    "aurora-postgresql": ("postgresql",),
    "aurora-mysql": ("audit",),
    "mariadb": ("error", "slowquery"),
    "mysql": ("error", "slowquery"),
    "postgres": ("postgresql",),
    **{f"oracle-{edition}": ("alert", "audit") for edition in ("ee", "ee-cdb", "se2", "se2-cdb")},
    **{f"sqlserver-{edition}": ("error",) for edition in ("ee", "ex", "se", "web")},
}
CLUSTER = Neighbour("cluster", RDS_CLUSTER, {"cluster_identifier": "payments"})


@control(
    "rds-log-exports",
    title="Databases export their logs to CloudWatch Logs",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks={
        Framework.FSBP: ("RDS.9", "RDS.34", "RDS.36", "RDS.37", "RDS.40", "RDS.42"),
        Framework.PCI: ("10.2.1", "10.3.3"),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"engine": "aurora-postgresql", "enabled_cloudwatch_logs_exports": ["postgresql"]},
        ),
        failing=(
            Remove("enabled_cloudwatch_logs_exports"),
            Change("enabled_cloudwatch_logs_exports", []),
            (
                Change("engine", "aurora-mysql"),
                Change("enabled_cloudwatch_logs_exports", ["slowquery"]),
            ),
            (Change("engine", "mysql"), Change("enabled_cloudwatch_logs_exports", ["error"])),
        ),
        unknown=(Hide("enabled_cloudwatch_logs_exports"), Hide("engine")),
        also_passing=(
            (
                Change("engine", "aurora-mysql"),
                Change("enabled_cloudwatch_logs_exports", ["audit", "error"]),
            ),
            (
                Change("engine", "mysql"),
                Change("enabled_cloudwatch_logs_exports", ["error", "general", "slowquery"]),
            ),
        ),
        not_applicable=(
            Change("engine", "neptune"),
            Change("engine", "custom-sqlserver-se"),
            (Change("enabled_cloudwatch_logs_exports", []), Change("engine_mode", "serverless")),
        ),
    ),
)
def log_exports(database: Resource) -> Outcome:
    """Logs that stay on the instance are gone after days, or with the instance."""
    if why := without_feature(database, Feature.LOG_EXPORTS):
        return NotApplicable(why)
    engine = database.text("engine") or ""
    wanted = _LOGS.get(engine)
    if wanted is None:
        return NotApplicable(f"no log known that {engine or 'this engine'} must export")
    exported = database.values("enabled_cloudwatch_logs_exports")
    if set(wanted) <= set(exported):
        return Pass()
    return Fail(
        "enabled_cloudwatch_logs_exports",
        ", ".join(wanted),
        exported,
        f"Add {', '.join(wanted)} to enabled_cloudwatch_logs_exports.",
    )


@control(
    "rds-instance-performance-insights",
    title="Database instances have Performance Insights on",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    needs=(RDS_CLUSTER,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "SI-4")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER_INSTANCE,
            {"cluster_identifier": Ref("cluster"), "performance_insights_enabled": True},
            (CLUSTER,),
        ),
        failing=(
            Change("performance_insights_enabled", False),
            Remove("performance_insights_enabled"),
        ),
        unknown=(Hide("performance_insights_enabled"),),
        absent=((Remove("performance_insights_enabled"), Without("cluster")),),
        also_passing=(
            (
                Remove("performance_insights_enabled"),
                Change("performance_insights_enabled", True, of="cluster"),
            ),
        ),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            *(
                (
                    Change("performance_insights_enabled", False),
                    Change("engine", engine),
                    Change("instance_class", class_),
                )
                for engine, class_ in (
                    ("db2-se", "db.r6i.large"),
                    ("custom-sqlserver-ee", "db.m5.xlarge"),
                    ("mysql", "db.t3.micro"),
                    ("aurora-mysql", "db.t3.medium"),
                )
            ),
        ),
    ),
)
def performance_insights(instance: Resource, stack: Stack) -> Outcome:
    """A slow query of last night can only be explained when something was watching."""
    on = _here_or_on_cluster(
        instance,
        stack,
        "performance_insights_enabled",
        lambda block, name: bool(block[name]),
        Fail("", "true", None, "Set performance_insights_enabled to true."),
    )
    return if_offered(on, instance, Feature.PERFORMANCE_INSIGHTS)


@control(
    "rds-instance-enhanced-monitoring",
    title="Database instances have enhanced monitoring on",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    needs=(RDS_CLUSTER,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("RDS.6",), Framework.NIST: ("CA-7", "SI-2")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER_INSTANCE,
            {"cluster_identifier": Ref("cluster"), "monitoring_interval": 60},
            (CLUSTER,),
        ),
        failing=(Change("monitoring_interval", 0), Remove("monitoring_interval")),
        unknown=(Hide("monitoring_interval"),),
        absent=((Remove("monitoring_interval"), Without("cluster")),),
        also_passing=(
            (Remove("monitoring_interval"), Change("monitoring_interval", 30, of="cluster")),
        ),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            (Change("monitoring_interval", 0), Change("engine", "custom-oracle-ee")),
        ),
    ),
)
def enhanced_monitoring(instance: Resource, stack: Stack) -> Outcome:
    """CloudWatch sees the hypervisor; only the agent sees processes, memory and swap."""
    on = _here_or_on_cluster(
        instance,
        stack,
        "monitoring_interval",
        lambda block, name: (block.number(name) or 0) > 0,
        Fail("", "1 to 60 seconds", None, "Set monitoring_interval and monitoring_role_arn."),
    )
    return if_offered(on, instance, Feature.ENHANCED_MONITORING)


def _here_or_on_cluster(
    instance: Resource,
    stack: Stack,
    name: str,
    test: Callable[[Resource, str], bool],
    failure: Fail,
) -> Outcome:
    holder: Resource | None = instance
    if instance[name] is None:
        holder = stack.follow_one(instance, "cluster_identifier", RDS_CLUSTER)
    if holder is not None and test(holder, name):
        return Pass()
    return Fail(name, failure.expected, holder and holder[name], failure.fix)


@control(
    "rds-instance-insights-customer-key",
    title="Performance Insights data is encrypted with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER_INSTANCE,
            {
                "performance_insights_enabled": True,
                "performance_insights_kms_key_id": Ref("key", "arn"),
            },
            (Neighbour("key", KMS_KEY, {"description": "database"}),),
        ),
        failing=(Remove("performance_insights_kms_key_id"),),
        unknown=(Hide("performance_insights_kms_key_id"), Hide("performance_insights_enabled")),
        absent=(Without("key"),),
        not_applicable=(Remove("performance_insights_enabled"),),
    ),
)
def insights_key(instance: Resource, stack: Stack) -> Outcome:
    """Performance Insights keeps the text of queries, which may hold card data."""
    if not instance["performance_insights_enabled"]:
        return NotApplicable("Performance Insights is off")
    return customer_key(instance, stack, "performance_insights_kms_key_id")


@control(
    "rds-instance-minor-upgrades",
    title="Database instances take minor engine versions by themselves",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE),
    frameworks={
        Framework.FSBP: ("RDS.13",),
        Framework.CIS: ("2.2.2",),
        Framework.PCI: ("6.3.3",),
        Framework.NIST: ("SI-2",),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER_INSTANCE, {"auto_minor_version_upgrade": True}),
        failing=(Change("auto_minor_version_upgrade", False),),
        unknown=(Hide("auto_minor_version_upgrade"),),
        also_passing=(Remove("auto_minor_version_upgrade"),),
        not_applicable=(
            (Change("auto_minor_version_upgrade", False), Change("engine", "custom-oracle-ee")),
        ),
    ),
)
def minor_upgrades(instance: Resource) -> Outcome:
    """Minor versions carry the security fixes; AWS takes them unless told otherwise."""
    taken = expect_that(
        instance,
        "auto_minor_version_upgrade",
        lambda value: value is not False,
        expected="true",
        fix="Set auto_minor_version_upgrade to true.",
    )
    return if_offered(taken, instance, Feature.MINOR_UPGRADES)
