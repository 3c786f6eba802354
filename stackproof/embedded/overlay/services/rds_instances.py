"""RDS: what moto can't do with instances outside of clusters."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, validates


@handles("rds", "ResetDBParameterGroup")
def reset_parameters(call: Call) -> dict[str, Any]:
    """Take parameters back to the engine's defaults.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html
    """
    name = call.params["DBParameterGroupName"]
    group = call.backend("rds").db_parameter_groups.get(name)
    if group is None:
        raise AwsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", 404)
    if call.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in call.params.get("Parameters", ()):
        group.parameters.pop(parameter["ParameterName"], None)
    return {"DBParameterGroupName": name}


@validates("rds", "DeleteDBInstance")
def demand_snapshot_name(call: Call) -> None:
    """Refuse to delete an instance without saying what becomes of its data.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    """
    found = call.backend("rds").databases.get(call.params["DBInstanceIdentifier"])
    if found is None or found.db_cluster_identifier or found.is_replica:
        return
    if not (call.params.get("SkipFinalSnapshot") or call.params.get("FinalDBSnapshotIdentifier")):
        raise AwsError(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            400,
        )


@patches("rds")
def let_a_deleted_database_return() -> None:
    """Let the backups kept of a deleted database give way to those of the next of its name.

    moto names automated snapshots by the minute, and refuses the second of a name.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
    """
    from moto.rds.models import RDSBackend

    backend_class: Any = RDSBackend
    instance, cluster = (
        backend_class.create_auto_snapshot,
        backend_class.create_auto_cluster_snapshot,
    )

    def of_instance(backend: Any, database: str, snapshot: str) -> Any:
        backend.database_snapshots.pop(snapshot, None)
        return instance(backend, database, snapshot)

    def of_cluster(backend: Any, database: str, snapshot: str) -> Any:
        backend.cluster_snapshots.pop(snapshot, None)
        return cluster(backend, database, snapshot)

    backend_class.create_auto_snapshot = of_instance
    backend_class.create_auto_cluster_snapshot = of_cluster
