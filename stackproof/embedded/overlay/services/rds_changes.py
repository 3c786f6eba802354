"""RDS: changes that moto forgets or can't make."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates


@handles("rds", "ModifyDBSubnetGroup")
def modify_subnet_group(call: Call) -> dict[str, Any]:
    """Change a subnet group; moto loses the group when it does.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html
    """
    name = call.params["DBSubnetGroupName"]
    group = call.backend("rds").subnet_groups.get(name)
    if group is None:
        raise AwsError("DBSubnetGroupNotFoundFault", f"DBSubnetGroup {name} not found.", 404)
    wanted = call.params["SubnetIds"]
    group.subnets = call.backend("ec2").describe_subnets(subnet_ids=wanted)
    group.description = call.params.get("DBSubnetGroupDescription", group.description)
    return {"DBSubnetGroup": group}


@handles("rds", "ResetDBClusterParameterGroup")
def reset_parameters(call: Call) -> dict[str, Any]:
    """Take parameters back to the engine's defaults.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBClusterParameterGroup.html
    """
    name = call.params["DBClusterParameterGroupName"]
    group = call.backend("rds").db_cluster_parameter_groups.get(name)
    if group is None:
        raise AwsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", 404)
    if call.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in call.params.get("Parameters", ()):
        group.parameters.pop(parameter["ParameterName"], None)
    return {"DBClusterParameterGroupName": name}


@postprocesses("rds", "ModifyDBCluster")
def modify_cluster(call: Call, answer: dict[str, Any]) -> None:
    """Make the changes to exported logs and IAM authentication.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
    """
    cluster = call.backend("rds").clusters[call.params["DBClusterIdentifier"]]
    logs = call.params.get("CloudwatchLogsExportConfiguration", {})
    kept = set(cluster.enabled_cloudwatch_logs_exports) - set(logs.get("DisableLogTypes", ()))
    cluster.enabled_cloudwatch_logs_exports = sorted(kept | set(logs.get("EnableLogTypes", ())))
    cluster.iam_auth = call.params.get("EnableIAMDatabaseAuthentication", cluster.iam_auth)
    answer["DBCluster"] = cluster


@validates("rds", "DeleteDBCluster")
def demand_snapshot_name(call: Call) -> None:
    """Refuse to delete a cluster without saying what becomes of its data.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
    """
    if not (call.params.get("SkipFinalSnapshot") or call.params.get("FinalDBSnapshotIdentifier")):
        raise AwsError(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            400,
        )


@postprocesses("rds", "DeleteDBCluster")
def delete_automated_backups(call: Call, answer: dict[str, Any]) -> None:
    """Let a cluster's automated snapshots go with it, unless they're to be kept.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
    """
    if call.params.get("DeleteAutomatedBackups") is False:
        return
    snapshots = call.backend("rds").cluster_snapshots
    cluster = answer["DBCluster"]["DBClusterIdentifier"]
    for name, snapshot in list(snapshots.items()):
        of_this = snapshot.cluster.db_cluster_identifier == cluster
        if of_this and snapshot.snapshot_type == "automated":
            del snapshots[name]
