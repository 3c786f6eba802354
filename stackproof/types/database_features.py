"""What RDS lacks for some databases, by engine and instance class: nobody is asked for it.

Sources: Amazon RDS User Guide, "Supported Regions and DB engines for IAM database authentication",
"… for Database Insights" (all engines except Db2), "DB engine, Region, and instance class support
for Database Insights", "Password management with Amazon RDS and AWS Secrets Manager", Limitations,
and "Multi-AZ deployments for Amazon RDS for Microsoft SQL Server"; Amazon Aurora User Guide, the
same page of Database Insights; Amazon RDS API Reference, CreateDBInstance: settings that don't
apply to RDS Custom, whose minor versions nobody but the owner installs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Feature(StrEnum):
    """A feature that some databases are offered without, as sentences name it."""

    CERTIFICATE_AUTHORITY = "choice of a certificate authority"
    ENHANCED_MONITORING = "enhanced monitoring"
    IAM_AUTHENTICATION = "IAM authentication"
    LOG_EXPORTS = "choice of logs to export"
    MANAGED_PASSWORD = "password that RDS manages"
    MINOR_UPGRADES = "minor versions that RDS installs"
    PERFORMANCE_INSIGHTS = "Performance Insights"
    STANDBY = "standby"
    STORAGE_AUTOSCALING = "storage that grows by itself"


_CUSTOM: Final = "custom-"
# By feature, how the names of the engines begin that lack it.
_ENGINES: Final[Mapping[Feature, tuple[str, ...]]] = {
    Feature.CERTIFICATE_AUTHORITY: (_CUSTOM,),
    Feature.ENHANCED_MONITORING: (_CUSTOM,),
    Feature.IAM_AUTHENTICATION: (_CUSTOM, "db2-", "oracle-", "sqlserver-"),
    Feature.LOG_EXPORTS: (_CUSTOM,),
    Feature.MANAGED_PASSWORD: (_CUSTOM,),
    Feature.MINOR_UPGRADES: (_CUSTOM,),
    Feature.PERFORMANCE_INSIGHTS: (_CUSTOM, "db2-"),
    Feature.STANDBY: ("sqlserver-ex",),
    Feature.STORAGE_AUTOSCALING: (_CUSTOM,),
}
_SMALL: Final = re.compile(r"db\.(t2|t3|t4g)\.(micro|small)")
# By feature and engine, the instance classes that are too small for it.
_CLASSES: Final[Mapping[Feature, Mapping[str, re.Pattern[str]]]] = {
    Feature.PERFORMANCE_INSIGHTS: {
        "aurora-mysql": re.compile(r"db\.(t2|t3)\..*|db\.t4g\.(micro|small)"),
        "mariadb": _SMALL,
        "mysql": _SMALL,
    },
}
# What Aurora Serverless v1 lacks. Source: Amazon Aurora User Guide, "Limitations of Aurora
# Serverless v1".
SERVERLESS_V1: Final = frozenset(
    {Feature.IAM_AUTHENTICATION, Feature.LOG_EXPORTS, Feature.MANAGED_PASSWORD}
)


def lacks(feature: Feature, engine: str, instance_class: str) -> str | None:
    """Give the engine or class that a feature isn't offered for, None where it is."""
    if engine.startswith(_ENGINES[feature]):
        return engine
    small = _CLASSES.get(feature, {}).get(engine)
    return f"{engine} on {instance_class}" if small and small.fullmatch(instance_class) else None
