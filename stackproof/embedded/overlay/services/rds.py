"""RDS and Aurora: Performance Insights, resource ids, public access."""

from __future__ import annotations

import random
import string
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.keeping import keep, keep_defaults
from stackproof.embedded.overlay.registry import amends

_INSIGHTS_DEFAULT_DAYS = 7


@amends("rds", "CreateDBInstance", "CreateDBInstanceReadReplica", "ModifyDBInstance")
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


@amends("rds", "CreateDBCluster", "ModifyDBCluster")
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
