"""RDS and Aurora: Performance Insights, resource ids, public access."""

from __future__ import annotations

import random
import string
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.keeping import keep, keep_defaults
from stackproof.embedded.overlay.registry import patches, postprocesses

_INSIGHTS_DEFAULT_DAYS = 7


@postprocesses("rds", "CreateDBInstance", "CreateDBInstanceReadReplica", "ModifyDBInstance")
def instance(call: Call, answer: dict[str, Any]) -> None:
    """Keep Performance Insights; give an instance its own resource id and a private address.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
    """
    name = answer["DBInstance"]["DBInstanceIdentifier"]
    database = call.backend("rds").databases[name]
    if not hasattr(database, "DbiResourceId"):
        letters = random.choices(string.ascii_uppercase + string.digits, k=26)
        database.DbiResourceId = f"db-{''.join(letters)}"
        database.dbi_resource_id = database.DbiResourceId
    _keep_insights(database, call)
    keep(database, call.params, ["PubliclyAccessible", "DatabaseInsightsMode"])
    keep_defaults(database, {"PubliclyAccessible": False, "DatabaseInsightsMode": "standard"})
    answer["DBInstance"] = database


@patches("rds")
def aurora_storage() -> None:
    """Know Aurora's own storage types.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    from moto.rds.models import DBCluster

    cluster_class: Any = DBCluster
    original = cluster_class.default_allocated_storage

    def default_allocated_storage(engine: str, storage_type: str) -> int:
        if storage_type in ("aurora", "aurora-iopt1"):
            return 1
        size: int = original(engine, storage_type)
        return size

    cluster_class.default_allocated_storage = staticmethod(default_allocated_storage)


@postprocesses("rds", "CreateDBCluster", "ModifyDBCluster")
def cluster(call: Call, answer: dict[str, Any]) -> None:
    """Keep Performance Insights and enhanced monitoring set on the cluster.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
    """
    name = answer["DBCluster"]["DBClusterIdentifier"]
    database = call.backend("rds").clusters[name]
    _keep_insights(database, call)
    keep(
        database,
        call.params,
        ["DatabaseInsightsMode", "MonitoringInterval", "MonitoringRoleArn"],
    )
    keep_defaults(database, {"DatabaseInsightsMode": "standard"})
    if database.engine.startswith("aurora") and database.storage_type != "aurora-iopt1":
        database.storage_type = None  # AWS doesn't name the standard one
    answer["DBCluster"] = database


def _keep_insights(database: Any, call: Call) -> None:
    if "EnablePerformanceInsights" in call.params:
        database.PerformanceInsightsEnabled = call.params["EnablePerformanceInsights"]
    keep_defaults(database, {"PerformanceInsightsEnabled": False})
    keep(
        database,
        call.params,
        ["PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"],
    )
    if database.PerformanceInsightsEnabled:
        keep_defaults(database, {"PerformanceInsightsRetentionPeriod": _INSIGHTS_DEFAULT_DAYS})
