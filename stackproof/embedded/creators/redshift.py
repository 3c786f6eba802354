"""Redshift: clusters, their subnet groups, and what they log."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_ARN = "arn:{partition}:redshift:{region}:{account}:"
_PASSWORD = {"master_password": "master_user_password"}

table(
    Plain(
        type="aws:redshift/cluster:Cluster",
        service="redshift",
        create=Call("create_cluster", {**_PASSWORD, "database_name": "db_name"}),
        update=Call("modify_cluster", _PASSWORD),
        # How the cluster is deleted, and when a change counts.
        apart=frozenset({"apply_immediately", "final_snapshot_identifier", "skip_final_snapshot"}),
        outputs={"cluster_subnet_group_name": "Cluster.ClusterSubnetGroupName"},
        id="{cluster_identifier}",
        delete=Call(
            "delete_cluster",
            {
                "final_snapshot_identifier": "final_cluster_snapshot_identifier",
                "skip_final_snapshot": "skip_final_cluster_snapshot",
            },
        ),
        tagged="arn",
        tag_calls=("create_tags", "delete_tags"),
        replace_on=frozenset(
            {
                "cluster_identifier",
                "cluster_subnet_group_name",
                "database_name",
                "master_username",
                "snapshot_arn",
                "snapshot_cluster_identifier",
                "snapshot_identifier",
            }
        ),
        secret_outputs=frozenset({"master_password"}),
    ),
    Plain(
        type="aws:redshift/subnetGroup:SubnetGroup",
        service="redshift",
        create=Call("create_cluster_subnet_group", {"name": "cluster_subnet_group_name"}),
        update=Call("modify_cluster_subnet_group", {"name": "cluster_subnet_group_name"}),
        id="{name}",
        composed={"arn": f"{_ARN}subnetgroup:{{name}}"},
        delete=Call("delete_cluster_subnet_group", {"name": "cluster_subnet_group_name"}),
        tagged="arn",
        tag_calls=("create_tags", "delete_tags"),
        replace_on=frozenset({"name"}),
        defaults={"description": "Managed by Pulumi"},
        auto_name="name",
    ),
    Plain(
        type="aws:redshift/logging:Logging",
        service="redshift",
        put=Call("enable_logging"),
        id="{cluster_identifier}",
        delete=Call("disable_logging"),
        replace_on=frozenset({"cluster_identifier"}),
    ),
)
